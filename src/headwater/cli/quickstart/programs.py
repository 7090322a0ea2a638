"""Several programs in one loop: each is started, waited for, and stopped in the opposite order."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from headwater.domain.errors import StartupError, UnavailableError
from headwater.process.program import Address, Program

C = TypeVar("C")
T = TypeVar("T")

_ENDING_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Started:
    """A program that answers for itself; `task` ends only if it fails, or is told to stop."""

    name: str
    address: Address
    task: asyncio.Task[None]


@asynccontextmanager
async def started(name: str, program: Program[C], settings: C) -> AsyncIterator[Started]:
    """The program, ready, for as long as the context lasts.

    Raises:
        StartupError: it cannot start.
    """
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[Address] = loop.create_future()
    stop = asyncio.Event()

    def is_ready(address: Address) -> None:
        if not ready.done():
            ready.set_result(address)

    task = asyncio.create_task(program(settings, ready=is_ready, stop=stop), name=name)
    try:
        await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await task
            raise StartupError(f"the {name} ended before it was ready")
        yield Started(name, ready.result(), task)
    finally:
        ready.cancel()
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


async def beside(work: Coroutine[Any, Any, T], *programs: Started) -> T:
    """What `work` comes to, while all programs run; one that ends makes an end of it, and raises why."""
    working = asyncio.create_task(work)
    running = [program.task for program in programs]
    try:
        await asyncio.wait((working, *running), return_when=asyncio.FIRST_COMPLETED)
        if working.done() and isinstance(working.exception(), UnavailableError):
            # what does not answer may be about to end, and then says better why
            await asyncio.wait(running, timeout=_ENDING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for program in programs:
            if program.task.done():
                program.task.result()
                raise StartupError(f"the {program.name} ended by itself")
        return await working
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def until_stopped(work: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait for `work`, or end it once `stop` is set."""
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        work.cancel()
        await asyncio.gather(work, stopping, return_exceptions=True)
    if not work.cancelled():
        work.result()
