"""How long to wait before trying again: twice as long each time, up to a limit, and never in step with others."""

import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

Randomness = Callable[[], float]
"""Returns a number from 0 up to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Seconds to wait after the nth failure in a row: `first`·2ⁿ, `limit` at most, less up to half of it."""

    first: float
    limit: float
    randomness: Randomness = random.random

    def delay(self, failures: int) -> float:
        """`failures` before this one: 0 for the first."""
        doubled = self.first * 2.0 ** min(failures, 32)
        return min(doubled, self.limit) * (1 - self.randomness() / 2)


RECONNECT = Backoff(first=0.2, limit=4.0)
"""For connections: short, since what a controller promises rests on hearing of changes."""

REQUEUE = Backoff(first=1.0, limit=7 * 60.0)
"""For work that failed. Source: ESO's rate limiter, eso.md §1.3."""


class Failures(Generic[K]):
    """Counts failures in a row by key, and says how long to wait after each."""

    def __init__(self, backoff: Backoff) -> None:
        self._backoff = backoff
        self._counts: dict[K, int] = {}

    def delay(self, key: K) -> float:
        """Count one more failure of `key`; the seconds to wait."""
        before = self._counts.get(key, 0)
        self._counts[key] = before + 1
        return self._backoff.delay(before)

    def forget(self, key: K) -> None:
        self._counts.pop(key, None)
