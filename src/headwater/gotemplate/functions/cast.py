"""Any value to a number, as spf13/cast has it: whatever fails is 0."""

import math
import re

from headwater.gotemplate.values.numerals import NumeralError, parse_float, parse_int
from headwater.gotemplate.values.values import Value, wrap

_WITH_POINT = re.compile(rb"([-+]?[0-9]*)(\.[0-9]*)?")
_MIN = -(1 << 63)
_LONGEST = len(str(-_MIN))


def float_to_int(number: float) -> int:
    """Go's conversion on amd64: what does not fit becomes the least integer."""
    if not math.isfinite(number) or not _MIN <= number < -_MIN:
        return _MIN
    return int(number)


def to_int(value: Value) -> int:
    if type(value) is int:
        return value
    match value:
        case int():
            return wrap(int(value))
        case float():
            return float_to_int(value)
        case bytes():
            return _text_to_int(value)
        case _:
            return 0


def _text_to_int(text: bytes) -> int:
    if text.isdigit() and text[0] != ord("0") and len(text) < _LONGEST:
        return int(text)
    try:
        return parse_int(_without_point(text)) if text else 0
    except NumeralError:
        return 0


def _without_point(text: bytes) -> bytes:
    """The part before a decimal point, where the text is a plain decimal."""
    match = _WITH_POINT.fullmatch(text) if b"." in text else None
    if match is None:
        return text
    whole = match[1]
    return whole + b"0" if whole in (b"", b"-", b"+") else whole


def to_float(value: Value) -> float:
    match value:
        case int() | float():
            return float(value)
        case bytes():
            return _text_to_float(value)
        case _:
            return 0.0


def _text_to_float(text: bytes) -> float:
    try:
        return parse_float(text) if text else 0.0
    except NumeralError:
        return 0.0
