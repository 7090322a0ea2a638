"""What providers share when they pick: the members of a JSON value, and names that match a pattern.

Pure. Values never reach a message: an error says which secret, not what it holds.
"""

from collections.abc import Callable
from functools import lru_cache

import msgspec
import re2  # type: ignore[import-untyped]  # it comes without types

from headwater.domain.hidden import Hidden
from headwater.operator.providers.protocol import Picked, PickError

MAX_PATTERN_MEMORY = 1 << 20
"""Bytes that one compiled pattern may take; RE2 matches in linear time whatever the pattern."""


def extract_members(key: str, value: Hidden[bytes]) -> Picked:
    """The members of a JSON object: strings unquoted, null as nothing, other JSON as it is written.

    Source: external-secrets providers/v1/doppler, GetSecretMap (Go's json.Unmarshal into map[string]json.RawMessage).

    Raises:
        PickError: the value is not a JSON object.
    """
    try:
        members = msgspec.json.decode(value.reveal(), type=dict[str, msgspec.Raw] | None) or {}
        return {name: Hidden(_to_text(bytes(raw))) for name, raw in members.items()}
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # not chained: the library's text may quote what it read
        raise PickError(f"secret '{key}' is not a JSON object") from None


def _to_text(raw: bytes) -> bytes:
    if raw == b"null":
        return b""
    return msgspec.json.decode(raw, type=str).encode() if raw.startswith(b'"') else raw


def matches(pattern: str, name: str) -> bool:
    """Whether an RE2 pattern matches anywhere in `name`.

    Raises:
        PickError: the pattern is none.
    """
    return _searcher(pattern)(name) is not None


@lru_cache(maxsize=1024)
def _searcher(pattern: str) -> Callable[[str], object | None]:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MAX_PATTERN_MEMORY
    try:
        search: Callable[[str], object | None] = re2.compile(pattern, options=options).search
    except re2.error:
        raise PickError("find.name.regexp is not a regular expression in RE2's syntax") from None
    return search
