"""One input per route out of query and body, because clients disagree about which of the two a parameter stands in.

An empty query parameter and a null in the body are absent (the `doppler` CLI sends the one, the Python SDK the
other); booleans are read without regard to case.
"""

from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from headwater.domain.errors import InvalidInputError
from headwater.wire import codec

T = TypeVar("T", bound=msgspec.Struct)

_BLANK_IS_ABSENT = frozenset({"project", "environment", "config", "slug"})
"""Fields that say where: an empty one in a body means the credential's own place, as it does in a query."""

_MAX_PARAMETERS = 64

_PLAIN_TYPES = (
    (msgspec.inspect.StrType, str),
    (msgspec.inspect.BoolType, bool),
    (msgspec.inspect.IntType, int),
)


class MalformedQueryError(InvalidInputError):
    """A query parameter that is of another type than the route takes, or given twice."""

    code = "malformed_query"


def read_input(shape: type[T], query: bytes, body: bytes = b"") -> T:
    """The input of one route, from its query string and its body; an empty body is `{}`.

    Raises:
        MalformedBodyError: the body is no JSON object of that shape.
        MalformedQueryError: the query has a parameter of the wrong type, twice, or unlike the body's.
    """
    fields = _read_body(body) if body else {}
    if query:
        _add_query(shape, query, fields)
    return codec.to_struct(shape, fields)


def _read_body(body: bytes) -> dict[str, object]:
    plain = codec.decode_plain(body)
    if not isinstance(plain, dict):
        raise codec.MalformedBodyError("the body is not a JSON object", hint='send {"name": value, …}')
    return {name: _without_nulls(value) for name, value in plain.items() if not _is_absent(name, value)}


def _without_nulls(value: object) -> object:
    """In the objects of a list a null is absent too; in a map such as `secrets` it has a meaning of its own."""
    if not isinstance(value, list):
        return value
    return [
        {name: inner for name, inner in item.items() if inner is not None} if isinstance(item, dict) else item
        for item in value
    ]


def _is_absent(name: str, value: object) -> bool:
    return value is None or (value == "" and name in _BLANK_IS_ABSENT)


def _add_query(shape: type[msgspec.Struct], query: bytes, fields: dict[str, object]) -> None:
    types = _field_types(shape)
    seen: set[str] = set()
    for name, text in _parameters(query):
        if name not in types or not text:
            continue
        if name in seen:
            raise MalformedQueryError(f"the query gives {name} twice", hint="give it once")
        seen.add(name)
        value = _of_text(name, text, types[name])
        if fields.setdefault(name, value) != value:
            raise MalformedQueryError(f"query and body give different values for {name}", hint="give it once")


def _parameters(query: bytes) -> list[tuple[str, str]]:
    if b"%" not in query and b"+" not in query and query.isascii():
        pairs = [part.partition("=") for part in query.decode().split("&")]
        if len(pairs) <= _MAX_PARAMETERS:
            return [(name, value) for name, _, value in pairs]
    try:
        return parse_qsl(query.decode("ascii"), errors="strict", max_num_fields=_MAX_PARAMETERS)
    except (UnicodeDecodeError, ValueError):
        hint = f"percent-encode UTF-8, at most {_MAX_PARAMETERS} parameters"
        raise MalformedQueryError("the query string cannot be read", hint=hint) from None


def _of_text(name: str, text: str, kind: Any) -> object:  # noqa: ANN401 - a type as msgspec takes it
    if kind is str:
        return text
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError:
        raise MalformedQueryError(f"the query parameter {name} is not {_article(kind)}") from None


def _article(kind: type) -> str:
    return {bool: "true or false", int: "a whole number"}.get(kind, "of its type")


@cache
def _field_types(shape: type[msgspec.Struct]) -> dict[str, object]:
    """Name on the wire → `str`, `bool` or `int`: what a query can hold. Other fields are the body's alone."""
    hints = {field.encode_name: _plain(field.type) for field in msgspec.structs.fields(shape)}
    return {name: kind for name, kind in hints.items() if kind in (str, bool, int)}


def _plain(kind: Any) -> object:  # noqa: ANN401
    """`str | None` → `str`: the first member of a union that a query can hold."""
    info = msgspec.inspect.type_info(kind)
    members = info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)
    for member in members:
        for known, plain in _PLAIN_TYPES:
            if isinstance(member, known):
                return plain
    return None
