"""`json.Unmarshal` into an empty interface: every number a float64, the last duplicate wins.

The surprise: errors are worded by where the scanner stood, so the reader keeps its own scanner.
"""

import math
import re
from collections.abc import Callable
from typing import Any

import msgspec

from headwater.gotemplate.errors import GoError
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.values import AnyMap, AnySlice, Value

_SPACE = re.compile(rb"[ \t\r\n]*")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_ESCAPES = {b'"': '"', b"\\": "\\", b"/": "/", b"b": "\b", b"f": "\f", b"n": "\n", b"r": "\r", b"t": "\t"}
_LITERALS: dict[bytes, tuple[bytes, Value]] = {b"t": (b"true", True), b"f": (b"false", False), b"n": (b"null", None)}
_HEX = re.compile(rb"[0-9a-fA-F]{4}")
# At the end of the text Go feeds its scanner a space, which these states refuse by name.
_ENDED_BY_SPACE = ("numeric literal", "escape code", "character escape", "')")
_VALUE = "looking for beginning of value"


class JsonReader:
    """Reads one text; `overflow` is the first number that no float64 holds, an error that Go reports at the end."""

    def __init__(self, text: bytes, meter: Meter) -> None:
        self._text = text
        self._meter = meter
        self._position = 0
        self.overflow: bytes | None = None

    def read(self) -> Value:
        """Raises: GoError."""
        value = self._value()
        self._space()
        if self._position < len(self._text):
            raise self._invalid("after top-level value")
        return value

    def _space(self) -> bytes:
        """Skip space; the byte after it."""
        match = _SPACE.match(self._text, self._position)
        if match is not None:
            self._position = match.end()
        return self._text[self._position : self._position + 1]

    def _invalid(self, context: str) -> GoError:
        byte = self._text[self._position : self._position + 1]
        if not byte:
            if context.endswith(_ENDED_BY_SPACE):
                return GoError(f"invalid character ' ' {context}", public=f"invalid character {context}")
            return GoError("unexpected end of JSON input", public="unexpected end of JSON input")
        return GoError(f"invalid character {_shown(byte)} {context}", public=f"invalid character {context}")

    def _value(self) -> Value:
        self._meter.step()
        first = self._space()
        if first == b"{":
            return self._nested(self._object())
        if first == b"[":
            return self._nested(self._array())
        if first == b'"':
            return self._string()
        if first in _LITERALS:
            return self._literal(*_LITERALS[first])
        if first == b"-" or first.isdigit():
            return self._number()
        raise self._invalid(_VALUE)

    def _nested(self, value: Value) -> Value:
        self._meter.leave()
        return value

    def _literal(self, word: bytes, value: Value) -> Value:
        for index in range(1, len(word)):
            self._position += 1
            if self._text[self._position : self._position + 1] != word[index : index + 1]:
                raise self._invalid(f"in literal {word.decode()} (expecting '{chr(word[index])}')")
        self._position += 1
        return value

    def _array(self) -> AnySlice:
        self._meter.enter()
        items = AnySlice()
        self._position += 1
        if self._space() == b"]":
            self._position += 1
            return items
        while True:
            items.append(self._value())
            following = self._space()
            if following not in (b",", b"]"):
                raise self._invalid("after array element")
            self._position += 1
            if following == b"]":
                return items

    def _object(self) -> AnyMap:
        self._meter.enter()
        members = AnyMap()
        self._position += 1
        if self._space() == b"}":
            self._position += 1
            return members
        while True:
            key = self._key()
            members[key] = self._value()
            following = self._space()
            if following not in (b",", b"}"):
                raise self._invalid("after object key:value pair")
            self._position += 1
            if following == b"}":
                return members

    def _key(self) -> bytes:
        if self._space() != b'"':
            raise self._invalid("looking for beginning of object key string")
        key = self._string()
        if self._space() != b":":
            raise self._invalid("after object key")
        self._position += 1
        return key

    # Strings.

    def _string(self) -> bytes:
        parts: list[str] = []
        self._position += 1
        while True:
            match = _PLAIN.match(self._text, self._position)
            end = match.end() if match is not None else self._position
            parts.append(runes.repaired(self._text[self._position : end]))
            self._position = end
            stop = self._text[end : end + 1]
            if stop == b'"':
                self._position += 1
                return runes.encode("".join(parts))
            if stop != b"\\":
                raise self._invalid("in string literal")
            self._position += 1
            parts.append(self._escape())

    def _escape(self) -> str:
        letter = self._text[self._position : self._position + 1]
        if letter in _ESCAPES:
            self._position += 1
            return _ESCAPES[letter]
        if letter != b"u":
            raise self._invalid("in string escape code")
        code = self._hex(self._position)
        if not 0xD800 <= code < 0xDC00:  # noqa: PLR2004 - no leading surrogate
            return chr(code) if not 0xDC00 <= code < 0xE000 else runes.REPLACEMENT  # noqa: PLR2004 - a lone one
        return self._pair(code)

    def _hex(self, at: int) -> int:
        """Four digits after the `u` at this place."""
        for place in range(at + 1, at + 5):
            self._position = place
            if self._text[place : place + 1] not in _HEX_DIGITS or place >= len(self._text):
                raise self._invalid("in \\u hexadecimal character escape")
        self._position = at + 5
        return int(self._text[at + 1 : at + 5], 16)

    def _pair(self, leading: int) -> str:
        """A surrogate pair, or U+FFFD for a leading surrogate alone."""
        at = self._position
        if self._text[at : at + 2] == b"\\u" and _HEX.match(self._text, at + 2):
            trailing = int(self._text[at + 2 : at + 6], 16)
            if 0xDC00 <= trailing < 0xE000:  # noqa: PLR2004 - a trailing surrogate
                self._position = at + 6
                return chr(0x10000 + ((leading - 0xD800) << 10) + (trailing - 0xDC00))
        return runes.REPLACEMENT

    # Numbers.

    def _number(self) -> Value:
        start = self._position
        if self._text[start : start + 1] == b"-":
            self._position += 1
        if self._text[self._position : self._position + 1] == b"0":
            self._position += 1
        else:
            self._digits("in numeric literal")
        if self._text[self._position : self._position + 1] == b".":
            self._position += 1
            self._digits("after decimal point in numeric literal")
        if self._text[self._position : self._position + 1] in (b"e", b"E"):
            self._position += 1
            self._position += self._text[self._position : self._position + 1] in (b"+", b"-")
            self._digits("in exponent of numeric literal")
        return self._converted(self._text[start : self._position])

    def _digits(self, context: str) -> None:
        start = self._position
        while self._text[self._position : self._position + 1].isdigit():
            self._position += 1
        if self._position == start:
            raise self._invalid(context)

    def _converted(self, text: bytes) -> Value:
        number = float(text)
        if math.isinf(number):
            self.overflow = self.overflow if self.overflow is not None else text
            return None
        return number


_HEX_DIGITS = b"0123456789abcdefABCDEF"


def _shown(byte: bytes) -> str:
    if byte == b"'":
        return "'\\''"
    if byte == b'"':
        return "'\"'"
    return "'" + quote(byte.decode("latin-1").encode())[1:-1].decode() + "'"


# A common reader will do for plain documents, but that an integer has no sign of a zero there, and that one beyond all
# floats goes unseen where a later member of the same name takes its place.
_FIRST_TOO_LONG = 309  # digits
_ODD_INTEGER = re.compile(rb"-0(?![0-9.eE])|[0-9]{%d}" % _FIRST_TOO_LONG)
_DECODER = msgspec.json.Decoder()


def _converted(value: object) -> Value:
    return _CONVERSIONS[type(value)](value)


def _converted_map(given: dict[str, object]) -> AnyMap:
    members = AnyMap()
    for key, item in given.items():
        members[key.encode()] = item.encode() if type(item) is str else _converted(item)
    return members


def _converted_slice(given: list[object]) -> AnySlice:
    return AnySlice([item.encode() if type(item) is str else _converted(item) for item in given])


# What that reader gives, by its exact type.
_CONVERSIONS: dict[type, Callable[[Any], Value]] = {
    str: str.encode,
    dict: _converted_map,
    list: _converted_slice,
    int: float,
    float: float,
    bool: bool,
    type(None): lambda _: None,
}


def read_json(text: bytes, meter: Meter) -> tuple[Value, GoError | None]:
    """What Go puts into the variable, and the error that it returns beside it."""
    meter.step(len(text) // 4)
    if (b"-0" in text or len(text) >= _FIRST_TOO_LONG) and _ODD_INTEGER.search(text):
        return _read(text, meter)
    try:
        return _converted(_DECODER.decode(text)), None
    except (ValueError, OverflowError, RecursionError):  # the scanner above says what Go says of it
        return _read(text, meter)


def _read(text: bytes, meter: Meter) -> tuple[Value, GoError | None]:
    reader = JsonReader(text, meter)
    try:
        value = reader.read()
    except GoError as error:
        if type(error) is not GoError:
            raise
        return None, error
    if reader.overflow is not None:
        text = b"json: cannot unmarshal number " + reader.overflow + b" into Go value of type float64"
        return value, GoError(text, public="number out of range")
    return value, None
