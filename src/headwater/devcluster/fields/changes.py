"""Which fields a write changed and which it took away, and which fields an applied configuration names.

Source: sigs.k8s.io/structured-merge-diff v6, Compare and ToFieldSet.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from headwater.devcluster.fields import sets
from headwater.devcluster.fields.sets import FieldSet
from headwater.devcluster.fields.steps import is_granular_list, is_granular_map, item_step, items_by_step, members
from headwater.devcluster.objects import Json, Object
from headwater.devcluster.schemas.node import Node

ABSENT: Final = object()

_IsGranular = Callable[[Json, Node | None], bool]
_Children = Callable[[Json], dict[str, Json]]
_NodeOf = Callable[[Node | None, str], Node | None]

_UNOWNED: Final = frozenset({"apiVersion", "kind"})
_UNOWNED_METADATA: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "name",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
)


class Changes(NamedTuple):
    """`set` holds what was added or modified; `removed` what is gone."""

    set: FieldSet
    removed: FieldSet


def changes(old: Object, new: Object, node: Node) -> Changes:
    """From one state of an object to the next; `old` is empty for an object that is new."""
    found = _compare(_owned(old), _owned(new), node)
    return Changes(found[0] or {}, found[1] or {})


def fields_of(configuration: Object, node: Node) -> FieldSet:
    """The fields that an applied configuration names, and so owns."""
    return _named(_owned(configuration), node)


def _owned(found: Object) -> Object:
    """Without what nobody owns."""
    kept = {name: value for name, value in found.items() if name not in _UNOWNED}
    meta = kept.get("metadata")
    if isinstance(meta, dict):
        kept["metadata"] = {name: value for name, value in meta.items() if name not in _UNOWNED_METADATA}
        if not kept["metadata"]:
            del kept["metadata"]
    return kept


def _compare(old: Json, new: Json, node: Node | None) -> tuple[FieldSet | None, FieldSet | None]:
    """The set of what was set and of what was removed at this place; None where nothing was."""
    if old is new:
        return None, None
    if _is_entered(old, new, node, is_granular_map):
        return _compare_children(old, new, node, _members_of, _member_node)
    if _is_entered(old, new, node, is_granular_list):
        assert node is not None
        by_step = _items_of(node)
        return _compare_children(old, new, node, by_step, _item_node)
    if old is ABSENT:
        return {}, None
    if new is ABSENT:
        return None, {}
    return (None, None) if old == new else ({}, None)


def _is_struct_field(node: Node | None, step: str) -> bool:
    """A built-in struct that is held by value is there, if only empty, once its parent is; an item of a list is not."""
    declared = node.field(step[2:]) if node is not None and step.startswith("f:") else None
    return declared is not None and declared.is_always_there


def _as_struct(value: Json, other: Json) -> Json:
    return {} if value is ABSENT and isinstance(other, dict) else value


def _is_entered(old: Json, new: Json, node: Node | None, is_granular: _IsGranular) -> bool:
    there = [value for value in (old, new) if value is not ABSENT]
    return all(is_granular(value, node) for value in there) and any(there)


def _compare_children(
    old: Json, new: Json, node: Node | None, children: _Children, node_of: _NodeOf
) -> tuple[FieldSet | None, FieldSet | None]:
    olds = {} if old is ABSENT else children(old)
    news = {} if new is ABSENT else children(new)
    changed: FieldSet = {}
    removed: FieldSet = {}
    for step in [*news, *(step for step in olds if step not in news)]:
        below = node_of(node, step)
        before, after = olds.get(step, ABSENT), news.get(step, ABSENT)
        if _is_struct_field(node, step):
            before, after = _as_struct(before, after), _as_struct(after, before)
        # an item or struct that is wholly new has no empty structs in its past
        below_set, below_removed = _compare(before, after, below) if old is not ABSENT else _whole(after, below)
        if below_set is not None:
            changed[step] = below_set
        if below_removed is not None:
            removed[step] = below_removed
    return sets.node(member=old is ABSENT, below=changed), sets.node(member=new is ABSENT, below=removed)


def _whole(new: Json, node: Node | None) -> tuple[FieldSet | None, FieldSet | None]:
    """All of what is new inside of something new."""
    if is_granular_map(new, node) and new:
        return _compare_children(ABSENT, new, node, _members_of, _member_node)
    if is_granular_list(new, node) and new:
        assert node is not None
        return _compare_children(ABSENT, new, node, _items_of(node), _item_node)
    return {}, None


def _named(value: Object, node: Node | None) -> FieldSet:
    found: FieldSet = {}
    for name, held in value.items():
        declared = node.field(name) if node is not None else None
        child = node.child(name) if node is not None else None
        below = _named_below(held, child)
        empty = held is None or held == {}
        own = empty or declared is None or not (is_granular_map(held, child) or is_granular_list(held, child))
        step = sets.node(member=own, below=below)
        if step is not None:
            found[f"f:{name}"] = step
    return found


def _named_below(value: Json, node: Node | None) -> FieldSet:
    if is_granular_map(value, node):
        return _named(value, node)
    if is_granular_list(value, node):
        assert node is not None
        below = {item_step(item, node): item for item in value}
        return {step: _named_item(item, node.items) for step, item in below.items()}
    return {}


def _named_item(item: Json, node: Node | None) -> FieldSet:
    below = _named_below(item, node)
    return {".": {}, **below} if below else {}


def _members_of(value: Json) -> dict[str, Json]:
    return members(value)


def _items_of(node: Node) -> _Children:
    return lambda value: items_by_step(value, node)


def _member_node(node: Node | None, step: str) -> Node | None:
    return None if node is None else node.child(step[2:])


def _item_node(node: Node | None, _step: str) -> Node | None:
    return None if node is None else node.items
