"""`/v3/environments` and `/v3/environments/environment`."""

from starlette.requests import Request
from starlette.responses import Response

from headwater.domain.places import Environment
from headwater.server.exchange import iso, read, read_input, read_query, refuse, reply, required, write
from headwater.server.routing import Route
from headwater.usecases import environments as usecases
from headwater.usecases.refs import EnvironmentRef, ProjectRef
from headwater.wire import environments as wire
from headwater.wire.base import Success


async def list_environments(request: Request) -> Response:
    query = read_query(request, wire.ListEnvironmentsQuery)
    found = await read(request, lambda call: usecases.list_environments(call, ProjectRef(query.project)))
    page = [_environment(one) for one in query.of(found)]
    return reply(wire.EnvironmentsReply(page=query.page, environments=page))


async def create_environment(request: Request) -> Response:
    asked = await read_input(request, wire.CreateEnvironmentInput)
    refuse("personal_configs", given=asked.personal_configs)
    slug = required("slug", asked.slug)
    name = required("name", asked.name)
    made = await write(
        request,
        lambda call: usecases.create_environment(call, ProjectRef(asked.project), slug=slug, name=name),
    )
    return reply(wire.EnvironmentReply(environment=_environment(made)))


async def get_environment(request: Request) -> Response:
    query = read_query(request, wire.EnvironmentQuery)
    found = await read(request, lambda call: usecases.get_environment(call, _ref(query)))
    return reply(wire.EnvironmentReply(environment=_environment(found)))


async def update_environment(request: Request) -> Response:
    asked = await read_input(request, wire.UpdateEnvironmentInput)
    refuse("personal_configs", given=asked.personal_configs)
    updated = await write(
        request,
        lambda call: usecases.update_environment(call, _ref(asked), slug=asked.slug, name=asked.name),
    )
    return reply(wire.EnvironmentReply(environment=_environment(updated)))


async def delete_environment(request: Request) -> Response:
    asked = await read_input(request, wire.EnvironmentQuery)
    await write(request, lambda call: usecases.delete_environment(call, _ref(asked)))
    return reply(Success())


def _ref(asked: wire.EnvironmentQuery | wire.UpdateEnvironmentInput) -> EnvironmentRef:
    return EnvironmentRef(asked.project, asked.environment)


def _environment(environment: Environment) -> wire.Environment:
    return wire.Environment(
        id=environment.slug,
        slug=environment.slug,
        name=environment.name,
        initial_fetch_at=None,
        created_at=iso(environment.created_at),
        project=environment.project.name,
        personal_configs=False,
    )


ROUTES = [
    Route("GET", "/v3/environments", list_environments),
    Route("POST", "/v3/environments", create_environment),
    Route("GET", "/v3/environments/environment", get_environment),
    Route("PUT", "/v3/environments/environment", update_environment),
    Route("DELETE", "/v3/environments/environment", delete_environment),
]
