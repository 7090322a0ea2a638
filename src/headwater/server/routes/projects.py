"""`/v3/projects` and `/v3/projects/project`."""

from starlette.requests import Request
from starlette.responses import Response

from headwater.domain.places import Project
from headwater.server.exchange import iso, read, read_input, read_query, reply, required, write
from headwater.server.routing import Route
from headwater.usecases import projects as usecases
from headwater.usecases.refs import ProjectRef
from headwater.wire import projects as wire
from headwater.wire.base import Success


async def list_projects(request: Request) -> Response:
    """For service tokens too: External Secrets Operator validates every store with it."""
    query = read_query(request, wire.ListProjectsQuery)
    projects = await read(request, usecases.list_projects)
    return reply(wire.ProjectsReply(page=query.page, projects=[_project(one) for one in query.of(projects)]))


async def create_project(request: Request) -> Response:
    asked = await read_input(request, wire.CreateProjectInput)
    new = usecases.NewProject(
        name=required("name", asked.name),
        description=asked.description,
        default_environments=asked.create_default_environments,
    )
    project = await write(request, lambda call: usecases.create_project(call, new))
    return reply(wire.ProjectReply(project=_project(project)))


async def get_project(request: Request) -> Response:
    query = read_query(request, wire.ProjectQuery)
    project = await read(request, lambda call: usecases.get_project(call, ProjectRef(query.project)))
    return reply(wire.ProjectReply(project=_project(project)))


async def update_project(request: Request) -> Response:
    asked = await read_input(request, wire.UpdateProjectInput)
    ref = ProjectRef(asked.project)
    project = await write(
        request,
        lambda call: usecases.update_project(call, ref, name=asked.name, description=asked.description),
    )
    return reply(wire.ProjectReply(project=_project(project)))


async def delete_project(request: Request) -> Response:
    asked = await read_input(request, wire.ProjectQuery)
    await write(request, lambda call: usecases.delete_project(call, ProjectRef(asked.project)))
    return reply(Success())


def _project(project: Project) -> wire.Project:
    return wire.Project(
        id=project.name,
        slug=project.name,
        name=project.name,
        description=project.description,
        created_at=iso(project.created_at),
    )


ROUTES = [
    Route("GET", "/v3/projects", list_projects),
    Route("POST", "/v3/projects", create_project),
    Route("GET", "/v3/projects/project", get_project),
    Route("POST", "/v3/projects/project", update_project),
    Route("DELETE", "/v3/projects/project", delete_project),
]
