"""Time that only tests move: sleepers wake in order, and everything that follows from one happens before the next."""

import asyncio
import heapq
from itertools import count

from headwater.operator.feeds.ambient import Ambient

_TURNS = 40
"""Turns of the loop in which whatever can happen without time passing has happened."""


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class VirtualTime:
    def __init__(self, *, chance: float = 0.5) -> None:
        self.now = 0.0
        self.chance = chance
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def ambient(self) -> Ambient:
        return Ambient(now=lambda: self.now, sleep=self.sleep, random=lambda: self.chance)

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        await settle()
        until = self.now + seconds
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self.now = max(self.now, at)
                future.set_result(None)
                await settle()
        self.now = until
