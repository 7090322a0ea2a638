"""Garbage collection: dependents go when their last owner is gone, as its deletion asked.

Surprise: whose dependents there are is kept in an index that every write brings up to date, so nothing is searched.
"""

from collections import defaultdict
from typing import NamedTuple

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.writes import delete, write
from headwater.devcluster.objects import Key, Object, finalizers_of, is_deleting, metadata_of, uid_of, with_metadata
from headwater.devcluster.store import Event, EventType, Kind, Record
from headwater.devcluster.verbs.deleting import FOREGROUND, ORPHAN


class Dependent(NamedTuple):
    kind: Kind
    key: Key


class Collector:
    """Follows every event; `settle` acts on what is due."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._dependents: dict[str, set[Dependent]] = defaultdict(set)
        self._uids: set[str] = set()

    def note(self, kind: Kind, event: Event) -> bool:
        """Keep the index; whether there is something to do about it."""
        dependent = Dependent(kind, event.record.key)
        before = _owners(event.previous.object) if event.previous is not None else []
        after = [] if event.type is EventType.DELETED else _owners(event.record.object)
        if before is not after:
            for owner in before:
                self._dependents[owner["uid"]].discard(dependent)
            for owner in after:
                self._dependents[owner["uid"]].add(dependent)
        uid = uid_of(event.record.object)
        if event.type is EventType.DELETED:
            self._uids.discard(uid)
            return True
        self._uids.add(uid)
        return bool(after and event.type is EventType.ADDED) or is_deleting(event.record.object)

    def settle(self, kind: Kind, event: Event) -> None:
        found = event.record.object
        if event.type is EventType.DELETED:
            self._release(uid_of(found), found)
            return
        record = self._cluster.store.find(kind, event.record.key)
        if record is None:
            return
        if is_deleting(record.object):
            self._let_go(kind, record)
        else:
            self._collect(Dependent(kind, record.key))

    def _release(self, uid: str, found: Object) -> None:
        """An owner is gone: so are those that nobody else owns, and owners that waited for it may go."""
        for dependent in sorted(self._dependents.pop(uid, ())):
            self._collect(dependent)
        for owner in _owners(found):
            self._review(owner)

    def _review(self, owner: Object) -> None:
        resource = self._cluster.catalog.of_kind(owner["apiVersion"], owner["kind"])
        if resource is None or owner["uid"] not in self._uids:
            return
        for record in list(self._cluster.store.of(resource.store_kind).records.values()):
            if uid_of(record.object) == owner["uid"] and is_deleting(record.object):
                self._let_go(resource.store_kind, record)

    def _collect(self, dependent: Dependent) -> None:
        """Delete it if none of its owners is there."""
        record = self._cluster.store.find(dependent.kind, dependent.key)
        if record is None or not _owners(record.object):
            return
        if any(owner["uid"] in self._uids for owner in _owners(record.object)):
            return
        delete(self._cluster, self._cluster.catalog.get(*dependent.kind), record)

    def _let_go(self, kind: Kind, record: Record) -> None:
        """Do what the finalizers of its deletion ask, then take them off."""
        finalizers = finalizers_of(record.object)
        uid = uid_of(record.object)
        if ORPHAN in finalizers:
            for dependent in sorted(self._dependents.pop(uid, ())):
                self._disown(dependent, uid)
            self._without(kind, record, ORPHAN)
        elif FOREGROUND in finalizers:
            waiting = [each for each in sorted(self._dependents.get(uid, ())) if not self._gone(each)]
            if not waiting:
                self._without(kind, record, FOREGROUND)

    def _gone(self, dependent: Dependent) -> bool:
        record = self._cluster.store.find(dependent.kind, dependent.key)
        if record is not None:
            delete(self._cluster, self._cluster.catalog.get(*dependent.kind), record)
        return self._cluster.store.find(dependent.kind, dependent.key) is None

    def _disown(self, dependent: Dependent, uid: str) -> None:
        record = self._cluster.store.find(dependent.kind, dependent.key)
        if record is not None:
            owners = [owner for owner in _owners(record.object) if owner["uid"] != uid]
            resource = self._cluster.catalog.get(*dependent.kind)
            write(self._cluster, resource, with_metadata(record.object, ownerReferences=owners or None))

    def _without(self, kind: Kind, record: Record, finalizer: str) -> None:
        current = self._cluster.store.find(kind, record.key)
        if current is not None:
            kept = [each for each in finalizers_of(current.object) if each != finalizer]
            resource = self._cluster.catalog.get(*kind)
            write(self._cluster, resource, with_metadata(current.object, finalizers=kept))


_NONE: list[Object] = []


def _owners(found: Object) -> list[Object]:
    return metadata_of(found).get("ownerReferences") or _NONE
