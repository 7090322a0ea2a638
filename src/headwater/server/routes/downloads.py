"""`…/secrets/download` and `…/secrets/watch`: what clients fetch, and what tells them to fetch it again."""

from starlette.requests import Request
from starlette.types import ASGIApp

from headwater.server.exchange import (
    config_ref,
    encoded_reply,
    header,
    not_modified,
    read,
    read_query,
    request_id,
    services,
    token,
)
from headwater.server.routing import Route
from headwater.server.stream import Stream
from headwater.usecases.downloads import NotModified, Watch, download_secrets, parse_form, watch_secrets
from headwater.wire import secrets as wire
from headwater.wire.base import ConfigQuery


async def download(request: Request) -> ASGIApp:
    """The whole config in a format; 304 without a body, and without a record, for a body that the caller holds."""
    query = read_query(request, wire.DownloadQuery)
    form = parse_form(query.format, query.name_transformer, query.secrets)
    known = header(request, b"if-none-match")
    found = await read(request, lambda call: download_secrets(call, config_ref(query), form, known))
    if isinstance(found, NotModified):
        return not_modified(found.etag)
    return encoded_reply(found.content, found.content_type, found.etag)


async def watch(request: Request) -> ASGIApp:
    """Events of one config, for as long as the caller may read it."""
    ref = config_ref(read_query(request, ConfigQuery))
    edge, shown, asked = services(request).edge, token(request), request_id(request)

    async def authorize() -> Watch:
        return await edge.read(shown, asked, lambda call: watch_secrets(call, ref))

    return Stream(services(request).hub, await authorize(), authorize)


ROUTES = [
    Route("GET", "/v3/configs/config/secrets/download", download),
    Route("GET", "/v3/configs/config/secrets/watch", watch),
]
