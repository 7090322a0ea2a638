"""Server-side apply: a configuration merged over what is live, refused where it meets a field of another manager.

Source: sigs.k8s.io/structured-merge-diff v6 merge/update.go, Updater.Apply.
"""

from collections.abc import Sequence
from dataclasses import replace

from headwater.devcluster.fields import sets
from headwater.devcluster.fields.changes import changes, fields_of
from headwater.devcluster.fields.last_applied import KUBECTL, last_applied
from headwater.devcluster.fields.managed import UPDATE, Entry, Manager, entries_of, with_entries
from headwater.devcluster.fields.merging import merged, removed
from headwater.devcluster.fields.sets import FieldSet
from headwater.devcluster.objects import Object, with_metadata
from headwater.devcluster.schemas.node import Node
from headwater.devcluster.status import RefusedError


def applied(live: Object, configuration: Object, node: Node, manager: Manager, now: str, *, force: bool) -> Object:  # noqa: PLR0913 - what apply is made of
    """`live` (empty if there is none) with `configuration` applied by `manager`.

    Raises:
        RefusedError: fields of other managers would change, and `force` is not given.
    """
    wanted = fields_of(configuration, node)
    entries = entries_of(live)
    own = next((entry for entry in entries if entry.manager.is_same(manager)), None)
    others = [entry for entry in entries if entry is not own]
    result = merged(live, configuration, node)
    others = _settled(others, changes(live, result, node).set, _allowed(live, node, manager), force=force)
    if own is not None:
        kept = [wanted, *(entry.fields for entry in others)]
        result = _pruned(result, sets.difference(own.fields, wanted), kept, node)
    same = _is_same(live, result)
    if own is not None and own.fields == wanted and same:
        return live
    time = (own.time if own is not None else "") if same else now  # the time is of the last write that changed more
    return with_entries(result, [*others, Entry(manager, wanted, time)])


def _allowed(live: Object, node: Node, manager: Manager) -> FieldSet:
    """What kubectl may take from anybody: fields that it applied last itself, client-side, and that are so still."""
    last = last_applied(live) if manager.name == KUBECTL else None
    if last is None:
        return {}
    since = changes(last, live, node)
    return sets.difference(sets.difference(fields_of(last, node), since.set), since.removed)


def _settled(others: Sequence[Entry], changed: FieldSet, allowed: FieldSet, *, force: bool) -> list[Entry]:
    """The others' entries without what is taken from them. Raises RefusedError unless it may be taken."""
    taken = [(entry, sets.intersection(entry.fields, changed)) for entry in others]
    refused = [(entry, sets.difference(fields, allowed)) for entry, fields in taken]
    conflicts = [(entry, fields) for entry, fields in refused if fields]
    if conflicts and not force:
        raise _conflict(conflicts)
    return [replace(entry, fields=sets.difference(entry.fields, fields)) for entry, fields in taken]


def _pruned(result: Object, dropped: FieldSet, kept: Sequence[FieldSet], node: Node) -> Object:
    """Without what the manager no longer names, unless it or something in it is in one of `kept`."""
    for fields in kept:
        dropped = sets.difference(dropped, sets.with_parents(fields))
    found = removed(result, dropped, node)
    assert isinstance(found, dict)
    return found


def _is_same(live: Object, result: Object) -> bool:
    """But for who owns what, and which version of the kind was named."""
    ignored: Object = {"apiVersion": None}
    return {**with_metadata(live, managedFields=None), **ignored} == {
        **with_metadata(result, managedFields=None),
        **ignored,
    }


def _conflict(conflicts: Sequence[tuple[Entry, FieldSet]]) -> RefusedError:
    causes = [
        {
            "reason": "FieldManagerConflict",
            "message": f"conflict with {_described(entry)}",
            "field": sets.to_path(steps),
        }
        for entry, fields in conflicts
        for steps in sets.leaves(fields)
    ]
    noun = "conflict" if len(causes) == 1 else "conflicts"
    message = f"Apply failed with {len(causes)} {noun}: {_listed(conflicts)}"
    return RefusedError(409, "Conflict", message, {"causes": causes})


def _described(entry: Entry) -> str:
    manager = entry.manager
    words = [f'"{manager.name}"']
    if manager.subresource:
        words.append(f'with subresource "{manager.subresource}"')
    using = f" using {manager.api_version}" if manager.operation == UPDATE else ""
    return " ".join(words) + using


def _listed(conflicts: Sequence[tuple[Entry, FieldSet]]) -> str:
    lines = []
    for entry, fields in conflicts:
        paths = [sets.to_path(steps) for steps in sets.leaves(fields)]
        if len(conflicts) == 1 and len(paths) == 1:
            return f"conflict with {_described(entry)}: {paths[0]}"
        lines.append(f"conflicts with {_described(entry)}:\n" + "\n".join(f"- {path}" for path in paths))
    return "\n".join(lines)
