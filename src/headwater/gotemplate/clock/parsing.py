"""Reading a time by a layout.

The surprise: a value may hold more than its layout asks for in one place alone: a fraction after the seconds.
"""

import re
from collections.abc import Callable
from typing import ClassVar

from headwater.gotemplate.clock import civil
from headwater.gotemplate.clock.durations import time_quote
from headwater.gotemplate.clock.fields import DAYS, MONTHS
from headwater.gotemplate.clock.instants import Instant, Reading, instant_of
from headwater.gotemplate.clock.layouts import CHUNK
from headwater.gotemplate.clock.zones import UTC, Location, fixed
from headwater.gotemplate.errors import GoError


class _BadValueError(ValueError):
    """The value does not go with the chunk."""


class _RangeError(ValueError):
    """A part is a number, but out of its range."""


class _Parser:
    """One value read by one layout."""

    def __init__(self, layout: bytes, value: bytes) -> None:
        self._layout = layout
        self._whole = value
        self._value = value
        self._numbers = {"year": 0, "month": -1, "day": -1, "year_day": -1, "hour": 0, "minute": 0, "second": 0}
        self._nanos = 0
        self._half = b""
        self._utc = False
        self._offset: int | None = None
        self._zone = b""

    def read(self) -> None:
        """Raises: GoError."""
        position = 0
        for match in CHUNK.finditer(self._layout):
            self._literal(self._layout[position : match.start()])
            position = match.end()
            self._chunk(match[0], self._layout[position:])
        self._literal(self._layout[position:])
        if self._value:
            raise self._fault(b": extra text: " + time_quote(self._value))

    def _fault(self, message: bytes) -> GoError:
        return GoError(b"parsing time " + time_quote(self._whole) + message, public="time does not match its layout")

    def _cannot(self, value: bytes, element: bytes) -> GoError:
        text = b" as " + time_quote(self._layout) + b": cannot parse " + time_quote(value)
        return self._fault(text + b" as " + time_quote(element))

    def _literal(self, prefix: bytes) -> None:
        """Skip literal text; a run of spaces stands for any run, even none at the end."""
        rest = prefix
        while rest:
            if rest[:1] == b" ":
                if self._value and self._value[:1] != b" ":
                    raise self._cannot(self._value, prefix)
                rest, self._value = rest.lstrip(b" "), self._value.lstrip(b" ")
            elif self._value[:1] != rest[:1]:
                raise self._cannot(self._value, prefix)
            else:
                rest, self._value = rest[1:], self._value[1:]

    def _chunk(self, chunk: bytes, following: bytes) -> None:
        held = self._value
        try:
            if chunk[:1] in (b".", b","):
                self._read_fraction(chunk)
            elif chunk in (b"05", b"5"):
                self._read_second(chunk, following)
            else:
                self._READERS.get(chunk, _Parser._read_offset)(self, chunk)
        except _RangeError as error:
            raise self._fault(b": " + str(error).encode() + b" out of range") from error
        except _BadValueError as error:
            raise self._cannot(held, chunk) from error

    # Numbers and names.

    def _take(self, size: int) -> bytes:
        if len(self._value) < size:
            raise _BadValueError
        taken, self._value = self._value[:size], self._value[size:]
        return taken

    def _number(self, *, fixed_width: bool, most: int = 2) -> int:
        digits = re.match(rb"[0-9]{0,%d}" % most, self._value)
        found = digits[0] if digits is not None else b""
        if not found or (fixed_width and len(found) != most):
            raise _BadValueError
        self._value = self._value[len(found) :]
        return int(found)

    def _name(self, names: list[bytes]) -> int:
        for index, name in enumerate(names):
            if self._value[: len(name)].lower() == name.lower():
                self._value = self._value[len(name) :]
                return index
        raise _BadValueError

    def _read_year(self, chunk: bytes) -> None:
        if chunk == b"2006" and not self._value[:1].isdigit():
            raise _BadValueError
        taken = self._take(len(chunk))
        if not re.fullmatch(rb"[+-]?[0-9]+", taken):
            raise _BadValueError
        year = int(taken)
        if chunk == b"06":
            year += 1900 if year >= 69 else 2000  # noqa: PLR2004 - Go's own turn of the century
        self._numbers["year"] = year

    def _read_month_name(self, chunk: bytes) -> None:
        self._numbers["month"] = 1 + self._name([name if chunk == b"January" else name[:3] for name in MONTHS])

    def _read_weekday(self, chunk: bytes) -> None:
        self._name([name if chunk == b"Monday" else name[:3] for name in DAYS])

    def _read_month(self, chunk: bytes) -> None:
        self._numbers["month"] = self._number(fixed_width=chunk == b"01")
        if not 1 <= self._numbers["month"] <= len(MONTHS):
            raise _RangeError("month")

    def _read_day(self, chunk: bytes) -> None:
        if chunk == b"_2":
            self._value = self._value.removeprefix(b" ")
        self._numbers["day"] = self._number(fixed_width=chunk == b"02")

    def _read_year_day(self, chunk: bytes) -> None:
        if chunk == b"__2":
            self._value = self._value.removeprefix(b" ").removeprefix(b" ")
        self._numbers["year_day"] = self._number(fixed_width=chunk == b"002", most=3)

    def _read_hour(self, chunk: bytes) -> None:
        self._numbers["hour"] = self._number(fixed_width=chunk == b"03")
        if self._numbers["hour"] > (23 if chunk == b"15" else 12):
            raise _RangeError("hour")

    def _read_minute(self, chunk: bytes) -> None:
        self._numbers["minute"] = self._number(fixed_width=chunk == b"04")
        if self._numbers["minute"] > 59:  # noqa: PLR2004 - minutes of an hour
            raise _RangeError("minute")

    def _read_second(self, chunk: bytes, following: bytes) -> None:
        """Seconds, and a fraction that the layout does not mention."""
        self._numbers["second"] = self._number(fixed_width=chunk == b"05")
        if self._numbers["second"] > 59:  # noqa: PLR2004 - seconds of a minute
            raise _RangeError("second")
        upcoming = CHUNK.search(following)
        if upcoming is None or upcoming[0][:1] not in (b".", b","):
            self._read_any_fraction()

    def _read_fraction(self, chunk: bytes) -> None:
        if chunk[1:2] == b"9":
            self._read_any_fraction()
            return
        taken = self._take(len(chunk))
        if taken[:1] not in (b".", b",") or not re.fullmatch(rb"[+-]?[0-9]+", taken[1:10]):
            raise _BadValueError
        if taken[1:2] == b"-" and int(taken[1:10]):
            raise _RangeError("fractional second")
        self._nanos = int(taken[1:10].ljust(9, b"0"))

    def _read_any_fraction(self) -> None:
        match = re.match(rb"[.,]([0-9]+)", self._value)
        if match is not None:
            self._nanos = int(match[1][:9].ljust(9, b"0"))
            self._value = self._value[match.end() :]

    def _read_half(self, chunk: bytes) -> None:
        taken = self._take(2)
        if taken not in ((b"PM", b"AM") if chunk == b"PM" else (b"pm", b"am")):
            raise _BadValueError
        self._half = taken.upper()

    # Zones.

    def _read_offset(self, chunk: bytes) -> None:
        if chunk[:1] == b"Z" and self._value[:1] == b"Z":
            self._value, self._utc = self._value[1:], True
            return
        taken = self._take(len(chunk))
        parts = [taken[1:3], b"00", b"00"]
        colon = b":" in chunk
        rest = taken[3:].split(b":")[1:] if colon else [taken[3:5], taken[5:7]]
        if colon and [len(part) for part in rest] != [2] * (len(chunk) // 3 - 1):
            raise _BadValueError
        for index, part in enumerate(part for part in rest if part):
            parts[index + 1] = part
        self._set_offset(taken[:1], parts)

    def _set_offset(self, sign: bytes, parts: list[bytes]) -> None:
        digits = [int(part) if re.fullmatch(rb"[0-9]{2}", part) else -1 for part in parts]
        for at, (most, name) in reversed(list(enumerate(((24, "hour"), (60, "minute"), (60, "second"))))):
            if digits[at] > most and -1 not in digits[:at]:  # Go names the last one that is out of range
                raise _RangeError(f"time zone offset {name}")
        if -1 in digits or sign not in (b"+", b"-"):
            raise _BadValueError
        seconds = digits[0] * 3_600 + digits[1] * 60 + digits[2]
        self._offset = -seconds if sign == b"-" else seconds

    def _read_zone(self, _: bytes) -> None:
        if self._value[:3] == b"UTC":
            self._value, self._utc = self._value[3:], True
            return
        match = _ZONE.match(self._value)
        if match is None:
            raise _BadValueError
        self._zone, self._value = match[0], self._value[match.end() :]

    # The result.

    def instant(self, default: Location, local: Location) -> Instant:
        """Raises: GoError."""
        hour = self._numbers["hour"]
        hour += 12 if self._half == b"PM" and hour < 12 else 0  # noqa: PLR2004 - noon
        hour = 0 if self._half == b"AM" and hour == 12 else hour  # noqa: PLR2004 - midnight
        month, day = self._date()
        reading = Reading(
            year=self._numbers["year"],
            month=month,
            day=day,
            hour=hour,
            minute=self._numbers["minute"],
            second=self._numbers["second"],
            nanos=self._nanos,
        )
        return self._located(reading, default, local)

    def _date(self) -> tuple[int, int]:
        year, month, day = self._numbers["year"], self._numbers["month"], self._numbers["day"]
        if self._numbers["year_day"] >= 0:
            month, day = self._from_year_day(year, month, day)
        month, day = (month if month >= 0 else 1), (day if day >= 0 else 1)
        if not 1 <= day <= civil.days_in(month, year):
            raise self._fault(b": day out of range")
        return month, day

    def _from_year_day(self, year: int, month: int, day: int) -> tuple[int, int]:
        year_day = self._numbers["year_day"]
        if not 1 <= year_day <= 365 + civil.is_leap(year):
            raise self._fault(b": day-of-year out of range")
        found = civil.civil_from_days(civil.days_from_civil(year, 1, 1) + year_day - 1)
        if month >= 0 and month != found[1]:
            raise self._fault(b": day-of-year does not match month")
        if day >= 0 and day != found[2]:
            raise self._fault(b": day-of-year does not match day")
        return found[1], found[2]

    def _located(self, reading: Reading, default: Location, local: Location) -> Instant:
        if self._utc:
            return instant_of(reading, UTC)
        if self._offset is not None and self._offset != -1:
            moment = instant_of(reading, UTC).plus(-self._offset * 1_000_000_000)
            name, offset = local.at(moment.unix)
            same = offset == self._offset and self._zone in (b"", name)
            return moment.within(local if same else fixed(self._zone, self._offset))
        if not self._zone:
            return instant_of(reading, default)
        return self._by_name(reading, local)

    def _by_name(self, reading: Reading, local: Location) -> Instant:
        """A zone's abbreviation: that of the local zone, or one of an unknown offset, taken as 0."""
        moment = instant_of(reading, UTC)
        for shifted in (moment.unix, moment.unix - local.at(moment.unix)[1]):
            name, offset = local.at(shifted)
            if name == self._zone:
                return moment.plus(-offset * 1_000_000_000).within(local)
        hours = int(self._zone[3:]) if self._zone[:3] == b"GMT" and len(self._zone) > 3 else 0  # noqa: PLR2004 - GMT+3
        return moment.within(fixed(self._zone, hours * 3_600))

    _READERS: ClassVar[dict[bytes, Callable[["_Parser", bytes], None]]] = {
        b"2006": _read_year,
        b"06": _read_year,
        b"January": _read_month_name,
        b"Jan": _read_month_name,
        b"01": _read_month,
        b"1": _read_month,
        b"Monday": _read_weekday,
        b"Mon": _read_weekday,
        b"02": _read_day,
        b"_2": _read_day,
        b"2": _read_day,
        b"002": _read_year_day,
        b"__2": _read_year_day,
        b"15": _read_hour,
        b"03": _read_hour,
        b"3": _read_hour,
        b"04": _read_minute,
        b"4": _read_minute,
        b"PM": _read_half,
        b"pm": _read_half,
        b"MST": _read_zone,
    }


_ZONE = re.compile(
    rb"ChST|MeST|GMT(?:[+-](?:0*(?:2[0-3]|1[0-9]|[0-9]))(?![0-9]))?|[+-]0*(?:2[0-3]|1[0-9]|[0-9])(?![0-9])"
    rb"|[A-Z]{4}T(?![A-Z])|(?:[A-Z]{3}T|WITA)(?![A-Z])|[A-Z]{3}(?![A-Z])"
)


def parse_instant(layout: bytes, value: bytes, *, default: Location, local: Location) -> Instant:
    """Raises: GoError."""
    parser = _Parser(layout, value)
    parser.read()
    return parser.instant(default, local)
