"""The work queue of a level-based controller: it holds keys, not events.

A key stands in the queue once, however often it was added. One worker at a time has a key; what is added meanwhile is
worked on once more after it.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from headwater.kube.backoff import REQUEUE, Backoff, Failures
from headwater.kube.deadlines import Deadlines, Timer

K = TypeVar("K", bound=Hashable)


class Queue(Generic[K]):
    """Made and used within one event loop."""

    def __init__(self, *, backoff: Backoff = REQUEUE, timer: Timer | None = None) -> None:
        self._ready: deque[K] = deque()
        self._waiting: set[K] = set()
        """What is to be worked on: everything in `_ready`, and what was added while a worker has it."""
        self._taken: set[K] = set()
        self._takers: deque[asyncio.Future[None]] = deque()
        self._failures: Failures[K] = Failures(backoff)
        self._later: Deadlines[K] = Deadlines(self.add, timer=timer)

    def add(self, key: K) -> None:
        """Have `key` worked on as soon as a worker is free; any later deadline of it stands."""
        if key in self._waiting:
            return
        self._waiting.add(key)
        if key not in self._taken:
            self._push(key)

    def add_after(self, key: K, seconds: float) -> None:
        """Have `key` worked on in so many seconds; replaces what was set for it before by this or by `retry`."""
        self._later.set(key, seconds)

    def retry(self, key: K) -> float:
        """Have `key` worked on after its backoff, which is returned in seconds and grows until `forget`."""
        delay = self._failures.delay(key)
        self._later.set(key, delay)
        return delay

    def forget(self, key: K) -> None:
        """`key` went well: its next failure counts as the first."""
        self._failures.forget(key)

    def cancel(self, key: K) -> None:
        """Nothing is to be done later about `key`, by `add_after` or by `retry`."""
        self._later.drop(key)

    def __len__(self) -> int:
        """How many keys wait for a worker."""
        return len(self._ready)

    async def take(self) -> K:
        """The next key, which is this worker's until `done`."""
        while not self._ready:
            taker = asyncio.get_running_loop().create_future()
            self._takers.append(taker)
            try:
                await taker
            except asyncio.CancelledError:
                if taker.done() and not taker.cancelled():
                    self._wake()
                raise
        key = self._ready.popleft()
        self._waiting.discard(key)
        self._taken.add(key)
        return key

    def done(self, key: K) -> None:
        """The worker that took `key` is done with it."""
        self._taken.discard(key)
        if key in self._waiting:
            self._push(key)

    async def work(self, do: Callable[[K], Awaitable[None]]) -> None:
        """Be a worker until cancelled; `do` handles its own errors, and one that escapes ends the worker."""
        while True:
            key = await self.take()
            try:
                await do(key)
            finally:
                self.done(key)

    def close(self) -> None:
        """Nothing set for later will come."""
        self._later.close()

    def _push(self, key: K) -> None:
        self._ready.append(key)
        self._wake()

    def _wake(self) -> None:
        while self._takers:
            taker = self._takers.popleft()
            if not taker.done():
                taker.set_result(None)
                return
