"""The methods of Go's time types, which templates call on values that functions return."""

from collections.abc import Callable
from functools import partial

from headwater.gotemplate.clock.durations import SECOND
from headwater.gotemplate.clock.instants import ZERO, Instant, Month, Reading, Weekday, instant_of
from headwater.gotemplate.clock.zones import UTC, Location, local
from headwater.gotemplate.errors import plain
from headwater.gotemplate.values.gotypes import signature
from headwater.gotemplate.values.reflected import fault
from headwater.gotemplate.values.values import Int64, Method, Value, wrap

_YEAR_1 = -ZERO.unix


def add_date(instant: Instant, years: int, months: int, days: int) -> Instant:
    """Calendar arithmetic on the clock of the instant's location."""
    now = instant.clock()
    reading = Reading(
        year=now.year + years,
        month=now.month + months,
        day=now.day + days,
        hour=now.hour,
        minute=now.minute,
        second=now.second,
        nanos=instant.nanos,
    )
    return instant_of(reading, instant.location)


def _within(instant: Instant, location: Location | None) -> Instant:
    if location is None:
        raise plain("time: missing Location in call to Time.In")
    return instant.within(location)


def _since_year_1(instant: Instant) -> int:
    return instant.total() + _YEAR_1 * SECOND


def _truncated(instant: Instant, unit: int) -> Instant:
    return instant.plus(-(_since_year_1(instant) % unit)) if unit > 0 else instant


def _rounded(instant: Instant, unit: int) -> Instant:
    if unit <= 0:
        return instant
    rest = _since_year_1(instant) % unit
    return instant.plus(-rest if rest + rest < unit else unit - rest)


def _refused(name: str, problem: str, *_: Value) -> Value:
    """Methods with results that no template can take."""
    raise fault(problem.format(name=name))


_PAIR = "invalid function signature for {name}: second return value should be error; is {type}"
_TRIPLE = "function {name} has 3 return values; should be 1 or 2"


def _unfit(name: str, problem: str) -> Method:
    return signature("func() int"), partial(_refused, name, problem)


def _method(text: str, body: Callable[..., Value]) -> Method:
    return signature(text), body


def _int(read: Callable[[Instant], int]) -> Method:
    return _method("func() int", read)


def _long(read: Callable[[Instant], int]) -> Method:
    return _method("func() int64", lambda self: Int64(wrap(read(self))))


def _compares(test: Callable[[int, int], bool]) -> Method:
    return _method("func(time.Time) bool", lambda self, other: test(self.total(), other.total()))


def _order(left: Instant, right: Instant) -> int:
    return (left.total() > right.total()) - (left.total() < right.total())


def install() -> None:
    """Give the time types their methods; they stand apart from the types because they need layouts and zones."""
    Instant.methods = {
        b"String": _method("func() string", Instant.string),
        b"GoString": _method("func() string", Instant.go_string),
        b"Format": _method("func(string) string", Instant.format),
        b"Unix": _long(lambda self: self.unix),
        b"UnixMilli": _long(lambda self: self.total() // 1_000_000),
        b"UnixMicro": _long(lambda self: self.total() // 1_000),
        b"UnixNano": _long(lambda self: self.total()),
        b"Year": _int(lambda self: self.clock().year),
        b"Month": _method("func() time.Month", lambda self: Month(self.clock().month)),
        b"Day": _int(lambda self: self.clock().day),
        b"Hour": _int(lambda self: self.clock().hour),
        b"Minute": _int(lambda self: self.clock().minute),
        b"Second": _int(lambda self: self.clock().second),
        b"Nanosecond": _int(lambda self: self.nanos),
        b"Weekday": _method("func() time.Weekday", lambda self: Weekday(self.clock().weekday)),
        b"YearDay": _int(lambda self: self.clock().year_day),
        b"Add": _method("func(time.Duration) time.Time", lambda self, duration: self.plus(duration)),
        b"AddDate": _method("func(int, int, int) time.Time", add_date),
        b"Sub": _method("func(time.Time) time.Duration", lambda self, other: self.minus(other)),
        b"Before": _compares(lambda left, right: left < right),
        b"After": _compares(lambda left, right: left > right),
        b"Equal": _compares(lambda left, right: left == right),
        b"Compare": _method("func(time.Time) int", _order),
        b"IsZero": _method("func() bool", lambda self: self.total() == ZERO.total()),
        b"IsDST": _method("func() bool", lambda self: self.location.is_summer(self.unix)),
        b"UTC": _method("func() time.Time", lambda self: self.within(UTC)),
        b"Local": _method("func() time.Time", lambda self: self.within(local("UTC"))),
        b"In": _method("func(*time.Location) time.Time", _within),
        b"Location": _method("func() *time.Location", lambda self: self.location),
        b"Truncate": _method("func(time.Duration) time.Time", _truncated),
        b"Round": _method("func(time.Duration) time.Time", _rounded),
        b"ISOWeek": _unfit("ISOWeek", _PAIR.replace("{type}", "int")),
        b"Zone": _unfit("Zone", _PAIR.replace("{type}", "int")),
        b"ZoneBounds": _unfit("ZoneBounds", _PAIR.replace("{type}", "time.Time")),
        b"Date": _unfit("Date", _TRIPLE),
        b"Clock": _unfit("Clock", _TRIPLE),
    }
    Month.methods = {b"String": (signature("func() string"), Month.string)}
    Weekday.methods = {b"String": (signature("func() string"), Weekday.string)}
    Location.methods = {b"String": (signature("func() string"), Location.string)}
