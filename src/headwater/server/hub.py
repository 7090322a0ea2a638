"""The hub: who watches which config, when to wake them, and when to end them.

The first change of a config wakes its watchers at once, those of the next 100 ms together once, the last one always:
a watcher is woken by setting a flag, and looks at it when it gets to it. A stream never says two things within
`GAP_SECONDS`, because the `doppler` CLI drops what arrives in one read with something else.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

import structlog

from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.process.traces import trace_of

_log = structlog.get_logger()

GAP_SECONDS = 0.1
PING_SECONDS = 30.0
REVIEW_SECONDS = 1.0
"""Between two reviews of who may still watch; the first one after a change is at once."""

MayGoOn = Callable[[], Awaitable[bool]]


class Event(StrEnum):
    """What a stream says, in Doppler's words."""

    CONNECTED = "connected"
    UPDATED = "secrets.update"
    PING = "ping"


class Watcher:
    """One open stream; `seen` is the view change that its reader knows of, or will hear of next."""

    def __init__(self, seen: ChangeNumber, may_go_on: MayGoOn) -> None:
        self.may_go_on = may_go_on
        self._seen = seen
        self._woken = asyncio.Event()
        self._updated = False
        self._closed = False

    async def events(self) -> AsyncIterator[Event]:
        """`connected`, then what happens, until the watcher is closed."""
        yield Event.CONNECTED
        while not self._closed:
            await asyncio.sleep(GAP_SECONDS)
            if not await self._is_woken():
                yield Event.PING
            elif self._updated and not self._closed:
                self._updated = False
                yield Event.UPDATED

    def wake(self, change: ChangeNumber) -> None:
        """The view is that of `change` now. A change may be told twice, by this process and by the database."""
        if change > self._seen:
            self._seen = change
            self._updated = True
            self._woken.set()

    def close(self) -> None:
        self._closed = True
        self._woken.set()

    async def _is_woken(self) -> bool:
        """False when nothing happened for so long that the stream should say that it lives."""
        try:
            async with asyncio.timeout(PING_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Hub:
    """All open streams of one server; lives on the loop."""

    def __init__(self) -> None:
        self._watchers: defaultdict[ConfigId, set[Watcher]] = defaultdict(set)
        self._changed = asyncio.Event()
        self._closed = False

    @contextmanager
    def watch(self, config: ConfigId, seen: ChangeNumber, may_go_on: MayGoOn) -> Iterator[Watcher]:
        """A watcher of `config`, registered while the context lasts."""
        watcher = Watcher(seen, may_go_on)
        self._watchers[config].add(watcher)
        if self._closed:
            watcher.close()
        try:
            yield watcher
        finally:
            self._watchers[config].discard(watcher)
            if not self._watchers[config]:
                del self._watchers[config]

    def wake(self, views: Mapping[ConfigId, ChangeNumber]) -> None:
        """Something changed and is committed; these views are others than before, since that change each."""
        for config, change in views.items():
            for watcher in self._watchers.get(config, ()):
                watcher.wake(change)
        self._changed.set()

    def __len__(self) -> int:
        return sum(len(watchers) for watchers in self._watchers.values())

    async def review(self) -> None:
        """End the streams of those who may no longer watch, after each change and now and then; until cancelled.

        A change may take rights away: a token revoked or run out, a config deleted, a grant changed.
        """
        while True:
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            for watcher in self._all():
                if not await _may_go_on(watcher):
                    watcher.close()
            await asyncio.sleep(REVIEW_SECONDS)

    def close(self) -> None:
        """End every stream, and every one that is opened from now on."""
        self._closed = True
        for watcher in self._all():
            watcher.close()

    def _all(self) -> list[Watcher]:
        return [watcher for watchers in self._watchers.values() for watcher in watchers]


async def _may_go_on(watcher: Watcher) -> bool:
    """A bug met for one watcher ends its stream, and never the review of all others."""
    try:
        return await watcher.may_go_on()
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody watches by mistake
        _log.error("watch.review_failed", trace=trace_of(error))
        return False
