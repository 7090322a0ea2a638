"""`/v3/configs`, `/v3/configs/config` and its ping."""

from starlette.requests import Request
from starlette.responses import Response

from headwater.server.exchange import config_ref, iso, read, read_input, read_query, reply, required, write
from headwater.server.routing import Route
from headwater.usecases import configs as usecases
from headwater.usecases.refs import EnvironmentRef, ProjectRef
from headwater.wire import configs as wire
from headwater.wire.base import ConfigQuery, Success


async def list_configs(request: Request) -> Response:
    query = read_query(request, wire.ListConfigsQuery)
    ref = ProjectRef(query.project)
    found = await read(request, lambda call: usecases.list_configs(call, ref, query.environment))
    return reply(wire.ConfigsReply(page=query.page, configs=[_config(one) for one in query.of(found)]))


async def create_config(request: Request) -> Response:
    asked = await read_input(request, wire.CreateConfigInput)
    ref = EnvironmentRef(asked.project, asked.environment)
    name = required("name", asked.name)
    made = await write(request, lambda call: usecases.create_config(call, ref, name))
    return reply(wire.ConfigReply(config=_config(made)))


async def get_config(request: Request) -> Response:
    query = read_query(request, ConfigQuery)
    found = await read(request, lambda call: usecases.get_config(call, config_ref(query)))
    return reply(wire.ConfigReply(config=_config(found)))


async def rename_config(request: Request) -> Response:
    asked = await read_input(request, wire.UpdateConfigInput)
    name = required("name", asked.name)
    renamed = await write(request, lambda call: usecases.rename_config(call, config_ref(asked), name))
    return reply(wire.ConfigReply(config=_config(renamed)))


async def delete_config(request: Request) -> Response:
    asked = await read_input(request, ConfigQuery)
    await write(request, lambda call: usecases.delete_config(call, config_ref(asked)))
    return reply(Success())


async def ping_config(request: Request) -> Response:
    query = read_query(request, ConfigQuery)
    await read(request, lambda call: usecases.ping_config(call, config_ref(query)))
    return reply(Success())


def _config(details: usecases.ConfigDetails) -> wire.Config:
    config = details.config
    return wire.Config(
        name=config.name,
        slug=config.id,
        root=config.is_root,
        locked=False,
        environment=config.environment.slug,
        project=config.project.name,
        initial_fetch_at=iso(details.fetched.initial),
        last_fetch_at=iso(details.fetched.last),
        created_at=iso(config.created_at),
    )


ROUTES = [
    Route("GET", "/v3/configs", list_configs),
    Route("POST", "/v3/configs", create_config),
    Route("GET", "/v3/configs/config", get_config),
    Route("POST", "/v3/configs/config", rename_config),
    Route("DELETE", "/v3/configs/config", delete_config),
    Route("GET", "/v3/configs/config/ping", ping_config),
]
