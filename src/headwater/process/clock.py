"""Time as an argument: what decides takes a `datetime`, and only programs hold a `Clock`."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns now, in UTC, aware."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def to_iso_milliseconds(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, as Doppler writes its timestamps."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
