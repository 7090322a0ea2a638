"""A live copy of the objects of one type: listed once, then watched.

Surprise: it stores what `remember` makes of each object, so that a Secret can be hashed as it is decoded and its
values dropped. Handlers hear of changes in order, also of deletions that happened while the watch was broken.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, assert_never

import structlog

from headwater.kube.backoff import RECONNECT, Backoff
from headwater.kube.client import PAGE_SIZE, KubeClient
from headwater.kube.encoding import Bookmark, Changed, Event, Odd, Page
from headwater.kube.errors import ExpiredError, KubeError
from headwater.kube.resource import EVERYTHING, ObjectKey, ResourceType, Selection, T, key_of

V = TypeVar("V")
I = TypeVar("I", bound=Hashable)  # noqa: E741 - an index's entry

WATCH_SECONDS = 240
"""The least that a watch is asked to last; half as much more at random, so that informers do not reconnect at once."""

_RELIST_AFTER = 5
"""Failures in a row after which resuming is given up: the cluster may have been restored to an older state."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Change(Generic[V]):
    """What became of an object: `old` is None for a new one, `new` for one that is gone."""

    key: ObjectKey
    old: V | None
    new: V | None


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    version: str
    value: V


Handler = Callable[[Change[V]], None]


def whole(found: T) -> T:
    """Remember objects as they are."""
    return found


class Informer(Generic[T, V]):
    """Follows `resource` while `run` runs; reads are of memory and never wait.

    `remember` and the handlers run on the event loop, must be quick, and must not raise.
    """

    def __init__(
        self,
        client: KubeClient,
        resource: ResourceType[T],
        remember: Callable[[T], V],
        *,
        selection: Selection = EVERYTHING,
        backoff: Backoff = RECONNECT,
    ) -> None:
        self.resource = resource
        self.synced = asyncio.Event()
        """Set once the first list is in, handlers called."""
        self.failure: KubeError | None = None
        """Why it is behind; None while it follows."""
        self._client = client
        self._remember = remember
        self._selection = selection
        self._backoff = backoff
        self._handlers: list[Handler[V]] = []
        self._entries: dict[ObjectKey, _Entry[V]] = {}
        self._since = ""
        """The resource version up to which everything was heard; empty before the first list."""
        self._must_list = True
        self._page_size = PAGE_SIZE
        self._failures = 0
        self._heard = False

    def on_change(self, handler: Handler[V]) -> None:
        """Call `handler` on every change from now on, the first list's objects included."""
        self._handlers.append(handler)

    def find(self, key: ObjectKey) -> V | None:
        entry = self._entries.get(key)
        return entry.value if entry is not None else None

    def items(self) -> Iterator[tuple[ObjectKey, V]]:
        """Every object now; not to be held across an await."""
        return ((key, entry.value) for key, entry in self._entries.items())

    def __len__(self) -> int:
        return len(self._entries)

    def observed(self, written: T) -> None:
        """Take in what the API server answered to a write of ours, before the watch tells of it.

        So a reconcile that follows at once decides on what it wrote, not on what was before.
        """
        if _is_newer(written.metadata.resource_version, self._since):
            self._set(written)

    async def run(self) -> None:
        """Follow until cancelled; whatever fails is tried again."""
        while True:
            self._heard = False
            try:
                if self._must_list:
                    await self._list()
                await self._follow()
            except KubeError as error:
                self._must_list = self._must_list or isinstance(error, ExpiredError)
                self._report(error)
            if not self._heard:
                await self._pause()

    async def _pause(self) -> None:
        delay = self._backoff.delay(self._failures)
        self._failures += 1
        self._must_list = self._must_list or self._failures % _RELIST_AFTER == 0
        await asyncio.sleep(delay)

    def _report(self, error: KubeError) -> None:
        """One line per cause: a cluster that stays away does not fill the log."""
        if self.failure is None or str(self.failure) != str(error):
            _log.warning("informer.fell_behind", resource=str(self.resource), error=str(error))
        self.failure = error

    async def _follow(self) -> None:
        """Watch on from where we are, until the stream ends."""
        seconds = int(WATCH_SECONDS * (1 + self._backoff.randomness() / 2))
        async with self._client.watch(self.resource, self._since, self._selection, seconds=seconds) as events:
            self.failure = None
            async for event in events:
                self._heard = True
                self._failures = 0
                self._take_in(event)

    def _take_in(self, event: Event[T]) -> None:
        """An odd object counts as gone: what it was before holds no more, and a list would not have it either."""
        match event:
            case Bookmark(resource_version=version):
                self._since = version
            case Odd(key=key, resource_version=version):
                self._since = version
                self._drop(key)
            case Changed(object=found, gone=gone):
                self._since = found.metadata.resource_version
                if gone:
                    self._drop(key_of(found))
                else:
                    self._set(found)
            case _:
                assert_never(event)

    def _set(self, found: T) -> None:
        """Store `found`, unless what is stored is as new."""
        key, version = key_of(found), found.metadata.resource_version
        old = self._entries.get(key)
        if old is None or _is_newer(version, old.version):
            self._entries[key] = _Entry(version, self._remember(found))
            self._tell(key, old)

    def _drop(self, key: ObjectKey) -> None:
        old = self._entries.pop(key, None)
        if old is not None:
            self._tell(key, old)

    def _tell(self, key: ObjectKey, old: _Entry[V] | None) -> None:
        change = Change(key, old.value if old is not None else None, self.find(key))
        for handler in self._handlers:
            handler(change)

    async def _list(self) -> None:
        """Bring the copy to what the API server has now; missed deletions surface here."""
        page = await self._page("")
        if self._since and _is_newer(self._since, page.resource_version):
            self._forget_versions()
        present = self._merge(page)
        while page.next:
            page = await self._page(page.next)
            present |= self._merge(page)
        self._drop_absent(present, page.resource_version)
        self._since, self._must_list, self._page_size = page.resource_version, False, PAGE_SIZE
        if not self.synced.is_set():
            _log.info("informer.synced", resource=str(self.resource), objects=len(self))
            self.synced.set()

    async def _page(self, after: str) -> Page[T]:
        try:
            return await self._client.page(self.resource, self._selection, limit=self._page_size, after=after)
        except ExpiredError:
            self._page_size = 0  # paging took longer than the server remembers: next time all at once
            raise

    def _merge(self, page: Page[T]) -> set[ObjectKey]:
        for found in page.items:
            self._set(found)
        return {key_of(found) for found in page.items}

    def _drop_absent(self, present: set[ObjectKey], listed_at: str) -> None:
        """What is not in the list is gone, unless we wrote it after the list was made."""
        absent = [key for key in self._entries if key not in present]
        for key in absent:
            if not _is_newer(self._entries[key].version, listed_at):
                self._drop(key)

    def _forget_versions(self) -> None:
        """The cluster was restored to an older state: whatever it says now is news."""
        self._entries = {key: _Entry("0", entry.value) for key, entry in self._entries.items()}


class Index(Generic[V, I]):
    """Which objects have which entries, kept as an informer changes."""

    def __init__(self, informer: Informer[Any, V], entries: Callable[[V], Iterable[I]]) -> None:
        self._entries = entries
        self._keys: dict[I, set[ObjectKey]] = {}
        informer.on_change(self._take_in)

    def keys(self, entry: I) -> frozenset[ObjectKey]:
        """The objects that have `entry`."""
        return frozenset(self._keys.get(entry, ()))

    def _take_in(self, change: Change[V]) -> None:
        before = set(self._entries(change.old)) if change.old is not None else set()
        after = set(self._entries(change.new)) if change.new is not None else set()
        for entry in before - after:
            self._keys[entry].discard(change.key)
            if not self._keys[entry]:
                del self._keys[entry]
        for entry in after - before:
            self._keys.setdefault(entry, set()).add(change.key)


def _is_newer(version: str, than: str) -> bool:
    """Whether a resource version comes after another of the same type; texts that are no numbers are news if unequal.

    Source: KEP-5504, resource versions are comparable.
    """
    if version.isdecimal() and than.isdecimal():
        return int(version) > int(than)
    return version != than
