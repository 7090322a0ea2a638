"""The one thread that commits: change-sets one by one, access entries of all waiting replies together.

Group commit needs no timer: while one fsync runs, the next group gathers. What waited through an attempt that the
database refused fails with it, so that nobody waits longer than one such attempt.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Protocol, TypeVar

import structlog

from headwater.domain.activity import AccessEntry
from headwater.domain.errors import UnavailableError
from headwater.process.traces import trace_of
from headwater.server.errors import AccessLogError
from headwater.server.metrics import ServerMetrics

T = TypeVar("T")
_log = structlog.get_logger()

_Step = Callable[[], None]
_Waiting = tuple[AccessEntry, "asyncio.Future[None]"]


class AccessLog(Protocol):
    """What of storage the writer itself uses; a change-set brings its own transaction along."""

    def append_access(self, entries: Sequence[AccessEntry]) -> None:
        """Return once they are durable; raise when they are not."""


class Writer:
    """Lives on the loop, but for what runs on its thread."""

    def __init__(self, log: AccessLog, metrics: ServerMetrics) -> None:
        self._access_log = log
        self._metrics = metrics
        self._loop = asyncio.get_running_loop()
        self._steps: SimpleQueue[_Step | None] = SimpleQueue()
        self._waiting: list[_Waiting] = []
        self._gathering = Lock()
        self._refused_at = 0.0
        self._thread = Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[], T]) -> T:
        """What `job` returns; it runs on the writer's thread and commits for itself."""
        done: asyncio.Future[T] = self._loop.create_future()
        asked = time.monotonic()
        self._steps.put(lambda: self._run_job(job, done, asked))
        return await done

    async def record(self, entry: AccessEntry) -> None:
        """Return once `entry` is durable.

        Raises:
            AccessLogError: it is not; the reply that it speaks of must not be sent.
        """
        done: asyncio.Future[None] = self._loop.create_future()
        with self._gathering:
            self._waiting.append((entry, done))
            is_first = len(self._waiting) == 1
        if is_first:
            # After whatever else this turn of the loop has ready, so that all of it goes in one group.
            self._loop.call_soon(self._steps.put, self._record_waiting)
        await done

    async def close(self) -> None:
        """Finish what was asked for, then end."""
        self._loop.call_soon(self._steps.put, None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while (step := self._steps.get()) is not None:
            step()

    def _run_job(self, job: Callable[[], T], done: asyncio.Future[T], asked: float) -> None:
        if asked < self._refused_at:
            error = UnavailableError("the database cannot be written right now", hint="try again")
            self._loop.call_soon_threadsafe(_fail, done, error)
            return
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked, on the loop
            self._note(error)
            self._loop.call_soon_threadsafe(_fail, done, error)
        else:
            self._metrics.commits.inc()
            self._loop.call_soon_threadsafe(_succeed, done, result)

    def _record_waiting(self) -> None:
        group = self._take_waiting()
        if not group:
            return
        try:
            self._access_log.append_access([entry for entry, _ in group])
        except Exception as error:  # noqa: BLE001 - whatever it is, no reply may leave
            self._note(error)
            self._refuse(group)
            _log.error("access_log.write_failed", entries=len(group), trace=trace_of(error))
        else:
            self._metrics.commits.inc()
            self._metrics.access_entries.inc(len(group))
            self._loop.call_soon_threadsafe(_succeed_all, group)

    def _take_waiting(self) -> list[_Waiting]:
        with self._gathering:
            group, self._waiting = self._waiting, []
        return group

    def _note(self, error: BaseException) -> None:
        """After an attempt that the database refused, what waited through it is refused as well."""
        if isinstance(error, UnavailableError):
            self._refused_at = time.monotonic()
            self._refuse(self._take_waiting())

    def _refuse(self, group: list[_Waiting]) -> None:
        self._loop.call_soon_threadsafe(_refuse_all, group)


def _succeed(done: "asyncio.Future[T]", result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: "asyncio.Future[T]", error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)


def _succeed_all(group: list[_Waiting]) -> None:
    for _, done in group:
        _succeed(done, None)


def _refuse_all(group: list[_Waiting]) -> None:
    for _, done in group:
        _fail(done, AccessLogError("the access log cannot be written right now", hint="try again"))
