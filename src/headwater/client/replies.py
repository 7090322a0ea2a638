"""What a server's status and body mean: an error of ours, or a body worth reading.

Pure. Surprise: `messages` are let into an error's text only for 4xx other than 429; those of a 429 or a 5xx hold counts
and ids that differ each time, and would make two equal failures look different.
"""

from http import HTTPStatus

import msgspec

from headwater.client.errors import (
    AccessRefusedError,
    BadReplyError,
    RateLimitedError,
    RequestRefusedError,
    TokenRefusedError,
    UpstreamFailedError,
    UpstreamNotFoundError,
)
from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden
from headwater.process.logging import redact_text

MAX_MESSAGE_CHARACTERS = 300

_WORDS: dict[int, tuple[type[HeadwaterError], str]] = {
    HTTPStatus.UNAUTHORIZED: (TokenRefusedError, "the token is not accepted"),
    HTTPStatus.FORBIDDEN: (AccessRefusedError, "the token may not do this"),
    HTTPStatus.NOT_FOUND: (UpstreamNotFoundError, "not found"),
}


class _ErrorReply(msgspec.Struct):
    messages: list[str] = []


def to_error(host: str, status: int, body: bytes, *, retry_after: str | None, token: Hidden[str]) -> HeadwaterError:
    """The error that an answer of `status` other than 2xx and 304 stands for."""
    start = f"{host} answered {status}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError(f"{start}: too many requests", retry_after=_read_seconds(retry_after))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UpstreamFailedError(f"{start}: the server failed")
    if status >= HTTPStatus.BAD_REQUEST:
        kind, words = _WORDS.get(status, (RequestRefusedError, "the request is refused"))
        return kind(f"{start}: {_masked_messages(body, token) or words}")
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return BadReplyError(f"{start}: it redirects elsewhere", hint="give the address that it redirects to")
    return BadReplyError(f"{start}, which this API does not use here")


def _masked_messages(body: bytes, token: Hidden[str]) -> str:
    """A JSON error's `messages` on one line, tokens masked; empty if the body is anything else."""
    try:
        messages = msgspec.json.decode(body, type=_ErrorReply).messages
    except (msgspec.DecodeError, RecursionError):
        return ""
    text = redact_text(" ".join(messages).replace(token.reveal().strip(), "[redacted]"))
    text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:MAX_MESSAGE_CHARACTERS]


def _read_seconds(retry_after: str | None) -> float | None:
    """`Retry-After` as Doppler sends it, in seconds; its other form (a date) is not used by this API."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return None
    return float(retry_after.strip()[:9])
