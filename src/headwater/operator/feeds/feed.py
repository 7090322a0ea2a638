"""One feed: a body, the timer that asks again, and the failure that stands in its way.

Surprise: a failure is not shown at once to those who hold a good body, unless it is a definite no: a server that
restarts must not turn every ExternalSecret that it feeds to not ready and back.
"""

import asyncio
from collections.abc import Hashable
from typing import Generic, Protocol, TypeAlias, TypeVar

import structlog

from headwater.domain.errors import HeadwaterError
from headwater.operator.feeds import pace
from headwater.operator.feeds.ambient import Ambient
from headwater.operator.feeds.host import Host
from headwater.operator.feeds.masking import mask_values
from headwater.operator.providers.protocol import (
    Body,
    ETag,
    FailureKind,
    FeedKey,
    FetchFailedError,
    Provider,
    Unchanged,
)

K = TypeVar("K", bound=Hashable)

Answer: TypeAlias = Body | FetchFailedError | None
"""What a feed has to say; None is "nothing yet"."""

_log = structlog.get_logger()


class Group(Protocol[K]):
    """What the feeds of one store and credential share."""

    provider: Provider
    host: Host
    ambient: Ambient

    async def passable(self) -> None:
        """Return once the source may be called."""
        ...

    def pause(self, retry_after: float | None) -> None:
        """The source asked to be left alone."""
        ...

    def accepted_again(self) -> None:
        """Whatever was in the way is not any more."""
        ...

    def changed(self, feed: "Feed[K]") -> None:
        """`feed.answer` is another one."""
        ...


class Feed(Generic[K]):
    """Fetches for as long as it is open, one fetch at a time."""

    def __init__(self, key: FeedKey, group: Group[K]) -> None:
        self.key = key
        self.subscribers: dict[K, float | None] = {}
        """Who reads, and the interval in seconds at which each wants to be sure; None is never by itself."""
        self.settled = asyncio.Event()
        """There is an answer, or the feed is closed and will never have one."""
        self.is_closed = False
        self._group = group
        self._body: Body | None = None
        self._trouble: FetchFailedError | None = None
        self._shown: FetchFailedError | None = None
        self.opened_at = group.ambient.now()
        self._troubled_since = self._tried_at = self.opened_at
        self._is_due = False
        self._planned: float | None = None
        """The interval by which the timer was set; looked up again only when a smaller one comes."""
        self._nudge = asyncio.Event()
        self._asking: list[asyncio.Event] = []
        self._showing: asyncio.Task[None] | None = None
        self._running = asyncio.create_task(self._run())

    @property
    def answer(self) -> Answer:
        return self._shown or self._body

    @property
    def is_in_trouble(self) -> bool:
        """The last fetch failed, whether that is shown yet or not."""
        return self._trouble is not None

    @property
    def interval(self) -> float | None:
        """The smallest of the subscribers', in seconds; None when nobody wants to be sure by himself."""
        return min((wanted for wanted in self.subscribers.values() if wanted is not None), default=None)

    def subscribe(self, subscriber: K, interval: float | None) -> None:
        self.subscribers[subscriber] = interval
        if interval is not None and (self._planned is None or interval < self._planned):
            self._nudge.set()

    def demand(self) -> None:
        """Fetch now; what is under way may be older than the reason to ask, so it does not count."""
        self._is_due = True
        self._nudge.set()

    async def refresh(self) -> None:
        """Return when a fetch has ended that began after this call; never, if the feed is closed before."""
        asked = asyncio.Event()
        self._asking.append(asked)
        self.demand()
        await asked.wait()

    def close(self) -> asyncio.Task[None]:
        """Stop and drop the body; the task returned ends soon."""
        self.is_closed = True
        self._body = self._shown = self._trouble = None
        self._hide()
        self._running.cancel()
        self.settled.set()
        return self._running

    async def _run(self) -> None:
        while True:
            await self._group.passable()
            if (failure := self._group.host.failure) is not None:
                self._suffer(failure)  # its turn to see for itself may be long in coming
            async with self._group.host.turn():
                self._is_due, asked, self._asking = False, self._asking, []
                await self._try()
                for asker in asked:
                    asker.set()
            await self._rest()

    async def _try(self) -> None:
        try:
            answer = await self._group.provider.fetch(self.key, self._known())
        except FetchFailedError as failure:
            self._on_failure(failure)
        except HeadwaterError as error:
            self._on_failure(FetchFailedError(str(error), FailureKind.REFUSED))
        except Exception as error:  # noqa: BLE001 - a bug in one provider must not end its feeds
            # the type alone: what a bug's text quotes is unknown
            _log.error("feed.crashed", store=self.key.store.name, error=type(error).__name__)
            self._on_failure(FetchFailedError("an internal error", FailureKind.BROKEN))
        else:
            self._on_success(answer)
        self._tried_at = self._group.ambient.now()

    def _known(self) -> ETag | None:
        return None if self._body is None else self._body.etag

    def _on_success(self, answer: Body | Unchanged) -> None:
        if isinstance(answer, Unchanged) and self._body is None:
            self._on_failure(FetchFailedError("the source says unchanged to a first question", FailureKind.BROKEN))
            return
        self._group.host.answered()
        is_other = self._shown is not None
        if isinstance(answer, Body):
            is_other |= self._body is None or self._body.entries != answer.entries
            self._body = answer
        self._recover()
        if is_other:
            self._settle()

    def _recover(self) -> None:
        was_in_trouble = self.is_in_trouble
        if self._shown is not None:
            _log.info("feed.recovered", store=self.key.store.name)
        self._trouble = self._shown = None
        self._hide()
        if was_in_trouble:
            self._group.accepted_again()

    def _on_failure(self, failure: FetchFailedError) -> None:
        self._note(failure)
        self._suffer(failure)

    def _suffer(self, failure: FetchFailedError) -> None:
        """Be in trouble: show it at once, or after a while in which it may pass."""
        now = self._group.ambient.now()
        self._troubled_since = now if self._trouble is None else self._troubled_since
        self._trouble = self._masked(failure)
        patience = pace.grace(self.interval)
        if self._answers_already() and now - self._troubled_since < patience:
            self._showing = self._showing or asyncio.create_task(self._show_after(patience))
        else:
            self._show()

    def _note(self, failure: FetchFailedError) -> None:
        """Tell those who share the trouble."""
        if failure.kind is FailureKind.UNREACHABLE:
            self._group.host.unreachable(failure)
        else:
            self._group.host.answered()
        if failure.kind is FailureKind.RATE_LIMITED:
            self._group.pause(failure.retry_after)

    def _answers_already(self) -> bool:
        """A good body stands, no failure was shown yet, and this one may pass by itself."""
        refused = self._trouble is not None and self._trouble.kind is FailureKind.REFUSED
        return self._body is not None and self._shown is None and not refused

    def _masked(self, failure: FetchFailedError) -> FetchFailedError:
        values = self._body.entries.values() if self._body else ()
        return FetchFailedError(mask_values(failure.message, values), failure.kind, retry_after=failure.retry_after)

    async def _show_after(self, seconds: float) -> None:
        await self._group.ambient.sleep(seconds)
        self._showing = None
        self._show()

    def _show(self) -> None:
        self._hide()
        if self._trouble is None or (self._shown is not None and self._shown.message == self._trouble.message):
            return
        self._shown = self._trouble
        _log.warning("feed.failed", store=self.key.store.name, cause=self._shown.message)
        self._settle()

    def _hide(self) -> None:
        """Call off the showing of a failure that was to come."""
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None

    def _settle(self) -> None:
        self.settled.set()
        self._group.changed(self)

    async def _rest(self) -> None:
        """Until somebody demands a fetch or the timer does; an interval that shrinks counts from the last fetch."""
        chance = self._group.ambient.random()
        while not self._is_due:
            pause = self._pause(chance)
            remaining = None if pause is None else self._tried_at + pause - self._group.ambient.now()
            if remaining is not None and remaining <= 0:
                return
            self._nudge.clear()
            await self._group.ambient.wait(self._nudge, remaining)
        gap = self._tried_at + pace.MIN_GAP - self._group.ambient.now()
        if gap > 0:
            await self._group.ambient.sleep(gap)

    def _pause(self, chance: float) -> float | None:
        if self._trouble is not None:
            failing_for = self._tried_at - self._troubled_since
            return pace.retry_pause(self._trouble.kind, failing_for, chance)
        self._planned = self.interval
        return None if self._planned is None else pace.poll_pause(self._planned, chance)
