"""Durations: nanoseconds with units."""

import re
from collections.abc import Mapping
from typing import ClassVar

from headwater.gotemplate.errors import GoError
from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType, signature
from headwater.gotemplate.values.values import SIZED, GoObject, Int64, Method, wrap

MICROSECOND, MILLISECOND, SECOND = 1_000, 1_000_000, 1_000_000_000
MINUTE, HOUR = 60 * SECOND, 3_600 * SECOND
_UNITS = {
    b"ns": 1,
    b"us": MICROSECOND,
    "µs".encode(): MICROSECOND,
    "μs".encode(): MICROSECOND,
    b"ms": MILLISECOND,
    b"s": SECOND,
    b"m": MINUTE,
    b"h": HOUR,
}
_MAX = (1 << 63) - 1
_PART = re.compile(rb"(?P<whole>[0-9]*)(?P<point>\.(?P<fraction>[0-9]*))?(?P<unit>[^.0-9]*)", re.DOTALL)


class Duration(int, GoObject):
    """Go's time.Duration."""

    __slots__ = ()
    go_type: ClassVar[GoType] = gotypes.DURATION
    methods: ClassVar[Mapping[bytes, Method]] = {}

    def string(self) -> bytes:
        """`1h2m3.5s`, or one unit below a second."""
        size, sign = abs(int(self)), b"-" if self < 0 else b""
        if size < SECOND:
            return sign + _below_a_second(size) if size else b"0s"
        seconds, nanos = divmod(size, SECOND)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        text = b"%d%bs" % (seconds, _fraction(nanos, 9))
        if hours or minutes:
            text = b"%dm" % minutes + text
        return sign + (b"%dh" % hours if hours else b"") + text

    def rounded(self, unit: int) -> "Duration":
        """To the nearest multiple of the unit, half away from zero."""
        if unit <= 0:
            return self
        size = abs(int(self))
        rest = size % unit
        size = size - rest if rest + rest < unit else size - rest + unit
        number = -size if self < 0 else size
        return Duration(max(min(number, _MAX), -_MAX - 1))

    def truncated(self, unit: int) -> "Duration":
        if unit <= 0:
            return self
        size = abs(int(self)) // unit * unit
        return Duration(-size if self < 0 else size)


def _fraction(number: int, digits: int) -> bytes:
    text = b"%0*d" % (digits, number)
    stripped = text.rstrip(b"0")
    return b"." + stripped if stripped else b""


def _below_a_second(size: int) -> bytes:
    if size < MICROSECOND:
        return b"%dns" % size
    unit, digits, name = (MICROSECOND, 3, "µs".encode()) if size < MILLISECOND else (MILLISECOND, 6, b"ms")
    return b"%d%b%b" % (size // unit, _fraction(size % unit, digits), name)


def time_quote(text: bytes) -> bytes:
    """The time package's own quoting: every byte beyond printable ASCII as two hexadecimal digits."""
    out = bytearray(b'"')
    for byte in text:
        if byte >= 0x80 or byte < ord(" "):  # noqa: PLR2004 - beyond ASCII
            out += b"\\x%02x" % byte
        else:
            out += b"\\" * (byte in b'"\\') + bytes([byte])
    return bytes(out + b'"')


def _fault(problem: bytes, text: bytes) -> GoError:
    return GoError(b"time: " + problem + b" " + time_quote(text), public="invalid duration")


def parse_duration(text: bytes) -> Duration:
    """Raises: GoError."""
    rest = text[1:] if text[:1] in (b"-", b"+") else text
    negative = text[:1] == b"-"
    if rest == b"0":
        return Duration(0)
    total, position = 0, 0
    while position < len(rest) or not rest:
        match = _PART.match(rest, position)
        if match is None or not (match["whole"] or match["fraction"]):
            raise _fault(b"invalid duration", text)
        total += _part(match, text)
        if total > 1 << 63:
            raise _fault(b"invalid duration", text)
        position = match.end()
    if total > _MAX and not negative:
        raise _fault(b"invalid duration", text)
    return Duration(wrap(-total if negative else total))


def _part(match: re.Match[bytes], text: bytes) -> int:
    """Nanoseconds of one number and its unit."""
    if not match["unit"]:
        raise _fault(b"missing unit in duration", text)
    unit = _UNITS.get(match["unit"])
    if unit is None:
        raise _fault(b"unknown unit " + time_quote(match["unit"]) + b" in duration", text)
    whole = int(match["whole"].lstrip(b"0")[:20] or b"0")
    if whole > (1 << 63) // unit:
        raise _fault(b"invalid duration", text)
    digits = (match["fraction"] or b"")[:18]
    return whole * unit + int(float(int(digits or b"0")) * (float(unit) / float(10 ** len(digits))))


_FLOAT, _LONG = signature("func() float64"), signature("func() int64")
_ROUND = signature("func(time.Duration) time.Duration")

Duration.methods = {
    b"String": (signature("func() string"), lambda self: self.string()),
    b"Hours": (_FLOAT, lambda self: _in_units(self, HOUR)),
    b"Minutes": (_FLOAT, lambda self: _in_units(self, MINUTE)),
    b"Seconds": (_FLOAT, lambda self: _in_units(self, SECOND)),
    b"Milliseconds": (_LONG, lambda self: Int64(self.truncated(MILLISECOND) // MILLISECOND)),
    b"Microseconds": (_LONG, lambda self: Int64(self.truncated(MICROSECOND) // MICROSECOND)),
    b"Nanoseconds": (_LONG, Int64),
    b"Round": (_ROUND, lambda self, unit: self.rounded(unit)),
    b"Truncate": (_ROUND, lambda self, unit: self.truncated(unit)),
    b"Abs": (signature("func() time.Duration"), lambda self: Duration(min(abs(int(self)), _MAX))),
}


def _in_units(duration: Duration, unit: int) -> float:
    whole, rest = divmod(abs(int(duration)), unit)
    number = float(whole) + float(rest) / float(unit)
    return -number if duration < 0 else number


SIZED[gotypes.DURATION] = Duration
