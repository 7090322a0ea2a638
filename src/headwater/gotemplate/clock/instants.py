"""Instants: Go's time.Time, with the methods that a template can call, and its months and weekdays.

The surprise: dates are computed here, not by datetime, whose years end at 9999 and whose fractions at microseconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from headwater.gotemplate.clock import civil
from headwater.gotemplate.clock.durations import SECOND, Duration
from headwater.gotemplate.clock.fields import DAYS, MONTHS, Fields
from headwater.gotemplate.clock.layouts import DEFAULT, RFC_3339_NANO, written
from headwater.gotemplate.clock.zones import UTC, Location, NoLocation
from headwater.gotemplate.errors import plain
from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType
from headwater.gotemplate.values.values import SIZED, GoObject, Int64, Method, Uint64, Value

_YEAR_1 = -62_135_596_800
_MAX = (1 << 63) - 1
_LAST_YEAR = 9999
_DAY = 86_400
_UNFIT = "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: "


class Month(int, GoObject):
    """Go's time.Month."""

    __slots__ = ()
    go_type: ClassVar[GoType] = gotypes.MONTH
    methods: ClassVar[Mapping[bytes, Method]] = {}

    def string(self) -> bytes:
        return MONTHS[self - 1] if 1 <= self <= len(MONTHS) else b"%%!Month(%d)" % self


class Weekday(int, GoObject):
    """Go's time.Weekday; 0 is Sunday."""

    __slots__ = ()
    go_type: ClassVar[GoType] = gotypes.WEEKDAY
    methods: ClassVar[Mapping[bytes, Method]] = {}

    def string(self) -> bytes:
        return DAYS[self] if 0 <= self < len(DAYS) else b"%%!Weekday(%d)" % self


@dataclass(frozen=True, slots=True)
class Instant(GoObject):
    """Go's time.Time: seconds since 1970, nanoseconds, and the location that shows it."""

    unix: int
    nanos: int
    location: Location

    go_type: ClassVar[GoType] = gotypes.TIME
    methods: ClassVar[Mapping[bytes, Method]] = {}
    hidden: ClassVar[frozenset[bytes]] = frozenset((b"wall", b"ext", b"loc"))

    def string(self) -> bytes:
        return self.format(DEFAULT)

    def json(self) -> bytes:
        """Raises: GoError for what RFC 3339 cannot hold."""
        now = self.clock()
        if not 0 <= now.year <= _LAST_YEAR:
            raise plain(f"{_UNFIT}year outside of range [0,{_LAST_YEAR}]")
        if abs(now.offset) >= _DAY:
            raise plain(f"{_UNFIT}timezone hour outside of range [0,23]")
        return written(now, RFC_3339_NANO)

    def go_string(self) -> bytes:
        now = self.clock()
        place = b"time.UTC" if self.location is UTC else b"time.Local"
        if self.location.name not in (b"UTC", b"Local"):
            place = b'time.Location("' + self.location.name + b'")'
        numbers = (now.day, now.hour, now.minute, now.second, now.nanos)
        return b"time.Date(%d, time.%b, %d, %d, %d, %d, %d, %b)" % (now.year, MONTHS[now.month - 1], *numbers, place)

    def format(self, layout: bytes) -> bytes:
        return written(self.clock(), layout)

    def clock(self) -> Fields:
        zone, offset = self.location.at(self.unix)
        days, seconds = divmod(self.unix + offset, civil.DAY)
        year, month, day = civil.civil_from_days(days)
        year_day = days - civil.days_from_civil(year, 1, 1) + 1
        hour, rest = divmod(seconds, 3_600)
        return Fields(
            year=year,
            month=month,
            day=day,
            weekday=civil.weekday(days),
            year_day=year_day,
            hour=hour,
            minute=rest // 60,
            second=rest % 60,
            nanos=self.nanos,
            zone=zone,
            offset=offset,
        )

    def within(self, location: Location) -> "Instant":
        return replace(self, location=location)

    def plus(self, duration: int) -> "Instant":
        unix, nanos = divmod(self.unix * SECOND + self.nanos + duration, SECOND)
        return Instant(unix, nanos, self.location)

    def minus(self, other: "Instant") -> Duration:
        difference = self.total() - other.total()
        return Duration(max(min(difference, _MAX), -_MAX - 1))

    def total(self) -> int:
        """Nanoseconds since 1970."""
        return self.unix * SECOND + self.nanos

    def struct(self) -> list[tuple[bytes, Value]]:
        place = NoLocation() if self.location is UTC else self.location
        return [(b"wall", Uint64(self.nanos)), (b"ext", Int64(self.unix - _YEAR_1)), (b"loc", place)]


ZERO = Instant(_YEAR_1, 0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A date and time as written, whose parts may lie outside their ranges."""

    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: int = 0
    nanos: int = 0


def instant_of(reading: Reading, location: Location) -> Instant:
    """The moment at which clocks of that location read so."""
    days = civil.days_from_civil(reading.year, reading.month, 1) + reading.day - 1
    carried, nanos = divmod(reading.nanos, SECOND)
    seconds = days * civil.DAY + reading.hour * 3_600 + reading.minute * 60 + reading.second + carried
    offset = location.at(seconds)[1]
    if offset:
        offset = location.at(seconds - offset)[1]
    return Instant(seconds - offset, nanos, location)


SIZED[gotypes.MONTH] = Month
SIZED[gotypes.WEEKDAY] = Weekday
