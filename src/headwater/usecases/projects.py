"""Projects: list, create, get, update, delete. A new one has a key of its own, and environments unless told not to."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from headwater.domain.activity import Tag, where
from headwater.domain.errors import InvalidInputError
from headwater.domain.ids import EnvironmentId, ProjectId
from headwater.domain.names import ProjectName, parse_description, parse_project_name
from headwater.domain.places import DEFAULT_ENVIRONMENTS, Environment, Project
from headwater.domain.roles import Action
from headwater.domain.secrets import DOPPLER_PROJECT
from headwater.storage.repositories import Repositories
from headwater.usecases.call import Call, Outcome
from headwater.usecases.environments import make_environment
from headwater.usecases.refs import WORKPLACE, ProjectRef
from headwater.usecases.settling import check_unnamed, settle


class ProjectExistsError(InvalidInputError):
    code = "project_exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    name: str
    description: str = ""
    default_environments: bool = True


def list_projects(call: Call) -> Outcome[list[Project]]:
    """Those that the caller may see, by name; a service token sees its own."""
    call.authorize(Action.WORKPLACE_READ, on=WORKPLACE)
    projects = call.look_up(_projects)
    return Outcome(reply=[project for project in projects if call.may(Action.PROJECTS_READ, project)])


def get_project(call: Call, ref: ProjectRef) -> Outcome[Project]:
    return Outcome(reply=call.authorize(Action.PROJECTS_READ, on=ref))


def create_project(call: Call, new: NewProject) -> Outcome[Project]:
    call.authorize(Action.PROJECTS_CREATE, on=WORKPLACE)
    project = Project(
        id=ProjectId(str(uuid.uuid4())),
        name=_free_name(call, new.name),
        description=parse_description(new.description),
        created_at=call.now,
    )
    call.repositories.projects.create(project)
    call.repositories.key_terms.create(call.installation.keyring.new_seed(project.id), call.now)
    if new.default_environments:
        _make_default_environments(call, project)
    return Outcome(reply=project, activity=call.did(Tag.PROJECT_CREATED, where(project)))


def update_project(call: Call, ref: ProjectRef, *, name: str | None, description: str | None) -> Outcome[Project]:
    """Set what is given; a project that others' references name keeps its name."""
    project = call.authorize(Action.PROJECTS_UPDATE, on=ref)
    renamed = replace(
        project,
        name=project.name if name in (None, project.name) else _free_name(call, name or ""),
        description=project.description if description is None else parse_description(description),
    )
    if renamed == project:
        return Outcome(reply=project)
    if renamed.name != project.name:
        check_unnamed(call, f"project {project.name}", call.repositories.references.naming_project(project.name))
    call.repositories.projects.update(renamed)
    if renamed.name != project.name:
        settle(call, {config.id: [DOPPLER_PROJECT] for config in call.repositories.configs.list(project.id)})
    return Outcome(reply=renamed, activity=call.did(Tag.PROJECT_UPDATED, where(renamed), subject=project.name))


def delete_project(call: Call, ref: ProjectRef) -> Outcome[None]:
    """Delete it with all that it holds, unless somebody outside refers to it."""
    project = call.authorize(Action.PROJECTS_DELETE, on=ref)
    own = {config.id for config in call.repositories.configs.list(project.id)}
    named = call.repositories.references.naming_project(project.name)
    check_unnamed(call, f"project {project.name}", (edge for edge in named if edge.owner not in own))
    call.repositories.projects.delete(project.id)
    return Outcome(reply=None, activity=call.did(Tag.PROJECT_DELETED, where(project)))


def _make_default_environments(call: Call, project: Project) -> None:
    """A microsecond apart, since environments are listed in the order in which they were made."""
    for position, (slug, name) in enumerate(DEFAULT_ENVIRONMENTS):
        at = call.now + timedelta(microseconds=position)
        id_ = EnvironmentId(str(uuid.uuid4()))
        make_environment(call, Environment(id=id_, project=project, slug=slug, name=name, created_at=at))


def _free_name(call: Call, text: str) -> ProjectName:
    name = parse_project_name(text)
    if call.repositories.projects.find(name) is not None:
        raise ProjectExistsError(f"a project named {name} exists already", hint="choose another name")
    return name


def _projects(repositories: Repositories) -> list[Project]:
    return repositories.projects.list()
