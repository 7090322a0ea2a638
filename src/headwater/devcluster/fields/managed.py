"""`metadata.managedFields` after a write: the writer owns what it set, and others lose what was changed under them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from headwater.devcluster.fields import sets
from headwater.devcluster.fields.changes import changes
from headwater.devcluster.fields.sets import FieldSet
from headwater.devcluster.objects import Json, Object, metadata_of, with_metadata
from headwater.devcluster.schemas.node import Node

UPDATE = "Update"
APPLY = "Apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """Who writes, how, and through which version and subresource."""

    name: str
    operation: str
    api_version: str
    subresource: str = ""

    def is_same(self, other: "Manager") -> bool:
        """Whether both share an entry: one who applies keeps his own whatever version he applies."""
        if (self.name, self.operation, self.subresource) != (other.name, other.operation, other.subresource):
            return False
        return self.operation == APPLY or self.api_version == other.api_version


@dataclass(frozen=True, slots=True)
class Entry:
    """What one manager owns; `time` is that of his last write, RFC 3339 in UTC."""

    manager: Manager
    fields: FieldSet
    time: str

    @classmethod
    def of(cls, raw: Object) -> Self:
        manager = Manager(
            name=raw.get("manager", ""),
            operation=raw.get("operation", ""),
            api_version=raw.get("apiVersion", ""),
            subresource=raw.get("subresource", ""),
        )
        return cls(manager, raw.get("fieldsV1") or {}, raw.get("time", ""))

    def to_object(self) -> Object:
        found = {
            "manager": self.manager.name,
            "operation": self.manager.operation,
            "apiVersion": self.manager.api_version,
            "time": self.time,
            "fieldsType": "FieldsV1",
            "fieldsV1": self.fields,
            "subresource": self.manager.subresource,
        }
        return {name: value for name, value in found.items() if value != ""}


def entries_of(found: Object) -> list[Entry]:
    return [Entry.of(raw) for raw in metadata_of(found).get("managedFields") or ()]


def with_entries(found: Object, entries: Sequence[Entry]) -> Object:
    kept = sorted((entry for entry in entries if entry.fields), key=_order)
    return with_metadata(found, managedFields=[entry.to_object() for entry in kept] or None)


def updated(old: Object, new: Object, node: Node, manager: Manager, now: str) -> Object:
    """`new` with the entries that it starts from brought up to date for a write by `manager`."""
    entries = _entries_before(old, new)
    found = changes(old, new, node)
    if not found.set and not found.removed:
        return with_entries(new, entries)
    kept = [
        _lost(entry, found.set, found.removed) if not entry.manager.is_same(manager) else entry for entry in entries
    ]
    own = next((entry for entry in kept if entry.manager.is_same(manager)), None)
    mine = sets.difference(sets.union(own.fields if own else {}, found.set), found.removed)
    others = [entry for entry in kept if entry is not own]
    return with_entries(new, [*others, Entry(manager, mine, now)])


def _entries_before(old: Object, new: Object) -> list[Entry]:
    """Those that the writer gives, so that kubectl can hand fields over; the old ones if he gives none or nonsense.

    None at all if he gives a list that is empty or of one empty entry.
    Source: structured-merge-diff as the API server calls it, decodeLiveOrNew.
    """
    given = metadata_of(new).get("managedFields")
    if given in ([], [{}]):
        return []
    return entries_of(new) if given and all(map(_is_readable, given)) else entries_of(old)


def _is_readable(raw: Object) -> bool:
    named = raw.get("apiVersion") and raw.get("fieldsType") == "FieldsV1"
    return bool(named) and raw.get("operation") in {UPDATE, APPLY} and _is_set(raw.get("fieldsV1"))


def _is_set(found: Json) -> bool:
    return isinstance(found, dict) and all(map(_is_set, found.values()))


def _lost(entry: Entry, changed: FieldSet, removed: FieldSet) -> Entry:
    return replace(entry, fields=sets.difference(sets.difference(entry.fields, changed), removed))


def _order(entry: Entry) -> tuple[str, str, str, str, str]:
    manager = entry.manager
    return (manager.operation, entry.time, manager.name, manager.api_version, manager.subresource)
