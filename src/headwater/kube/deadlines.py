"""One deadline per key, all of them on one heap and one timer of the event loop.

Surprise: a replaced deadline stays on the heap until its time has come, and is passed over then; the dict decides.
"""

import asyncio
import heapq
from collections.abc import Callable, Hashable
from itertools import count
from typing import Generic, Protocol, TypeVar

K = TypeVar("K", bound=Hashable)

_FEW = 64
"""Replaced deadlines that are not worth looking for."""


class Handle(Protocol):
    """A timer that was set."""

    def cancel(self) -> None: ...


class Timer(Protocol):
    """The part of an event loop that keeps time; its clock is monotonic and counts seconds."""

    def time(self) -> float: ...
    def call_at(self, when: float, callback: Callable[[], object]) -> Handle: ...


class Deadlines(Generic[K]):
    """Calls `due(key)` once `key`'s time has come. A key has one deadline: the one set last."""

    def __init__(self, due: Callable[[K], None], *, timer: Timer | None = None) -> None:
        self._due = due
        self._timer: Timer = timer or asyncio.get_running_loop()
        self._at: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._order = count()
        self._handle: Handle | None = None
        self._handle_at = float("inf")

    def set(self, key: K, seconds: float) -> None:
        """Make `key` due in so many seconds, whatever was set for it before."""
        at = self._timer.time() + max(seconds, 0.0)
        self._at[key] = at
        heapq.heappush(self._heap, (at, next(self._order), key))
        self._prune()
        self._arm()

    def drop(self, key: K) -> None:
        self._at.pop(key, None)

    def close(self) -> None:
        """No key will be due any more."""
        self._at.clear()
        self._heap.clear()
        self._disarm()

    def __len__(self) -> int:
        return len(self._at)

    def _fire(self) -> None:
        self._disarm()
        now = self._timer.time()
        while self._heap and self._heap[0][0] <= now:
            at, _, key = heapq.heappop(self._heap)
            if self._at.get(key) == at:
                del self._at[key]
                self._due(key)
        self._arm()

    def _prune(self) -> None:
        """Throw replaced deadlines off before there are more of them than of the others."""
        if len(self._heap) > 2 * len(self._at) + _FEW:
            self._heap = [entry for entry in self._heap if self._at.get(entry[2]) == entry[0]]
            heapq.heapify(self._heap)

    def _arm(self) -> None:
        if self._heap and self._heap[0][0] < self._handle_at:
            self._disarm()
            self._handle_at = self._heap[0][0]
            self._handle = self._timer.call_at(self._handle_at, self._fire)

    def _disarm(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._handle, self._handle_at = None, float("inf")
