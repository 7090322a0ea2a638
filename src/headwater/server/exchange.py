"""What a route does with its request: read the input, run a use case, reply.

The services of the running server travel in the ASGI scope, so that handlers are plain functions.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar, overload

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from headwater.domain.errors import InvalidInputError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import RequestId
from headwater.process.clock import to_iso_milliseconds
from headwater.server.errors import BodyTooLargeError, EncodedBodyError
from headwater.server.services import Services
from headwater.usecases.call import Call, Outcome
from headwater.usecases.refs import ConfigRef
from headwater.wire import reading
from headwater.wire.base import ConfigQuery
from headwater.wire.codec import encode

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

UseCase = Callable[[Call], Outcome[T]]

SERVICES = "headwater.services"
REQUEST_ID = "headwater.request_id"
TOKEN = "headwater.token"  # noqa: S105 - a key of the scope

MAX_BODY_BYTES = 1024 * 1024
_MAX_DRAINED_BYTES = 8 * MAX_BODY_BYTES
"""How much of a body that is too large is read anyway, so that its sender gets to read the reply."""


class MissingFieldError(InvalidInputError):
    code = "missing_field"


class NotSupportedError(InvalidInputError):
    """Known to Doppler, not yet to us: refused, never ignored."""

    code = "not_supported"


async def read(request: Request, use_case: UseCase[T]) -> T:
    """The reply of a use case that changes nothing; what it reveals is on record when this returns."""
    return await services(request).edge.read(token(request), request_id(request), use_case)


async def write(request: Request, use_case: UseCase[T]) -> T:
    """The reply of a use case that may change something; that and its record are durable when this returns."""
    return await services(request).edge.write(token(request), request_id(request), use_case)


async def admit(request: Request) -> None:
    """Raises: InvalidTokenError, for a request whose token is nobody's."""
    await services(request).edge.admit(token(request), request_id(request))


def read_query(request: Request, shape: type[S]) -> S:
    """The input of a route that takes no body."""
    return reading.read_input(shape, request.scope["query_string"])


async def read_input(request: Request, shape: type[S]) -> S:
    """The input of a route, from its query or its body."""
    return reading.read_input(shape, request.scope["query_string"], await read_body(request))


async def read_body(request: Request) -> bytes:
    """The whole body.

    Raises:
        EncodedBodyError: it is compressed.
        BodyTooLargeError: it is larger than `MAX_BODY_BYTES`.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodedBodyError("request bodies are not taken compressed", hint="leave Content-Encoding out")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _MAX_DRAINED_BYTES:
            break
        if size <= MAX_BODY_BYTES:
            parts.append(part)
    if size > MAX_BODY_BYTES:
        raise BodyTooLargeError("the body is larger than 1 MiB", hint="send fewer secrets at a time")
    return b"".join(parts)


def config_ref(query: ConfigQuery) -> ConfigRef:
    return ConfigRef(query.project, query.config)


def required(name: str, value: str | None) -> str:
    """Raises: MissingFieldError, when it was not sent."""
    if value is None:
        raise MissingFieldError(f"{name} is missing", hint=f"send {name}")
    return value


def refuse(name: str, *, given: object) -> None:
    """Raises: NotSupportedError, for a field that was sent and that we lack, rather than acting as if it were not."""
    if given:
        raise NotSupportedError(f"{name} is not supported yet", hint="leave it out")


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    return None if moment is None else to_iso_milliseconds(moment)


def reply(answer: object, *, status: int = 200) -> Response:
    return Response(encode(answer), status, media_type="application/json")


class Encoded:
    """A reply whose body is encoded already: the hot path, so none of Starlette's conveniences."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._status = status
        self._headers = headers
        self._body = body

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body})


def encoded_reply(content: Hidden[bytes], content_type: str, etag: str) -> Encoded:
    body = content.reveal()
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"etag", b'"%s"' % etag.encode()),
    ]
    return Encoded(200, headers, body)


def not_modified(etag: str) -> Encoded:
    return Encoded(304, [(b"etag", b'"%s"' % etag.encode())], b"")


def header(request: Request, name: bytes) -> str | None:
    """The first header of that name, in lower case, or None."""
    return next((value.decode("latin-1") for key, value in request.scope["headers"] if key == name), None)


def nothing() -> Response:
    """204: done, and nothing to say."""
    return Response(status_code=204)


def services(request: Request) -> Services:
    found: Services = request.scope[SERVICES]
    return found


def request_id(request: Request) -> RequestId:
    found: RequestId = request.scope[REQUEST_ID]
    return found


def token(request: Request) -> Hidden[str]:
    found: Hidden[str] = request.scope[TOKEN]
    return found
