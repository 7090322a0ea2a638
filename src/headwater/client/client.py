"""The calls of `/v3` that Headwater makes: is the token known, download a config, watch it.

Only what is needed is read of each reply, and only a 200 is a success.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

import aiohttp
import msgspec
from aiohttp import hdrs

from headwater.client.answers import check_answer, read_body
from headwater.client.download import Download, NotModified
from headwater.client.endpoint import Endpoint
from headwater.client.errors import BadReplyError, UnreachableError
from headwater.client.sse import EventReader
from headwater.client.transport import Request, Transport
from headwater.domain.hidden import Hidden

MAX_ETAG_CHARACTERS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigAddress:
    """Which config; empty parts are left out, and the token must then be of one config."""

    project: str = ""
    config: str = ""

    def to_parameters(self) -> dict[str, str]:
        return {name: value for name, value in (("project", self.project), ("config", self.config)) if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadQuery:
    """What to download; empty is the server's default: JSON, names as they are, everything."""

    address: ConfigAddress
    format: str = ""
    name_transformer: str = ""
    names: tuple[str, ...] = ()

    def to_parameters(self) -> dict[str, str]:
        asked = {"format": self.format, "name_transformer": self.name_transformer, "secrets": ",".join(self.names)}
        return self.address.to_parameters() | {name: value for name, value in asked.items() if value}


class WatchEvent(StrEnum):
    """What a watch stream tells, pings left out."""

    CONNECTED = "connected"
    CHANGED = "secrets.update"


_CONFIG = "/v3/configs/config/secrets"
_EVENT_STREAM = "text/event-stream"


class _ProjectsReply(msgspec.Struct):
    projects: list[msgspec.Raw]


class _Event(msgspec.Struct):
    type: str = ""


class Client:
    """A server as one token sees it. Cheap to make: connections belong to the transport."""

    def __init__(self, transport: Transport, endpoint: Endpoint, token: Hidden[str]) -> None:
        self._transport = transport
        self._endpoint = endpoint
        self._token = token

    async def check_token(self) -> None:
        """Ask for the projects that the token may see: any list will do.

        Raises:
            HeadwaterError: one of `client.errors`.
        """
        request = self._request("/v3/projects", {}, accept="application/json")
        async with self._transport.call(request, self._token) as response:
            await check_answer(response, self._endpoint.host, self._token)
            body = await read_body(response, self._endpoint.host)
        try:
            msgspec.json.decode(body, type=_ProjectsReply)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BadReplyError(f"the reply of {self._endpoint.host} is not a list of projects") from None

    async def download(self, query: DownloadQuery, known: str | None = None) -> Download | NotModified:
        """The config's current values, unless they are still those of the ETag `known`.

        Raises:
            HeadwaterError: one of `client.errors`.
        """
        accept = "application/json" if query.format in {"", "json"} else "text/plain"
        request = self._request(f"{_CONFIG}/download", query.to_parameters(), accept=accept, known=known)
        async with self._transport.call(request, self._token) as response:
            if response.status == HTTPStatus.NOT_MODIFIED and known is not None:
                return NotModified()
            await check_answer(response, self._endpoint.host, self._token)
            body = await read_body(response, self._endpoint.host)
            if not body or response.content_type == "text/html":
                raise BadReplyError(f"the reply of {self._endpoint.host} is not a config")
            return Download(etag=_read_etag(response), body=Hidden(body))

    async def watch(self, address: ConfigAddress) -> AsyncGenerator[WatchEvent, None]:
        """Events until the connection ends for whatever reason, silence included; then it may be opened again.

        The first event comes as soon as the server has confirmed the stream: from then on no change is missed.

        Raises:
            HeadwaterError: one of `client.errors`, when the stream does not open.
        """
        request = self._request(f"{_CONFIG}/watch", address.to_parameters(), accept=_EVENT_STREAM)
        async with self._opened(request) as response, aclosing(_until_lost(response)) as chunks:
            reader, is_first = EventReader(), True
            async for chunk in chunks:
                for data in reader.read(chunk):
                    if (event := _read_event(data, is_first=is_first)) is not None:
                        yield event
                    is_first = False

    def _request(self, path: str, query: Mapping[str, str], *, accept: str, known: str | None = None) -> Request:
        headers: dict[str, str] = {hdrs.ACCEPT: accept}
        if known is not None:
            headers[hdrs.IF_NONE_MATCH] = known
        return Request(endpoint=self._endpoint, path=path, query=query, headers=headers)

    @asynccontextmanager
    async def _opened(self, request: Request) -> AsyncIterator[aiohttp.ClientResponse]:
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(self._transport.opening):
                    response = await stack.enter_async_context(self._transport.stream(request, self._token))
                    await check_answer(response, self._endpoint.host, self._token)
            except TimeoutError:
                raise UnreachableError(f"{self._endpoint.host} did not answer in time") from None
            if response.content_type != _EVENT_STREAM:
                raise BadReplyError(f"the reply of {self._endpoint.host} is not a stream of events")
            yield response


def _read_etag(response: aiohttp.ClientResponse) -> str | None:
    """None for one that could not be sent back: better whole downloads than none."""
    etag = response.headers.get(hdrs.ETAG, "")
    return etag if etag.isascii() and etag.isprintable() and 0 < len(etag) <= MAX_ETAG_CHARACTERS else None


async def _until_lost(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except (aiohttp.ClientError, TimeoutError, OSError):
        return


def _read_event(data: str, *, is_first: bool) -> WatchEvent | None:
    """Pings and types that we do not know are nothing, unless they are the first sign of life."""
    try:
        kind = msgspec.json.decode(data, type=_Event).type
    except (msgspec.DecodeError, RecursionError):
        kind = ""
    if kind in set(WatchEvent):
        return WatchEvent(kind)
    return WatchEvent.CONNECTED if is_first else None
