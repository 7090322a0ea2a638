"""Sets of fields in the form that `fieldsV1` has on the wire, as values: nothing here changes its arguments.

A set is a dict of steps to sets: `f:NAME` a field, `k:{…}` an item of a list by its keys, `v:…` an item by its value.
`{}` under a step says that the field itself is a member; `.` says so of one that has members below it.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Object

FieldSet = Object

_SELF: Final = "."


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """Of two sets of children; a leaf is a member of its own."""
    if not one or not other or one is other:
        return one or other
    merged = dict(one)
    for step, below in other.items():
        merged[step] = _joined(merged[step], below) if step in merged else below
    return merged


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """The members of `one` that `other` lacks."""
    if not other:
        return one
    kept: FieldSet = {}
    for step, below in one.items():
        if step not in other:
            kept[step] = below
        elif step != _SELF:
            left = _left(below, other[step])
            if left is not None:
                kept[step] = left
    return kept


def intersection(one: FieldSet, other: FieldSet) -> FieldSet:
    return difference(one, difference(one, other))


def with_parents(found: FieldSet) -> FieldSet:
    """The members, and all that they are in."""
    return {step: {_SELF: {}, **with_parents(below)} if below else {} for step, below in found.items() if step != _SELF}


def leaves(found: FieldSet, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every member: at each place its members first, then what is below."""
    steps = [(step, below) for step, below in sorted(found.items()) if step != _SELF]
    for step, below in steps:
        if not below or _SELF in below:
            yield (*path, step)
    for step, below in steps:
        yield from leaves(below, (*path, step))


def node(*, member: bool, below: FieldSet) -> FieldSet | None:
    """A step's set from its two parts; None if nothing is in it."""
    if not below:
        return {} if member else None
    return {_SELF: {}, **below} if member else below


def without(found: FieldSet, *steps: str) -> FieldSet:
    """With nothing at or below the path `steps`."""
    first, *rest = steps
    if first not in found:
        return found
    kept = {step: below for step, below in found.items() if step != first}
    if rest:
        left = without(found[first], *rest)
        if left:
            kept[first] = left
    return kept


def to_path(steps: tuple[str, ...]) -> str:
    """As a person reads it, such as `.spec.containers[name="a"].image`."""
    words = []
    for step in steps:
        kind, _, rest = step.partition(":")
        match kind:
            case "f":
                words.append(f".{rest}")
            case "k":
                words.append(f"[{_keys(rest)}]")
            case _:
                words.append(f"[={rest}]")
    return "".join(words)


def _keys(text: str) -> str:
    return ",".join(part.replace('":', '"=', 1).lstrip('"').replace('"=', "=", 1) for part in text[1:-1].split(","))


def _split(below: FieldSet) -> tuple[bool, FieldSet]:
    if not below:
        return True, {}
    return _SELF in below, {step: held for step, held in below.items() if step != _SELF}


def _joined(one: FieldSet, other: FieldSet) -> FieldSet:
    (member, below), (also_member, also_below) = _split(one), _split(other)
    merged = node(member=member or also_member, below=union(below, also_below))
    return {} if merged is None else merged


def _left(one: FieldSet, other: FieldSet) -> FieldSet | None:
    (member, below), (taken, taken_below) = _split(one), _split(other)
    return node(member=member and not taken, below=difference(below, taken_below))
