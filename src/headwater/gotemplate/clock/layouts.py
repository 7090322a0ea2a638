"""Layouts: Go's reference time as a format.

The surprise: a layout is cut into chunks by one pattern whose alternatives stand in Go's order; everything between is
literal.
"""

import re
from collections.abc import Callable

from headwater.gotemplate.clock.fields import DAYS, MONTHS, Fields

DEFAULT = b"2006-01-02 15:04:05.999999999 -0700 MST"
RFC_3339_NANO = b"2006-01-02T15:04:05.999999999Z07:00"
CHUNK = re.compile(
    rb"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm"
    rb"|[-Z](?:070000|07:00:00|0700|07:00|07)|[.,](?:0+|9+)(?![0-9])"
)


def _zone_offset(fields: Fields, chunk: bytes) -> bytes:
    """`-0700` and its like; `Z` variants print `Z` for UTC."""
    if chunk[:1] == b"Z" and not fields.offset:
        return b"Z"
    minutes, size = abs(fields.offset) // 60, abs(fields.offset)
    colon = b":" if b":" in chunk else b""
    text = b"%b%02d" % (b"-" if fields.offset <= -60 else b"+", minutes // 60)  # noqa: PLR2004 - whole minutes
    if len(chunk) > 3:  # noqa: PLR2004 - more than hours
        text += colon + b"%02d" % (minutes % 60)
    return text + colon + b"%02d" % (size % 60) if len(chunk) >= 7 and chunk[-5:-3] != b"07" else text  # noqa: PLR2004


def _zone_name(fields: Fields, _: bytes) -> bytes:
    return fields.zone or _zone_offset(fields, b"-0700")


def _twelve(fields: Fields) -> int:
    return fields.hour % 12 or 12


def _half(fields: Fields) -> bytes:
    return b"PM" if fields.hour >= 12 else b"AM"  # noqa: PLR2004 - noon


def _year(fields: Fields, _: bytes) -> bytes:
    return (b"-%04d" if fields.year < 0 else b"%04d") % abs(fields.year)


_WRITERS: dict[bytes, Callable[[Fields, bytes], bytes]] = {
    b"2006": _year,
    b"06": lambda fields, _: b"%02d" % (abs(fields.year) % 100),
    b"January": lambda fields, _: MONTHS[fields.month - 1],
    b"Jan": lambda fields, _: MONTHS[fields.month - 1][:3],
    b"01": lambda fields, _: b"%02d" % fields.month,
    b"1": lambda fields, _: b"%d" % fields.month,
    b"Monday": lambda fields, _: DAYS[fields.weekday],
    b"Mon": lambda fields, _: DAYS[fields.weekday][:3],
    b"02": lambda fields, _: b"%02d" % fields.day,
    b"_2": lambda fields, _: b"%2d" % fields.day,
    b"2": lambda fields, _: b"%d" % fields.day,
    b"002": lambda fields, _: b"%03d" % fields.year_day,
    b"__2": lambda fields, _: b"%3d" % fields.year_day,
    b"15": lambda fields, _: b"%02d" % fields.hour,
    b"03": lambda fields, _: b"%02d" % _twelve(fields),
    b"3": lambda fields, _: b"%d" % _twelve(fields),
    b"04": lambda fields, _: b"%02d" % fields.minute,
    b"4": lambda fields, _: b"%d" % fields.minute,
    b"05": lambda fields, _: b"%02d" % fields.second,
    b"5": lambda fields, _: b"%d" % fields.second,
    b"PM": lambda fields, _: _half(fields),
    b"pm": lambda fields, _: _half(fields).lower(),
    b"MST": _zone_name,
}


def _fraction(nanos: int, chunk: bytes) -> bytes:
    """`.000` and `.999`, nine digits at most; nines drop trailing zeros."""
    digits = (b"%09d" % nanos)[: len(chunk) - 1]
    if chunk[1:2] == b"9":
        digits = digits.rstrip(b"0")
        return chunk[:1] + digits if digits else b""
    return chunk[:1] + digits


def written(fields: Fields, layout: bytes) -> bytes:
    """The moment as the layout shows it."""

    def chunk_text(match: re.Match[bytes]) -> bytes:
        chunk = match[0]
        if chunk[:1] in (b".", b","):
            return _fraction(fields.nanos, chunk)
        return _WRITERS.get(chunk, _zone_offset)(fields, chunk)

    return CHUNK.sub(chunk_text, layout)
