"""The feeds of one operator: subscribe by reading, be woken for another answer, acknowledge what was applied."""

import asyncio
import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import structlog

from headwater.domain.errors import HeadwaterError
from headwater.operator.feeds import pace
from headwater.operator.feeds.ambient import Ambient, system_ambient
from headwater.operator.feeds.feed import Feed
from headwater.operator.feeds.host import Host
from headwater.operator.feeds.reading import NO_DIGEST, Outcome, Reading, ReadingDigest, Want, digest_of
from headwater.operator.feeds.source import Source, SourceKey
from headwater.operator.providers.protocol import Body, FetchFailedError, PickError, Provider, ProviderConfigError, Ref

K = TypeVar("K", bound=Hashable)

NOTIFIED_AT_ONCE = 100
"""Subscribers whose picks are compared before the loop gets a turn."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Served(Generic[K]):
    """A want that a feed answers."""

    ref: Ref
    feed: Feed[K]
    provider: Provider


@dataclass(slots=True)
class _Subscription(Generic[K]):
    entries: list[_Served[K] | HeadwaterError] = field(default_factory=list)
    acknowledged: ReadingDigest = NO_DIGEST
    given: ReadingDigest | None = None
    """Of its last reading; None when that was "still on its way": wake it whatever comes."""
    is_reading: bool = True
    """It is about to be given the newest, so it needs no waking."""

    @property
    def feeds(self) -> set[Feed[K]]:
        return {entry.feed for entry in self.entries if isinstance(entry, _Served)}


class Feeds(Generic[K]):
    """Made once by the manager, inside the loop; `K` is how the manager's queue names an ExternalSecret.

    `wake(key)` is called on the loop, never from inside `read`, whenever another `read` would answer otherwise than
    the last one did, and when an answer that was still on its way has come.
    """

    def __init__(
        self, providers: Mapping[str, Provider], wake: Callable[[K], None], ambient: Ambient | None = None
    ) -> None:
        self._providers = providers
        self._wake = wake
        self._ambient = ambient or system_ambient()
        self._digest_key = secrets.token_bytes(32)
        self._hosts: WeakValueDictionary[tuple[str, str], Host] = WeakValueDictionary()
        self._sources: dict[SourceKey, Source[K]] = {}
        self._subscriptions: dict[K, _Subscription[K]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(
        self, subscriber: K, wants: Sequence[Want], *, interval: float | None, fresh: bool = False
    ) -> Reading | None:
        """Subscribe `subscriber` to exactly these wants, and answer them from memory.

        `interval` is its refreshInterval in seconds, None for "never by itself" (0, CreatedOnce, OnChange): the feeds
        behind it ask again at the smallest interval of their subscribers. `fresh` fetches first (force-sync).
        A first need waits for the first fetch, a second at most; None then means: still on its way, you will be woken.
        Call it on every reconcile, also on those that will not refresh: it is what keeps the subscription.
        """
        subscription = self._subscribe(subscriber, wants, interval)
        await self._settle(subscription.feeds, fresh=fresh)
        if self._subscriptions.get(subscriber) is not subscription:
            return None
        reading = self._reading(subscription)
        subscription.given = None if reading is None else reading.digest
        subscription.is_reading = False
        return reading

    def acknowledge(self, subscriber: K, digest: ReadingDigest) -> None:
        """The reading with this digest is applied (or reported): it is no news any more."""
        if (subscription := self._subscriptions.get(subscriber)) is not None:
            subscription.acknowledged = digest

    def forget(self, subscriber: K) -> None:
        """The subscriber is gone or wants nothing: feeds without subscribers close and drop their bodies."""
        subscription = self._subscriptions.pop(subscriber, None)
        if subscription is not None:
            self._leave(subscriber, subscription.feeds)

    async def close(self) -> None:
        """End every stream and timer and drop every body."""
        self._subscriptions.clear()
        for key in list(self._sources):
            self._close_source(key)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _subscribe(self, subscriber: K, wants: Sequence[Want], interval: float | None) -> _Subscription[K]:
        before = self._subscriptions.get(subscriber) or _Subscription()
        now = _Subscription(entries=[self._serve(subscriber, want) for want in wants], acknowledged=before.acknowledged)
        self._subscriptions[subscriber] = now
        for feed in now.feeds:
            feed.subscribe(subscriber, interval)
        self._leave(subscriber, before.feeds - now.feeds)
        return now

    def _leave(self, subscriber: K, feeds: set[Feed[K]]) -> None:
        for feed in feeds:
            feed.subscribers.pop(subscriber, None)
            if not feed.subscribers and not feed.is_closed:
                self._close_feed(feed)

    def _serve(self, subscriber: K, want: Want) -> _Served[K] | HeadwaterError:
        try:
            provider = self._provider(want.store.provider)
            form = provider.requests(want.store, want.ref)
            key = SourceKey(want.store, want.credential)
            if key not in self._sources:
                self._retire_before(key, subscriber)
            source = self._source(key, provider)
        except HeadwaterError as error:
            return error.with_traceback(None)
        return _Served(want.ref, source.feed(form), provider)

    def _provider(self, name: str) -> Provider:
        try:
            return self._providers[name]
        except KeyError:
            raise ProviderConfigError(f"not supported: {name}", unsupported=name) from None

    def _source(self, key: SourceKey, provider: Provider) -> Source[K]:
        source = self._sources.get(key)
        if source is None:
            host_key = (provider.name, provider.host(key.store))
            host = self._hosts.setdefault(host_key, Host(self._ambient))
            source = self._sources[key] = Source(key, provider, host, self._on_change)
            _log.info("source.opened", store=key.store.name, kind=key.store.kind)
        return source

    def _retire_before(self, key: SourceKey, subscriber: K) -> None:
        """Close what the store or its credential was before, at once; its other readers are woken to read anew."""
        for other in [other for other in self._sources if _precedes(other, key)]:
            readers = {reader for feed in self._sources[other].feeds.values() for reader in feed.subscribers}
            self._close_source(other)
            for reader in readers - {subscriber}:
                asyncio.get_running_loop().call_soon(self._wake, reader)

    def _close_feed(self, feed: Feed[K]) -> None:
        key = SourceKey(feed.key.store, feed.key.credential)
        self._track(self._sources[key].drop(feed.key.form))
        if not self._sources[key].feeds:
            self._close_source(key)

    def _close_source(self, key: SourceKey) -> None:
        _log.info("source.closed", store=key.store.name, kind=key.store.kind)
        for ending in self._sources.pop(key).close():
            self._track(ending)

    def _track(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self, feeds: set[Feed[K]], *, fresh: bool) -> None:
        """Wait until every feed has an answer (with `fresh`: one asked for from now on), but not for long.

        All who wait for a new feed share its first second, and nobody waits for a fresh answer of one in trouble, so
        that a thousand readers of a dead source hold up nobody.
        """
        if fresh:
            for feed in feeds:
                feed.demand()
        awaited = [feed for feed in feeds if (fresh and not feed.is_in_trouble) or not feed.answer]
        patience = pace.FIRST_WAIT
        if awaited and not fresh:
            patience -= self._ambient.now() - max(feed.opened_at for feed in awaited)
        if not awaited or patience <= 0:
            return
        done = asyncio.Event()
        waiting = asyncio.create_task(_answered(awaited, done, fresh=fresh))
        try:
            await self._ambient.wait(done, patience)
        finally:
            waiting.cancel()

    def _reading(self, subscription: _Subscription[K]) -> Reading | None:
        if not all(feed.answer for feed in subscription.feeds):
            return None
        outcomes = tuple(_outcome(entry) for entry in subscription.entries)
        digest = digest_of(outcomes, self._digest_key)
        return Reading(outcomes=outcomes, digest=digest, is_news=digest != subscription.acknowledged)

    def _would_read_otherwise(self, subscriber: K) -> bool:
        subscription = self._subscriptions.get(subscriber)
        if subscription is None or subscription.is_reading:
            return False
        reading = self._reading(subscription)
        return reading is not None and reading.digest != subscription.given

    def _on_change(self, feed: Feed[K]) -> None:
        self._track(asyncio.create_task(self._notify(feed)))

    async def _notify(self, feed: Feed[K]) -> None:
        for count, subscriber in enumerate(list(feed.subscribers), start=1):
            if self._would_read_otherwise(subscriber):
                self._wake(subscriber)
            if count % NOTIFIED_AT_ONCE == 0:
                await asyncio.sleep(0)


async def _answered(feeds: Sequence[Feed[K]], done: asyncio.Event, *, fresh: bool) -> None:
    """Set `done` when all have answered; those that are asked anew are all asked at the same time."""
    asked = [feed.refresh() if fresh else feed.settled.wait() for feed in feeds]
    await asyncio.gather(*asked)
    done.set()


def _precedes(other: SourceKey, key: SourceKey) -> bool:
    if other.store.uid != key.store.uid:
        return False
    if other.store.generation != key.store.generation:
        return other.store.generation < key.store.generation
    same_secret = other.credential.uid == key.credential.uid
    return same_secret and other.credential.resource_version != key.credential.resource_version


def _outcome(entry: _Served[K] | HeadwaterError) -> Outcome:
    """Errors lose their traceback: its frames would keep values alive for as long as the error is."""
    if isinstance(entry, HeadwaterError):
        return entry
    match entry.feed.answer:
        case Body() as body:
            try:
                return entry.provider.pick(body, entry.ref)
            except HeadwaterError as error:
                return error.with_traceback(None)
            except Exception as error:  # noqa: BLE001 - a bug met by one subscriber must not keep others from theirs
                _log.error("pick.crashed", store=entry.feed.key.store.name, error=type(error).__name__)
                return PickError("an internal error")
        case FetchFailedError() as failure:
            return failure
        case None:
            raise AssertionError("a reading is made of answers")
