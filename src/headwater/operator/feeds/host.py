"""A host that feeds share: while it does not answer, one of them at a time probes it, and its answer heals them all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from headwater.operator.feeds import pace
from headwater.operator.feeds.ambient import Ambient
from headwater.operator.providers.protocol import FetchFailedError


class Host:
    """Knows only whether the last one to call got an answer, of whatever kind."""

    def __init__(self, ambient: Ambient) -> None:
        self.ambient = ambient
        self.failure: FetchFailedError | None = None
        """Why it did not answer, while it does not."""
        self._probing = asyncio.Lock()
        self._listeners: set[Callable[[], None]] = set()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Let the caller call: at once while the host is up; else as the one probe, or once another's was answered.

        Within it, say `answered` or `unreachable`. The lock is fair, so probes go round.
        """
        if self.failure is None:
            yield
            return
        async with self._probing:
            if self.failure is not None:
                await self.ambient.sleep(pace.probe_pause(self.ambient.random()))
                yield
                return
        await self.ambient.sleep(pace.recovery_pause(self.ambient.random()))
        yield

    def answered(self) -> None:
        if self.failure is None:
            return
        self.failure = None
        for listener in list(self._listeners):
            listener()

    def unreachable(self, failure: FetchFailedError) -> None:
        self.failure = failure

    def listen(self, recovered: Callable[[], None]) -> None:
        """Call `recovered` each time the host answers again."""
        self._listeners.add(recovered)

    def unlisten(self, recovered: Callable[[], None]) -> None:
        self._listeners.discard(recovered)
