"""The API as an ASGI application, without a framework: a request is read whole, answered at once or as a stream."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

from starlette.types import Receive, Scope, Send

from headwater.devcluster.api import Api
from headwater.devcluster.auditing import Audit
from headwater.devcluster.http import Reply, Request, parse_query, refusal
from headwater.devcluster.listener import is_loopback
from headwater.devcluster.status import RefusedError

MOST_BYTES: Final = 3 * 1024 * 1024
"""Of a body, as the API server takes it."""


_FROM_ELSEWHERE: Final = RefusedError(403, "Forbidden", "devcluster answers programs of its own machine alone")


def is_local(request: Request) -> bool:
    """Not sent by a page in a browser, nor under a name that somebody else made point here."""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    return "origin" not in request.headers and is_loopback(host.strip("[]"))


class App:
    """One cluster at one address."""

    def __init__(self, api: Api, audit: Audit, *, public: bool = False) -> None:
        self._api = api
        self._audit = audit
        self._public = public
        self._streams: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _read(receive)
        if body is None:
            await _send(send, refusal(RefusedError(413, "RequestEntityTooLarge", "the body is too large")))
            return
        request = _request(scope, body)
        answered = self._api.handle(request) if self._public or is_local(request) else refusal(_FROM_ELSEWHERE)
        self._audit.note(request, answered)
        if answered.stream is None:
            await _send(send, answered)
        else:
            await self._stream(answered, receive, send)

    def close(self) -> None:
        """End every watch, so that the listener can stop."""
        for task in self._streams:
            task.cancel()

    async def _stream(self, answered: Reply, receive: Receive, send: Send) -> None:
        """Until the stream ends or the client is gone."""
        assert answered.stream is not None
        await _head(send, answered, [])
        sending = asyncio.create_task(_pour(answered.stream, send))
        leaving = asyncio.create_task(_gone(receive))
        self._streams |= {sending}
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams -= {sending}
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b""})


async def _pour(stream: AsyncIterator[bytes], send: Send) -> None:
    async with contextlib.aclosing(stream) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _read(receive: Receive) -> bytes | None:
    """The whole body, None if it is too large."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
    return body


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=parse_query(scope["query_string"]),
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=body,
    )


async def _send(send: Send, answered: Reply) -> None:
    await _head(send, answered, [(b"content-length", str(len(answered.body)).encode("ascii"))])
    await send({"type": "http.response.body", "body": answered.body})


async def _head(send: Send, answered: Reply, headers: list[tuple[bytes, bytes]]) -> None:
    told = [(b"warning", _warning(text)) for text in answered.warnings]
    kind = (b"content-type", answered.content_type.encode("ascii"))
    await send({"type": "http.response.start", "status": answered.status, "headers": [kind, *told, *headers]})


def _warning(text: str) -> bytes:
    """Source: RFC 9111 5.5, code 299."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'299 - "{escaped}"'.encode("utf-8", "replace")
