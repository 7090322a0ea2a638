"""Durations as Kubernetes writes them: Go's `1h30m`, which every `refreshInterval` is."""

import re
from datetime import timedelta

from headwater.domain.errors import InvalidInputError

_UNIT_NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # U+00B5, micro sign
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_MOST_NANOSECONDS = 2**63 - 1
_MOST_TEXT = 64


class InvalidDurationError(InvalidInputError):
    """A text that is no duration."""

    code = "invalid_duration"


def parse_duration(text: str) -> timedelta:
    """The duration that `text` names, to the microsecond.

    Raises:
        InvalidDurationError: Go's `time.ParseDuration` would refuse it too.
    """
    sign = -1 if text.startswith("-") else 1
    unsigned = text.removeprefix("-") if sign < 0 else text.removeprefix("+")
    if unsigned == "0":
        return timedelta()
    parts = _PART.findall(unsigned) if len(unsigned) <= _MOST_TEXT else []
    nanoseconds = sum(float(number) * _UNIT_NANOSECONDS[unit] for number, unit in parts)
    if not parts or "".join(map("".join, parts)) != unsigned or nanoseconds > _MOST_NANOSECONDS:
        raise InvalidDurationError(f"{text[:_MOST_TEXT]!r} is no duration", hint="write it like 90s, 1m or 1h30m")
    return sign * timedelta(microseconds=nanoseconds / 1_000)


def parse_interval(written: int | str) -> timedelta:
    """A store's `refreshInterval`: whole seconds, or a duration.

    Raises:
        InvalidDurationError: neither, or negative.
    """
    interval = timedelta(seconds=written) if isinstance(written, int) else parse_duration(written)
    if interval < timedelta():
        raise InvalidDurationError(f"{written!r} is negative", hint="write an interval of 0 or more")
    return interval
