"""An event loop's clock that only tests move."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(slots=True)
class _Handle:
    callback: Callable[[], object] | None

    def cancel(self) -> None:
        self.callback = None


@dataclass(slots=True)
class ManualTimer:
    """Stands in for a loop's `time` and `call_at`."""

    now: float = 0.0
    _set: list[tuple[float, int, _Handle]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object]) -> _Handle:
        handle = _Handle(callback)
        heapq.heappush(self._set, (when, next(self._order), handle))
        return handle

    @property
    def armed(self) -> int:
        """How many timers are set and not cancelled."""
        return sum(handle.callback is not None for _, _, handle in self._set)

    def advance(self, seconds: float) -> None:
        """Move on, and call what is due, in order and at its time."""
        until = self.now + seconds
        while self._set and self._set[0][0] <= until:
            when, _, handle = heapq.heappop(self._set)
            self.now = max(self.now, when)
            if handle.callback is not None:
                handle.callback()
        self.now = until
