"""Reading a downloaded config: a JSON object of strings, and nothing else passes.

Surprise: a name that stands there twice is refused. JSON lets the last one win, and which value a team then runs on
would be an accident.
"""

import json
from dataclasses import dataclass

import msgspec

from headwater.client.errors import BadReplyError
from headwater.domain.hidden import Hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A config as the server rendered it."""

    etag: str | None
    body: Hidden[bytes]


@dataclass(frozen=True, slots=True)
class NotModified:
    """The config is what it was when the server gave the ETag that was sent."""


def read_json_values(body: Hidden[bytes]) -> dict[str, Hidden[str]]:
    """Name → value of a download in the format `json`, in the server's order.

    Raises:
        BadReplyError: anything but a JSON object of strings, each name once. The text says nothing of the content.
    """
    text = body.reveal()
    try:
        values = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # the cause is not chained: the library's text may quote what it read
        raise BadReplyError("the server's reply is not a JSON object of strings") from None
    if len(values) != _count_names(text):
        raise BadReplyError("the server's reply names a secret twice")
    return {name: Hidden(value) for name, value in values.items()}


def _count_names(text: bytes) -> int:
    """How many members the object has, repeated ones included; `text` is known to be a flat object of strings."""
    pairs: list[tuple[str, str]] = json.loads(text, object_pairs_hook=list)
    return len(pairs)
