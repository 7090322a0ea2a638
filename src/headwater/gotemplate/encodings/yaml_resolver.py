"""Which type go-yaml v2 sees in a plain scalar: YAML 1.1's words, Go's numbers, no sexagesimals, dates as strings."""

import re

from headwater.gotemplate.values.numerals import NumeralError, parse_float, parse_int, parse_uint
from headwater.gotemplate.values.values import Uint64, Value

_WORDS: dict[bytes, Value] = {
    **dict.fromkeys((b"y", b"Y", b"yes", b"Yes", b"YES", b"true", b"True", b"TRUE", b"on", b"On", b"ON"), True),
    **dict.fromkeys((b"n", b"N", b"no", b"No", b"NO", b"false", b"False", b"FALSE", b"off", b"Off", b"OFF"), False),
    **dict.fromkeys((b"", b"~", b"null", b"Null", b"NULL"), None),
    **dict.fromkeys((b".nan", b".NaN", b".NAN"), float("nan")),
    **dict.fromkeys((b".inf", b".Inf", b".INF", b"+.inf", b"+.Inf", b"+.INF"), float("inf")),
    **dict.fromkeys((b"-.inf", b"-.Inf", b"-.INF"), float("-inf")),
}
_HINTED = frozenset(b"+-0123456789yYnNtTfFoO~.")
_FLOAT = re.compile(rb"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(
    rb"[0-9]{4}-(?P<month>1[0-2]|0?[1-9])-(?P<day>3[01]|[12][0-9]|0?[1-9])"
    rb"(?:[Tt](?:2[0-3]|[01]?[0-9]):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})"
    rb"| +(?:2[0-3]|[01]?[0-9]):[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]+)?)?"
)
_BASE_60 = re.compile(rb"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2


def resolve(text: bytes) -> Value:
    """The value of a plain scalar; bytes when it is a string, dates included."""
    if text and text[0] not in _HINTED:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[:1] == b".":
        number = _parsed(parse_float, text)
        return text if number is None else number
    if text[:1] in b"+-0123456789" and not is_timestamp(text):
        return _number(text)
    return text


def _parsed(parse: object, text: bytes) -> float | None:
    try:
        return parse(text)  # type: ignore[operator, no-any-return] # one of the three parsers of numerals
    except NumeralError:
        return None


def _number(text: bytes) -> Value:
    bare = text.replace(b"_", b"")
    signed = _parsed(parse_int, bare)
    if signed is not None:
        return signed
    unsigned = _parsed(parse_uint, bare)
    if unsigned is not None:
        return Uint64(int(unsigned))
    floating = _parsed(parse_float, bare) if _FLOAT.fullmatch(bare) else None
    return text if floating is None else floating


def is_timestamp(text: bytes) -> bool:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return False
    year, month, day = int(text[:4]), int(match["month"]), int(match["day"])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= _DAYS[month - 1] - (month == _FEBRUARY and not leap)


def plain_reads_back(text: bytes) -> bool:
    """Whether a string written plain is read as that string, by go-yaml and by YAML 1.1's other readers."""
    if is_timestamp(text):
        return False
    return isinstance(resolve(text), bytes) and not _BASE_60.fullmatch(text)
