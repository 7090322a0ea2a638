"""Watch: what happened since a version, then what happens, as lines of JSON.

Surprise: an object that comes to match the selectors is told as ADDED, one that ceases to as DELETED.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import msgspec

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.http import Reply, Request
from headwater.devcluster.objects import Object
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.selectors import Test, everything
from headwater.devcluster.status import RefusedError, no_version
from headwater.devcluster.store import Event, EventType, Record
from headwater.devcluster.tables import table, wants_table
from headwater.devcluster.verbs.answers import partial, wants_metadata
from headwater.devcluster.verbs.place import Place
from headwater.devcluster.verbs.reading import selection

BOOKMARK_SECONDS: Final = 30.0
"""Between bookmarks while nothing happens."""

_LONGEST_SECONDS: Final = 3600
_MOST_WAITING: Final = 50_000
"""Events that one slow reader may leave unread before his watch ends."""

_encoder = msgspec.json.Encoder()


def watch(cluster: Cluster, place: Place, request: Request) -> Reply:
    """Raises: RefusedError: 410 for a version that is too old."""
    watching = _Watching(cluster, place, selection(place, request), request)
    first = watching.begin()
    return Reply(stream=watching.lines(first))


@dataclass(slots=True)
class _View:
    """How events are written for one client."""

    cluster: Cluster
    resource: ResourceType
    request: Request
    _columns_told: bool = False

    def line(self, kind: str, record: Record) -> bytes:
        accept = self.request.accept
        if wants_table(accept):
            return _line(kind, self._row(record))
        if wants_metadata(accept):
            return _line(kind, partial(record.object))
        encoded = record.to_json(self.resource.api_version)
        return b'{"type":"%b","object":%b}\n' % (kind.encode(), encoded)

    def bookmark(self, version: int, *, initial: bool = False) -> bytes:
        annotations = {"annotations": {"k8s.io/initial-events-end": "true"}} if initial else {}
        meta = {"resourceVersion": str(version), "creationTimestamp": None, **annotations}
        kind = {"kind": self.resource.kind, "apiVersion": self.resource.api_version}
        if wants_table(self.request.accept):
            return _line("BOOKMARK", {**self._table([]), "metadata": {"resourceVersion": str(version)}})
        if wants_metadata(self.request.accept):
            kind = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}
        return _line("BOOKMARK", {**kind, "metadata": meta})

    def _row(self, record: Record) -> Object:
        found = self._table([record.as_version(self.resource.api_version)])
        if self._columns_told:
            found["columnDefinitions"] = None
        self._columns_told = True
        return found

    def _table(self, objects: list[Object]) -> Object:
        include = self.request.query.get("includeObject", "")
        return table(self.resource, objects, self.cluster.now(), metadata={}, include=include)


class _Watching:
    def __init__(self, cluster: Cluster, place: Place, wanted: Test, request: Request) -> None:
        self._cluster = cluster
        self._place = place
        self._collection = cluster.store.of(place.resource.store_kind)
        self._wanted = wanted
        self._request = request
        self._view = _View(cluster, place.resource, request)
        self._waiting: list[Event] = []
        self._wake = asyncio.Event()
        self._told = cluster.store.version
        self._bookmarks = request.flag("allowWatchBookmarks")

    def begin(self) -> list[bytes]:
        """The lines that are due at once; what happens from now on is remembered."""
        since = self._request.query.get("resourceVersion", "")
        if since not in {"", "0"} and not since.isdecimal():
            raise RefusedError(500, "", str(no_version(since)))
        if since in {"", "0"} or self._request.flag("sendInitialEvents"):
            lines = self._initial()
        else:
            lines = [line for event in self._collection.since(int(since)) if (line := self._line(event))]
        self._collection.listeners[self] = self._hear
        return lines

    def _initial(self) -> list[bytes]:
        records = self._collection.select(self._place.namespace)
        lines = [self._view.line("ADDED", record) for record in records if self._wanted(record.object)]
        if self._request.flag("sendInitialEvents") and self._bookmarks:
            lines.append(self._view.bookmark(self._told, initial=True))
        return lines

    async def lines(self, first: list[bytes]) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._seconds()
        try:
            # an empty piece sends the head of the reply, so that the client knows that it watches
            yield b"".join(first)
            while (left := ends - loop.time()) > 0 and len(self._waiting) < _MOST_WAITING:
                if await self._happened(min(left, BOOKMARK_SECONDS)):
                    if chunk := self._take():
                        yield chunk
                elif self._bookmarks:
                    yield self._view.bookmark(self._cluster.store.version)
        finally:
            self._collection.listeners.pop(self, None)

    async def _happened(self, within: float) -> bool:
        try:
            await asyncio.wait_for(self._wake.wait(), within)
        except TimeoutError:
            return False
        return True

    def _take(self) -> bytes:
        taken, self._waiting = self._waiting, []
        self._wake.clear()
        return b"".join(line for event in taken if (line := self._line(event)))

    def _hear(self, event: Event) -> None:
        self._waiting.append(event)
        self._wake.set()

    def _line(self, event: Event) -> bytes:
        namespace = self._place.namespace
        if namespace and event.record.key.namespace != namespace:
            return b""
        kind = event.type if self._wanted is everything else self._kind(event)
        return self._view.line(kind, event.record) if kind is not None else b""

    def _kind(self, event: Event) -> EventType | None:
        before = event.previous is not None and self._wanted(event.previous.object)
        after = event.type is not EventType.DELETED and self._wanted(event.record.object)
        if before and after:
            return EventType.MODIFIED
        if before:
            return EventType.DELETED
        return EventType.ADDED if after else None

    def _seconds(self) -> float:
        text = self._request.query.get("timeoutSeconds", "")
        return float(text) if text.isdecimal() and int(text) > 0 else _LONGEST_SECONDS


def _line(kind: str, found: Object) -> bytes:
    return _encoder.encode({"type": kind, "object": found}) + b"\n"
