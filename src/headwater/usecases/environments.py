"""Environments: list, create, get, update, delete. Each has a root config of its name, made and deleted with it."""

import uuid
from dataclasses import replace

from headwater.domain.activity import Tag, where
from headwater.domain.errors import InvalidInputError
from headwater.domain.ids import ChangeNumber, ConfigId, EnvironmentId, ProjectId
from headwater.domain.names import (
    ConfigName,
    EnvironmentSlug,
    parse_branch_name,
    parse_display_name,
    parse_environment_slug,
    root_name,
)
from headwater.domain.places import Config, Environment
from headwater.domain.roles import Action
from headwater.domain.secrets import DOPPLER_CONFIG, DOPPLER_ENVIRONMENT
from headwater.storage.repositories import Repositories
from headwater.usecases.call import Call, Outcome
from headwater.usecases.naming import edges_naming
from headwater.usecases.refs import EnvironmentRef, ProjectRef
from headwater.usecases.settling import check_unnamed, settle


class EnvironmentExistsError(InvalidInputError):
    code = "environment_exists"


def list_environments(call: Call, ref: ProjectRef) -> Outcome[list[Environment]]:
    """Those of a project that the caller may see, in the order in which they were made."""
    project = call.authorize(Action.PROJECTS_READ, on=ref)
    found = call.look_up(_environments, project.id)
    return Outcome(reply=[one for one in found if call.may(Action.ENVIRONMENTS_READ, one)])


def get_environment(call: Call, ref: EnvironmentRef) -> Outcome[Environment]:
    return Outcome(reply=call.authorize(Action.ENVIRONMENTS_READ, on=ref))


def create_environment(call: Call, ref: ProjectRef, *, slug: str, name: str) -> Outcome[Environment]:
    project = call.authorize(Action.ENVIRONMENTS_CREATE, on=ref)
    environment = Environment(
        id=EnvironmentId(str(uuid.uuid4())),
        project=project,
        slug=_free_slug(call, project.id, slug),
        name=parse_display_name(name, of="environment"),
        created_at=call.now,
    )
    make_environment(call, environment)
    return Outcome(reply=environment, activity=call.did(Tag.ENVIRONMENT_CREATED, where(environment)))


def update_environment(call: Call, ref: EnvironmentRef, *, slug: str | None, name: str | None) -> Outcome[Environment]:
    """Set what is given. A new slug renames the root config and every branch, unless references name one of them."""
    before = call.authorize(Action.ENVIRONMENTS_UPDATE, on=ref)
    after = replace(
        before,
        slug=before.slug if slug in (None, before.slug) else _free_slug(call, before.project.id, slug or ""),
        name=before.name if name is None else parse_display_name(name, of="environment"),
    )
    if after == before:
        return Outcome(reply=before)
    call.repositories.environments.update(after)
    if after.slug != before.slug:
        _rename_configs(call, before, after)
    return Outcome(reply=after, activity=call.did(Tag.ENVIRONMENT_UPDATED, where(after), subject=before.slug))


def delete_environment(call: Call, ref: EnvironmentRef) -> Outcome[None]:
    """Delete it with its configs, unless somebody outside refers to one of them."""
    environment = call.authorize(Action.ENVIRONMENTS_DELETE, on=ref)
    configs = call.repositories.configs.list(environment.project.id, environment.id)
    own = {config.id for config in configs}
    named = [edge for config in configs for edge in edges_naming(call, config) if edge.owner not in own]
    check_unnamed(call, f"environment {environment.slug}", named)
    call.repositories.environments.delete(environment.id)
    return Outcome(reply=None, activity=call.did(Tag.ENVIRONMENT_DELETED, where(environment)))


def make_environment(call: Call, environment: Environment) -> None:
    """Keep a new environment with its root config, as part of a change that is already authorized."""
    call.repositories.environments.create(environment)
    call.repositories.configs.create(
        Config(
            id=ConfigId(str(uuid.uuid4())),
            environment=environment,
            name=root_name(environment.slug),
            root=None,
            view_change=ChangeNumber(0),
            created_at=environment.created_at,
        )
    )


def _rename_configs(call: Call, before: Environment, after: Environment) -> None:
    configs = call.repositories.configs.list(before.project.id, before.id)
    for config in configs:
        check_unnamed(call, f"config {config.name}", edges_naming(call, config))
    for config in configs:
        call.repositories.configs.rename(config.id, _renamed(config, before.slug, after.slug))
    settle(call, {config.id: [DOPPLER_CONFIG, DOPPLER_ENVIRONMENT] for config in configs})


def _renamed(config: Config, before: EnvironmentSlug, after: EnvironmentSlug) -> ConfigName:
    """Raises: IllegalNameError, for a branch that the new slug makes longer than a name may be."""
    return root_name(after) if config.is_root else parse_branch_name(after + config.name.removeprefix(before), after)


def _free_slug(call: Call, project: ProjectId, text: str) -> EnvironmentSlug:
    slug = parse_environment_slug(text)
    if call.repositories.environments.find(project, slug) is not None:
        raise EnvironmentExistsError(f"an environment named {slug} exists already", hint="choose another slug")
    return slug


def _environments(repositories: Repositories, project: ProjectId) -> list[Environment]:
    return repositories.environments.list(project)
