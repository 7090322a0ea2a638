"""A source: one store read with one credential. Its feeds share a stream, and a pause when the source wants one."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from headwater.operator.feeds import pace
from headwater.operator.feeds.feed import Feed
from headwater.operator.feeds.host import Host
from headwater.operator.feeds.stream import Listening, Stream
from headwater.operator.providers.protocol import BodyForm, Credential, FeedKey, Provider, Store

K = TypeVar("K", bound=Hashable)


class SourceKey(NamedTuple):
    """Who reads what: another generation or resourceVersion is another source."""

    store: Store
    credential: Credential


class Source(Generic[K]):
    """Exists for as long as it has a feed."""

    def __init__(self, identity: SourceKey, provider: Provider, host: Host, changed: Callable[[Feed[K]], None]) -> None:
        self.provider = provider
        self.host = host
        self.ambient = host.ambient
        self.changed = changed
        self.feeds: dict[BodyForm, Feed[K]] = {}
        self._identity = identity
        self._paused_until = self.ambient.now()
        self._stream = Stream(self._listening(), self.ambient)
        host.listen(self.accepted_again)

    def feed(self, form: BodyForm) -> Feed[K]:
        """The feed of that form, opened if it is not."""
        if form not in self.feeds:
            self.feeds[form] = Feed(
                FeedKey(store=self._identity.store, credential=self._identity.credential, form=form), self
            )
        return self.feeds[form]

    def drop(self, form: BodyForm) -> asyncio.Task[None]:
        """Close one feed; the task returned ends soon."""
        return self.feeds.pop(form).close()

    def close(self) -> list[asyncio.Task[None]]:
        """Stop the stream and every feed; the tasks returned end soon."""
        self.host.unlisten(self.accepted_again)
        return [self._stream.close(), *[self.drop(form) for form in list(self.feeds)]]

    async def passable(self) -> None:
        while (remaining := self._paused_until - self.ambient.now()) > 0:
            await self.ambient.sleep(remaining)

    def pause(self, retry_after: float | None) -> None:
        until = self.ambient.now() + pace.rate_limit_pause(retry_after, self.ambient.random())
        self._paused_until = max(self._paused_until, until)

    def accepted_again(self) -> None:
        self._stream.retry()

    def _demand(self) -> None:
        for feed in self.feeds.values():
            feed.demand()

    def _listening(self) -> Listening:
        return Listening(
            store=self._identity.store.name,
            open=lambda: self.provider.watch(self._identity.store, self._identity.credential),
            passable=self.passable,
            pause=self.pause,
            demand=self._demand,
        )
