"""Finding what a caller names, so that what is absent and what is not theirs to know cannot be told apart, nor timed.

A service token that names anything but its own gets one answer, whether that exists or not.
Source: the sentences are the live service's, spec/doppler-api.md §1.
"""

from collections.abc import Callable
from typing import TypeVar, assert_never

from headwater.domain.errors import InvalidInputError, NotFoundError
from headwater.domain.ids import ConfigId, ProjectId
from headwater.domain.names import (
    ConfigName,
    EnvironmentSlug,
    IllegalNameError,
    ProjectName,
    parse_config_name,
    parse_environment_slug,
    parse_project_name,
    shown,
)
from headwater.domain.places import Config, Environment, Place, Project, Workplace
from headwater.domain.roles import Action, Principal, ServiceToken, User, may, reach_of
from headwater.storage.repositories import Repositories
from headwater.usecases.look_ups import LookUps
from headwater.usecases.refs import ConfigRef, EnvironmentRef, InWorkplace, ProjectRef, Ref

T = TypeVar("T")


class MissingParameterError(InvalidInputError):
    code = "missing_parameter"


class NotYoursError(InvalidInputError):
    """A 400 on purpose: a 404 would make the `doppler` CLI delete its offline copy."""

    code = "not_yours"


class ProjectNotFoundError(NotFoundError):
    code = "project_not_found"


class EnvironmentNotFoundError(NotFoundError):
    code = "environment_not_found"


class ConfigNotFoundError(NotFoundError):
    code = "config_not_found"


def locate(look_up: LookUps, principal: Principal, ref: Ref) -> Place:
    """What `ref` names for `principal`, who may at least look at it."""
    if isinstance(ref, InWorkplace):
        return look_up(_workplace)
    match principal:
        case User():
            return _named(look_up, principal, ref)
        case ServiceToken():
            return _own(look_up, principal, ref)
    assert_never(principal)


def get_config(look_up: LookUps, config: ConfigId) -> Config:
    """A config that is known to be there."""
    return look_up(_config_by_id, config)


def _own(look_up: LookUps, token: ServiceToken, ref: ProjectRef | EnvironmentRef | ConfigRef) -> Place:
    config = get_config(look_up, token.config)
    match ref:
        case ProjectRef(project):
            _check_own((project, config.project.name))
            return config.project
        case EnvironmentRef(project, environment):
            _check_own((project, config.project.name), (environment, config.environment.slug))
            return config.environment
        case ConfigRef(project, name):
            _check_own((project, config.project.name), (name, config.name))
            return config
    assert_never(ref)


def _check_own(*pairs: tuple[str | None, str]) -> None:
    if any(asked is not None and asked != own for asked, own in pairs):
        raise NotYoursError(
            "this token is for one config, and that is not the one named", hint="leave project and config out"
        )


def _named(look_up: LookUps, user: User, ref: ProjectRef | EnvironmentRef | ConfigRef) -> Place:
    project = _visible_project(look_up, user, ref.project)
    match ref:
        case ProjectRef():
            return project
        case EnvironmentRef():
            return _visible_environment(look_up, user, project, ref.environment)
        case ConfigRef():
            return _visible_config(look_up, user, project, ref.config)
    assert_never(ref)


def _visible_project(look_up: LookUps, user: User, name: str | None) -> Project:
    asked = _required("project", name)
    legal = _legal(parse_project_name, asked)
    found = None if legal is None else look_up(_project, legal)
    if found is None or not may(user, Action.PROJECTS_READ, reach_of(found)):
        look_up.leave_the_loop()
        raise ProjectNotFoundError(f"Could not find requested project '{shown(asked)}'")
    return found


def _visible_environment(look_up: LookUps, user: User, project: Project, slug: str | None) -> Environment:
    asked = _required("environment", slug)
    legal = _legal(parse_environment_slug, asked)
    found = None if legal is None else look_up(_environment, project.id, legal)
    if found is None or not may(user, Action.ENVIRONMENTS_READ, reach_of(found)):
        look_up.leave_the_loop()
        raise EnvironmentNotFoundError(f"Could not find requested environment '{shown(asked)}'")
    return found


def _visible_config(look_up: LookUps, user: User, project: Project, name: str | None) -> Config:
    asked = _required("config", name)
    legal = _legal(parse_config_name, asked)
    found = None if legal is None else look_up(_config, project.id, legal)
    if found is None or not may(user, Action.CONFIGS_READ, reach_of(found)):
        look_up.leave_the_loop()
        raise ConfigNotFoundError(f"Could not find requested config '{shown(asked)}'")
    return found


def _legal(parse: Callable[[str], T], text: str) -> T | None:
    """The name, or None: what is no name is not there, and is not asked of a database that may not even hold it."""
    try:
        return parse(text)
    except IllegalNameError:
        return None


def _required(parameter: str, value: str | None) -> str:
    if value is None:
        raise MissingParameterError(f"{parameter} is missing", hint=f"name the {parameter}")
    return value


def _workplace(repositories: Repositories) -> Workplace:
    return repositories.installation.get().workplace


def _project(repositories: Repositories, name: ProjectName) -> Project | None:
    return repositories.projects.find(name)


def _environment(repositories: Repositories, project: ProjectId, slug: EnvironmentSlug) -> Environment | None:
    return repositories.environments.find(project, slug)


def _config(repositories: Repositories, project: ProjectId, name: ConfigName) -> Config | None:
    return repositories.configs.find(project, name)


def _config_by_id(repositories: Repositories, config: ConfigId) -> Config:
    return repositories.configs.get(config)
