"""What a clock and a calendar show at a moment."""

from dataclasses import dataclass

MONTHS = (
    b"January", b"February", b"March", b"April", b"May", b"June",
    b"July", b"August", b"September", b"October", b"November", b"December",
)  # fmt: skip
DAYS = (b"Sunday", b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """An instant on the clock and calendar of its location."""

    year: int
    month: int
    day: int
    weekday: int
    year_day: int
    hour: int
    minute: int
    second: int
    nanos: int
    zone: bytes
    offset: int
