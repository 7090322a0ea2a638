"""The stream of hints of one source: opened, listened to, opened again.

Surprise: a stream is only ever a reason to ask sooner. Whatever happens to it, the feeds' own timers go on.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from headwater.domain.errors import HeadwaterError
from headwater.operator.feeds import pace
from headwater.operator.feeds.ambient import Ambient
from headwater.operator.providers.protocol import FailureKind, FetchFailedError, Hint

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What a stream needs of its source."""

    store: str
    open: Callable[[], AsyncGenerator[Hint, None] | None]
    passable: Callable[[], Awaitable[None]]
    """Returns once the source may be called."""
    pause: Callable[[float | None], None]
    """The source asked to be left alone."""
    demand: Callable[[], None]
    """Something may have changed: ask."""


class Stream:
    """Runs until closed, or for no time at all if the source has no such thing."""

    def __init__(self, listening: Listening, ambient: Ambient) -> None:
        self._listening = listening
        self._ambient = ambient
        self._retry = asyncio.Event()
        self._failures = 0
        self._running = asyncio.create_task(self._run())

    def retry(self) -> None:
        """Whatever kept the stream from opening may be over: do not wait out the pause."""
        self._retry.set()

    def close(self) -> asyncio.Task[None]:
        """The task returned ends soon."""
        self._running.cancel()
        return self._running

    async def _run(self) -> None:
        while True:
            await self._listening.passable()
            self._retry.clear()
            hints = self._listening.open()
            if hints is None:
                return
            await self._rest(await self._listen(hints))

    async def _listen(self, hints: AsyncGenerator[Hint, None]) -> FetchFailedError | None:
        """Pass hints on until the stream ends; why it did not open, if it did not."""
        opened_at = self._ambient.now()
        try:
            async with aclosing(hints):
                async for hint in hints:
                    _log.debug("stream.hint_received", store=self._listening.store, hint=hint)
                    self._listening.demand()
        except FetchFailedError as failure:
            self._failures += 1
            return failure
        except HeadwaterError as error:
            self._failures += 1
            return FetchFailedError(str(error), FailureKind.REFUSED)
        except Exception as error:  # noqa: BLE001 - a bug in one provider must not end its streams
            _log.error("stream.crashed", store=self._listening.store, error=type(error).__name__)
            self._failures += 1
            return FetchFailedError("an internal error", FailureKind.BROKEN)
        has_lived = self._ambient.now() - opened_at >= pace.STREAM_LIVED
        self._failures = 0 if has_lived else self._failures + 1
        return None

    async def _rest(self, failure: FetchFailedError | None) -> None:
        """Wait before the next opening, and have the feeds ask once if this one failed."""
        if failure is not None:
            _log.info("stream.failed", store=self._listening.store, cause=failure.message)
            self._listening.demand()
            if failure.kind is FailureKind.RATE_LIMITED:
                self._listening.pause(failure.retry_after)
        await self._ambient.wait(self._retry, self._pause_after(failure))
        if self._retry.is_set():
            self._failures = 0
            await self._ambient.sleep(pace.recovery_pause(self._ambient.random()))

    def _pause_after(self, failure: FetchFailedError | None) -> float:
        chance = self._ambient.random()
        if failure is not None and failure.kind is FailureKind.REFUSED:
            return pace.refused_stream_pause(chance)
        return pace.stream_pause(self._failures, chance)
