"""`json.Marshal`: keys sorted by bytes, HTML escaped unless asked not to, floats as ECMAScript prints them.

The surprise: nil lists and maps are `null`, and invalid UTF-8 becomes the escape of U+FFFD.
"""

import math
import re

from headwater.gotemplate.errors import plain
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.numerals import format_float
from headwater.gotemplate.values.values import GoMap, GoObject, GoSlice, Value, type_of

_SHORT = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_HTML = "<>&"
_UNSAFE = re.compile('[\x00-\x1f"\\\\\u2028\u2029\udc80-\udcff]')
_UNSAFE_HTML = re.compile('[\x00-\x1f"\\\\<>&\u2028\u2029\udc80-\udcff]')
_SMALLEST_POSITIONAL = 1e-6
_SMALLEST_EXPONENTIAL = 1e21


class JsonWriter:
    """One value to JSON; `indent` is what one level adds, or nothing for the compact form."""

    def __init__(self, meter: Meter, *, escape_html: bool = True, indent: str = "") -> None:
        self._meter = meter
        self._unsafe = _UNSAFE_HTML if escape_html else _UNSAFE
        self._indent = indent
        self._level = 0
        self._out: list[str] = []

    def write(self, value: Value) -> bytes:
        """Raises: GoError for what JSON cannot hold."""
        self._value(value)
        return "".join(self._out).encode("utf-8", "surrogateescape")

    def _put(self, text: str) -> None:
        self._meter.allot(len(text))
        self._out.append(text)

    def _value(self, value: Value) -> None:
        if isinstance(value, bytes):
            self._put(self._string(value))
        elif isinstance(value, GoSlice | GoMap):
            self._container(value)
        elif isinstance(value, GoObject):
            self._object(value)
        else:
            self._put(_scalar(value))

    def _object(self, value: GoObject) -> None:
        text = value.json()
        if text is not None:
            self._put(self._string(text))
        elif isinstance(value, int):
            self._put(str(int(value)))
        else:
            self._members([(name, item) for name, item in value.struct() if name in value.fields])

    def _container(self, value: GoSlice | GoMap) -> None:
        if value.nil:
            self._put("null")
            return
        self._meter.enter()
        if isinstance(value, GoMap):
            self._members([(key, value[key]) for key in sorted(value)])
        else:
            self._elements(value)
        self._meter.leave()

    def _members(self, members: list[tuple[bytes, Value]]) -> None:
        self._level += 1
        for index, (key, value) in enumerate(members):
            self._put(("," if index else "{") + self._break() + self._string(key) + (": " if self._indent else ":"))
            self._value(value)
        self._level -= 1
        self._put(self._break() + "}" if members else "{}")

    def _elements(self, items: list[Value]) -> None:
        self._level += 1
        for index, value in enumerate(items):
            self._put(("," if index else "[") + self._break())
            self._value(value)
        self._level -= 1
        self._put(self._break() + "]" if items else "[]")

    def _break(self) -> str:
        return "\n" + self._indent * self._level if self._indent else ""

    def _string(self, text: bytes) -> str:
        return '"' + self._unsafe.sub(_escaped, runes.decode(text)) + '"'


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char in _SHORT:
        return _SHORT[char]
    return "\\ufffd" if runes.is_invalid(char) else f"\\u{ord(char):04x}"


def _scalar(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(int(value))
        case float():
            return number(value)
        case _:
            raise plain(f"json: unsupported type: {type_of(value)}")


def number(value: float) -> str:
    """A float as ECMAScript prints it.

    Raises: GoError for infinities and NaN.
    """
    if not math.isfinite(value):
        raise plain(f"json: unsupported value: {format_float(value, 'g')}")
    size = abs(value)
    if size and not _SMALLEST_POSITIONAL <= size < _SMALLEST_EXPONENTIAL:
        text = format_float(value, "e")
        return text[:-2] + text[-1] if text[-4:-1] == "e-0" else text
    return format_float(value, "f")
