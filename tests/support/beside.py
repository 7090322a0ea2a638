"""Scenarios that mostly wait, run together in a thread beside the tests: each is a test of its own, which collects it.

What one of them proves does not change: it has a namespace and a source of its own, as it would alone.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

Scenario = Callable[[], Coroutine[Any, Any, None]]

_LONGEST = 120.0


class Beside:
    """Running scenarios, by name."""

    def __init__(self, futures: Mapping[str, Future[None]]) -> None:
        self._futures = futures

    def collect(self, name: str) -> None:
        """Return once it has passed; raises what it failed with."""
        self._futures[name].result(_LONGEST)


@contextmanager
def running_beside(scenarios: Mapping[str, Scenario]) -> Iterator[Beside]:
    """All of them, started; what nobody collected is cancelled in the end."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="scenarios")
    thread.start()
    futures = {name: asyncio.run_coroutine_threadsafe(scenario(), loop) for name, scenario in scenarios.items()}
    try:
        yield Beside(futures)
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop).result(_LONGEST)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end() -> None:
    """Cancel what still runs, and let it clean up."""
    running = asyncio.all_tasks() - {asyncio.current_task()}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
