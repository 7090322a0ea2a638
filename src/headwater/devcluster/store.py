"""Everything that exists: objects by kind and key, one counter of versions, and what happened lately, for watches.

Surprise: a record keeps the JSON of its object once somebody asked for it, so a list of 10,000 objects and a hundred
watchers of one change each encode once. Only the event loop touches a store; it has no locks.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from headwater.devcluster.objects import Key, Object, key_of, metadata_of
from headwater.devcluster.status import expired

REMEMBERED: Final = 20_000
"""Events that a kind keeps for watches that start late."""

_encoder = msgspec.json.Encoder()


class Kind(NamedTuple):
    """Where objects are kept: all served versions of a kind share one place."""

    group: str
    plural: str


class Record:
    """One object as it was at one version."""

    __slots__ = ("_json", "key", "object", "version")

    def __init__(self, key: Key, stored: Object, version: int) -> None:
        self.key = key
        self.object = stored
        self.version = version
        self._json: dict[str, bytes] = {}

    def to_json(self, api_version: str) -> bytes:
        """The object as that version of its kind; versions differ in their name alone."""
        encoded = self._json.get(api_version)
        if encoded is None:
            encoded = self._json[api_version] = _encoder.encode(self.as_version(api_version))
        return encoded

    def as_version(self, api_version: str) -> Object:
        if self.object.get("apiVersion") == api_version:
            return self.object
        return {**self.object, "apiVersion": api_version}


class EventType(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to one object; `previous` is how it was before."""

    type: EventType
    record: Record
    previous: Record | None

    @property
    def version(self) -> int:
        return self.record.version


Listener = Callable[[Event], None]


@dataclass(slots=True)
class Collection:
    """The objects of one kind, in the order of their keys."""

    records: dict[Key, Record] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    forgotten: int = 0
    """The version of the newest event that is no longer remembered."""
    listeners: dict[object, Listener] = field(default_factory=dict)

    def select(self, namespace: str) -> Iterator[Record]:
        """Those of `namespace` (empty: all), in order."""
        if not namespace:
            for key in self.keys:
                yield self.records[key]
            return
        for index in range(bisect_left(self.keys, Key(namespace, "")), len(self.keys)):
            if self.keys[index].namespace != namespace:
                return
            yield self.records[self.keys[index]]

    def note(self, event: Event) -> None:
        if len(self.events) == self.events.maxlen:
            self.forgotten = self.events[0].version
        self.events.append(event)
        for listener in list(self.listeners.values()):
            listener(event)

    def since(self, version: int) -> list[Event]:
        """What happened after `version`. Raises RefusedError (410) if that is no longer known."""
        if version < self.forgotten:
            raise expired(f"too old resource version: {version} ({self.forgotten})")
        found: list[Event] = []
        for event in reversed(self.events):
            if event.version <= version:
                break
            found.append(event)
        return found[::-1]


class Store:
    """All collections. Writes give the object its resourceVersion and tell the listeners before they return."""

    def __init__(self) -> None:
        self.version = 1
        self._collections: dict[Kind, Collection] = {}
        self._listeners: list[Callable[[Kind, Event], None]] = []

    def of(self, kind: Kind) -> Collection:
        found = self._collections.get(kind)
        if found is None:
            found = self._collections[kind] = Collection(forgotten=0)
        return found

    def kinds(self) -> list[Kind]:
        return list(self._collections)

    def find(self, kind: Kind, key: Key) -> Record | None:
        return self.of(kind).records.get(key)

    def listen(self, listener: Callable[[Kind, Event], None]) -> None:
        """Have `listener` told of every event of every kind."""
        self._listeners.append(listener)

    def put(self, kind: Kind, wanted: Object) -> Record:
        """Create or replace; returns what is stored now."""
        collection = self.of(kind)
        key = key_of(wanted)
        previous = collection.records.get(key)
        record = self._record(key, wanted)
        collection.records[key] = record
        if previous is None:
            insort(collection.keys, key)
        change = EventType.ADDED if previous is None else EventType.MODIFIED
        self._tell(kind, Event(type=change, record=record, previous=previous))
        return record

    def delete(self, kind: Kind, key: Key) -> Record:
        """Returns how the object was at its end, under the version of its deletion."""
        collection = self.of(kind)
        previous = collection.records.pop(key)
        del collection.keys[bisect_left(collection.keys, key)]
        record = self._record(key, previous.object)
        self._tell(kind, Event(type=EventType.DELETED, record=record, previous=previous))
        return record

    def restore(self, kind: Kind, stored: Object) -> None:
        """Put back an object of an earlier run under its own version; nobody is told."""
        key = key_of(stored)
        collection = self.of(kind)
        version = int(metadata_of(stored)["resourceVersion"])
        collection.records[key] = Record(key, stored, version)
        insort(collection.keys, key)

    def forget_history(self) -> None:
        """Compact: no watch can start in the past."""
        for collection in self._collections.values():
            collection.events.clear()
            collection.forgotten = self.version

    def _record(self, key: Key, wanted: Object) -> Record:
        self.version += 1
        meta = {**wanted["metadata"], "resourceVersion": str(self.version)}
        return Record(key, {**wanted, "metadata": meta}, self.version)

    def _tell(self, kind: Kind, event: Event) -> None:
        self.of(kind).note(event)
        for listener in self._listeners:
            listener(kind, event)
