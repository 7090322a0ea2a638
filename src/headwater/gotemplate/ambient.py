"""What a rendering takes from the world around it: a clock, a zone, randomness and a deadline, in one argument."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from headwater.gotemplate.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """`now` is nanoseconds since 1970 (UTC), `zone` what Go calls Local, `random` gives that many random bytes.

    `deadline` is a moment of `time.monotonic`, in seconds.
    """

    now: Callable[[], int]
    zone: str
    random: Callable[[int], bytes]
    deadline: float
    limits: Limits

    @classmethod
    def of_process(cls, *, limits: Limits | None = None, zone: str = "UTC", seconds: float | None = None) -> "Ambient":
        """The process's own clock and randomness, and a deadline that many seconds from now (those of the limits)."""
        taken = limits if limits is not None else Limits()
        return cls(
            now=time.time_ns,
            zone=zone,
            random=secrets.token_bytes,
            deadline=time.monotonic() + (taken.seconds if seconds is None else seconds),
            limits=taken,
        )
