"""Sprig's dates.

The surprise: what is no time means *now*, an unknown zone means UTC, and a text that is no date is the year 1.
"""

from headwater.gotemplate.clock import methods
from headwater.gotemplate.clock.durations import SECOND, Duration, parse_duration
from headwater.gotemplate.clock.instants import ZERO, Instant
from headwater.gotemplate.clock.parsing import parse_instant
from headwater.gotemplate.clock.zones import Location, load, local
from headwater.gotemplate.errors import GoError, LimitError
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values.numerals import NumeralError, parse_int
from headwater.gotemplate.values.values import Int64, Value, wrap

methods.install()
_MODIFY = "func(string, time.Time) time.Time"
_HTML = b"2006-01-02"
_UNITS = ((24 * 365, b"y"), (24 * 30, b"mo"), (24, b"d"), (1, b"h"))


def _now(run: Run) -> Instant:
    unix, nanos = divmod(run.ambient.now(), SECOND)
    return Instant(unix, nanos, local(run.ambient.zone))


def _instant(run: Run, value: Value) -> Instant:
    """A time, or seconds since 1970; anything else is now."""
    if isinstance(value, Instant):
        return value
    if type(value) in (int, Int64) and isinstance(value, int):
        return Instant(int(value), 0, local(run.ambient.zone))
    return _now(run)


def _zone(run: Run, name: bytes) -> Location:
    if name == b"Local":
        return local(run.ambient.zone)
    return load(name) or local("UTC")


@function("func() time.Time", "now")
def now(run: Run) -> Instant:
    """The time of the rendering."""
    return _now(run)


@function("func(string, interface {}) string", "date")
def date(run: Run, layout: bytes, value: Value) -> bytes:
    """A time by a layout, in the process's zone."""
    return date_in_zone(run, layout, value, b"Local")


@function("func(string, interface {}, string) string", "dateInZone", "date_in_zone")
def date_in_zone(run: Run, layout: bytes, value: Value, zone: bytes) -> bytes:
    """A time by a layout, in a zone."""
    return _instant(run, value).within(_zone(run, zone)).format(layout)


@function("func(interface {}) string", "htmlDate")
def html_date(run: Run, value: Value) -> bytes:
    """A date for an HTML form."""
    return date_in_zone(run, _HTML, value, b"Local")


@function("func(interface {}, string) string", "htmlDateInZone")
def html_date_in_zone(run: Run, value: Value, zone: bytes) -> bytes:
    """A date for an HTML form, in a zone."""
    return date_in_zone(run, _HTML, value, zone)


@function(_MODIFY, "dateModify", "date_modify")
def date_modify(run: Run, text: bytes, instant: Instant) -> Instant:
    """The time, moved by a duration; a bad duration moves it not at all."""
    try:
        return must_date_modify(run, text, instant)
    except LimitError:
        raise
    except GoError:
        return instant


@function("func(string, time.Time) (time.Time, error)", "mustDateModify", "must_date_modify")
def must_date_modify(run: Run, text: bytes, instant: Instant) -> Instant:
    """The time, moved by a duration."""
    run.step(len(text))
    return instant.plus(parse_duration(text))


@function("func(string, string) time.Time", "toDate")
def to_date(run: Run, layout: bytes, text: bytes) -> Instant:
    """A text as a time by a layout; the year 1 when it does not fit."""
    try:
        return must_to_date(run, layout, text)
    except GoError:
        return ZERO


@function("func(string, string) (time.Time, error)", "mustToDate")
def must_to_date(run: Run, layout: bytes, text: bytes) -> Instant:
    """A text as a time by a layout."""
    zone = local(run.ambient.zone)
    return parse_instant(layout, text, default=zone, local=zone)


@function("func(time.Time) string", "unixEpoch")
def unix_epoch(instant: Instant) -> bytes:
    """Seconds since 1970."""
    return b"%d" % instant.unix


@function("func(interface {}) string", "ago")
def ago(run: Run, value: Value) -> bytes:
    """How long a time is past, to the second."""
    return _now(run).minus(_instant(run, value)).rounded(SECOND).string()


@function("func(interface {}) string", "duration")
def duration(value: Value) -> bytes:
    """Seconds as a duration."""
    seconds = 0
    if isinstance(value, bytes):
        try:
            seconds = parse_int(value, 10)
        except NumeralError as fault:
            seconds = int(fault.value)
    elif type(value) is Int64:
        seconds = int(value)
    return Duration(wrap(seconds * SECOND)).string()


@function("func(interface {}) string", "durationRound")
def duration_round(run: Run, value: Value) -> bytes:
    """A duration in its largest unit alone."""
    size = abs(_nanoseconds(run, value))
    for hours, unit in _UNITS:
        if size > hours * 3_600 * SECOND:
            return b"%d" % (size // (hours * 3_600 * SECOND)) + unit
    if size > 60 * SECOND:
        return b"%dm" % (size // (60 * SECOND))
    return b"%ds" % (size // SECOND) if size > SECOND else b"0s"


def _nanoseconds(run: Run, value: Value) -> int:
    if isinstance(value, bytes):
        run.step(len(value))
        try:
            return int(parse_duration(value))
        except GoError:
            return 0
    if isinstance(value, Instant):
        return int(_now(run).minus(value))
    return int(value) if type(value) is Int64 else 0
