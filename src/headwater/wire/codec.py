"""JSON to structs and back, with `Hidden` values on both ways.

Encoding is the one place where replies reveal their values: `msgspec` calls `_reveal` for each `Hidden` it meets.
"""

from typing import Any, TypeVar, get_origin

import msgspec

from headwater.domain.errors import InvalidInputError
from headwater.domain.hidden import Hidden

T = TypeVar("T")

MAX_DEPTH = 32
"""Arrays and objects within each other that a body may hold."""

MAX_KEYS = 2_000
"""Names that one JSON object may hold."""


class MalformedBodyError(InvalidInputError):
    """A body that is no JSON, or JSON of another shape than the route takes."""

    code = "malformed_body"


def encode(reply: object) -> bytes:
    """A struct as compact JSON, its hidden values revealed."""
    return _encoder.encode(reply)


def decode(shape: type[T], body: bytes) -> T:
    """JSON as a struct.

    Raises:
        MalformedBodyError: not JSON, or not of that shape. The message names the field, never its value.
    """
    return to_struct(shape, decode_plain(body))


def to_struct(shape: type[T], plain: object) -> T:
    """Builtin dicts, lists and strings as a struct.

    Raises:
        MalformedBodyError: as `decode`.
    """
    try:
        return msgspec.convert(plain, shape, dec_hook=_hide)
    except msgspec.ValidationError as error:
        raise MalformedBodyError(_in_our_words(str(error))) from None


def decode_plain(body: bytes) -> object:
    """JSON as builtin dicts, lists and strings, within the limits on depth and keys.

    Raises:
        MalformedBodyError: not JSON, or beyond a limit.
    """
    try:
        plain = msgspec.json.decode(body)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The library's text may quote what it read, which may be a secret value.
        raise MalformedBodyError("the body is not valid JSON", hint="send a JSON object in UTF-8") from None
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH or body.count(b":") > MAX_KEYS:
        _check_limits(plain)
    return plain


def _check_limits(plain: object) -> None:
    """Level by level rather than by recursion, so that depth costs no stack."""
    level, depth = [plain], 0
    while level:
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                if len(value) > MAX_KEYS:
                    raise MalformedBodyError(f"an object of the body has more than {MAX_KEYS} names", hint="send fewer")
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
        level = [value for value in inner if isinstance(value, dict | list)]
        depth += 1
        if depth >= MAX_DEPTH and level:
            raise _too_deep()


def _too_deep() -> MalformedBodyError:
    return MalformedBodyError(f"the body is nested deeper than {MAX_DEPTH} levels", hint="send it flatter")


def _hide(kind: type, value: object) -> object:
    if get_origin(kind) is not Hidden:
        raise NotImplementedError(kind)
    if not isinstance(value, str):
        # msgspec makes a ValidationError of it and adds the field's path
        raise TypeError(f"Expected `str`, got `{_json_type(value)}`")
    return Hidden(value)


def _reveal(value: Any) -> object:  # noqa: ANN401 - msgspec's hook takes anything
    if isinstance(value, Hidden):
        return value.reveal()
    raise NotImplementedError(type(value))


def _json_type(value: object) -> str:
    names = {bool: "bool", int: "int", float: "float", list: "array", dict: "object", type(None): "null"}
    return names.get(type(value), "something else")


def _in_our_words(text: str) -> str:
    """`Expected `str`, got `int` - at `$.name`` → `name: expected `str`, got `int``."""
    what, _, where = text.partition(" - at ")
    path = where.strip("`").removeprefix("$").removeprefix(".") or "the body"
    return f"{path}: {what[:1].lower()}{what[1:]}"


_encoder = msgspec.json.Encoder(enc_hook=_reveal)
