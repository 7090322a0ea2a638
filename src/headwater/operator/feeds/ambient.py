"""Time and chance as arguments: feeds wait and spread by these, so that tests advance the one and choose the other."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """What a feed takes from the world around it."""

    now: Callable[[], float]
    """Seconds on a clock that never steps."""
    sleep: Callable[[float], Awaitable[object]]
    random: Callable[[], float]
    """In [0, 1), to spread what would otherwise happen at once; nothing secret rests on it."""

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Return when `event` is set or, unless None, `seconds` have passed."""
        if event.is_set():
            return
        waiting: list[asyncio.Future[Any]] = [asyncio.ensure_future(event.wait())]
        if seconds is not None:
            waiting.append(asyncio.ensure_future(self.sleep(seconds)))
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for future in waiting:
                future.cancel()


def system_ambient() -> Ambient:
    """Of the running loop."""
    return Ambient(now=asyncio.get_running_loop().time, sleep=asyncio.sleep, random=random.random)
