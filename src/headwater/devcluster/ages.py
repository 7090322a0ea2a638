"""How long ago, as kubectl shows it: `5s`, `3m20s`, `2d4h`.

Source: k8s.io/apimachinery pkg/util/duration, HumanDuration.
"""

from datetime import datetime

from headwater.devcluster.objects import parse_timestamp

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_YEAR = 365 * _DAY


def age_of(timestamp: str | None, now: datetime) -> str:
    moment = parse_timestamp(timestamp) if timestamp else None
    return "<unknown>" if moment is None else age(int((now - moment).total_seconds()))


def age(seconds: int) -> str:
    """`seconds` in at most two units."""
    if seconds < -1:
        return "<invalid>"
    for below, big, small, words in _SCALE:
        if seconds < below:
            return _two(max(seconds, 0), big, small, words)
    return f"{seconds // _YEAR}y"


_SCALE = (
    (2 * _MINUTE, 1, 0, "s"),
    (10 * _MINUTE, _MINUTE, 1, "ms"),
    (3 * _HOUR, _MINUTE, 0, "m"),
    (8 * _HOUR, _HOUR, _MINUTE, "hm"),
    (2 * _DAY, _HOUR, 0, "h"),
    (8 * _DAY, _DAY, _HOUR, "dh"),
    (2 * _YEAR, _DAY, 0, "d"),
    (8 * _YEAR, _YEAR, _DAY, "yd"),
)


def _two(seconds: int, big: int, small: int, words: str) -> str:
    first = f"{seconds // big}{words[0]}"
    rest = seconds % big // small if small else 0
    return f"{first}{rest}{words[1]}" if rest else first
