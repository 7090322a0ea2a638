"""A server of Doppler's API as its clients see it: one config per token, downloads with ETags, a watch stream, trouble.

It keeps the wire rules that a client must cope with, and breaks each of them on demand (`Trouble`).
"""

import asyncio
import base64
import hashlib
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeAlias

from aiohttp import web

HOST = "127.0.0.1"

Trouble: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""Answers in place of the simulator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it came in."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    status: int


@dataclass(slots=True)
class DopplerSimulator:
    """Use as an async context manager; `stop` and `start` keep the port, as a restarted server does."""

    token: str
    values: dict[str, str] = field(default_factory=dict, repr=False)
    trouble: Trouble | None = None
    watch_trouble: Trouble | None = None
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    seen: list[Seen] = field(default_factory=list)
    _port: int = 0
    _runner: web.AppRunner | None = None
    _streams: set[asyncio.Queue[bytes | None]] = field(default_factory=set)
    _noted: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://{HOST}:{self._port}"

    @property
    def streams(self) -> int:
        return len(self._streams)

    def downloads(self) -> list[int]:
        """The status of every download so far."""
        return [seen.status for seen in self.seen if seen.path.endswith("/download")]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/v3/projects", self._projects)
        app.router.add_get("/v3/configs/config/secrets/download", self._download)
        app.router.add_get("/v3/configs/config/secrets/watch", self._watch)
        app.middlewares.append(self._record)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port, reuse_address=True, ssl_context=self.tls).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.cut_streams()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def set(self, name: str, value: str) -> None:
        """Change a value and tell the streams, as a commit does."""
        self.values[name] = value
        self.send(b'event: message\ndata: {"type":"secrets.update"}\n\n')

    def send(self, chunk: bytes) -> None:
        """Write to every open stream."""
        for stream in self._streams:
            stream.put_nowait(chunk)

    def cut_streams(self) -> None:
        for stream in self._streams:
            stream.put_nowait(None)

    async def wait_for_streams(self, number: int) -> None:
        await self.wait_for(lambda: len(self._streams) == number)

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        """Return once `condition` holds; it is looked at after each request and each stream opened or closed."""
        async with self._noted:
            await self._noted.wait_for(condition)

    @web.middleware
    async def _record(self, request: web.Request, handler: Trouble) -> web.StreamResponse:
        response = await self._answer(request, handler)
        seen = Seen(path=request.path, query=dict(request.query), headers=dict(request.headers), status=response.status)
        await self._note(lambda: self.seen.append(seen))
        return response

    async def _answer(self, request: web.Request, handler: Trouble) -> web.StreamResponse:
        trouble = self.watch_trouble if request.path.endswith("/watch") else self.trouble
        if trouble is not None:
            return await trouble(request)
        if _token_of(request) != self.token:
            return error(401, "Invalid Auth token")
        return await handler(request)

    async def _projects(self, _request: web.Request) -> web.Response:
        return web.json_response({"projects": [], "page": 1, "success": True})

    async def _download(self, request: web.Request) -> web.Response:
        body = _rendered(self.values, request.query.get("format", "json"))
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        kind = "application/json" if body.startswith(b"{") else "text/plain"
        return web.Response(body=body, headers={"ETag": etag}, content_type=kind)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        stream: asyncio.Queue[bytes | None] = asyncio.Queue()
        await self._note(lambda: self._streams.add(stream))
        try:
            await response.write(b'event: message\ndata: {"type":"connected"}\n\n')
            while (chunk := await stream.get()) is not None:
                await response.write(chunk)
        finally:
            await self._note(lambda: self._streams.discard(stream))
        return response

    async def _note(self, change: Callable[[], None]) -> None:
        async with self._noted:
            change()
            self._noted.notify_all()


def error(status: int, *messages: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"messages": list(messages), "success": False}, status=status, headers=headers)


def answers(
    status: int, body: bytes = b"", *, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> Trouble:
    """Always this one answer."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type=kind, headers=headers)

    return answer


def answers_with_error(status: int, *messages: str, headers: Mapping[str, str] | None = None) -> Trouble:
    async def answer(_request: web.Request) -> web.Response:
        return error(status, *messages, headers=headers)

    return answer


def cuts_off(body: bytes) -> Trouble:
    """Promises more than it sends."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = len(body) + 100
        await response.prepare(request)
        await response.write(body)
        _hang_up(request)
        return response

    return answer


def hangs_up() -> Trouble:
    """Takes the request and closes the connection."""

    async def answer(request: web.Request) -> web.Response:
        _hang_up(request)
        return web.Response()

    return answer


def goes_on_forever(chunk: bytes) -> Trouble:
    """Sends for as long as somebody reads."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(chunk)

    return answer


def never_answers() -> Trouble:
    async def answer(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    return answer


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()


def _token_of(request: web.Request) -> str:
    """Either scheme, as Doppler takes them."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return rest
    return base64.b64decode(rest).decode().partition(":")[0]


def _rendered(values: Mapping[str, str], form: str) -> bytes:
    if form == "json":
        return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
    return "\n".join(f'{name}="{value}"' for name, value in sorted(values.items())).encode()
