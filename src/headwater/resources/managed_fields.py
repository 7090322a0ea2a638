"""Which parts of an object one field manager wrote, read from the `managedFields` that the API server keeps.

So stale keys are found: what this manager wrote before and does not want any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.resources.meta import ObjectMeta

_PREFIX = "f:"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFields:
    """Keys of a Secret that one manager wrote."""

    data: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    annotations: frozenset[str] = frozenset()


def owned_fields(meta: ObjectMeta, manager: str) -> OwnedFields:
    """What `manager` wrote, by update or by apply, subresources left out."""
    trees = [entry.fields_v1 for entry in meta.managed_fields if entry.manager == manager and not entry.subresource]
    return OwnedFields(
        data=_keys(trees, "data"),
        labels=_keys(trees, "metadata", "labels"),
        annotations=_keys(trees, "metadata", "annotations"),
    )


def _keys(trees: list[dict[str, Any]], *path: str) -> frozenset[str]:
    return frozenset(
        key.removeprefix(_PREFIX) for tree in trees for key in _descend(tree, path) if key.startswith(_PREFIX)
    )


def _descend(tree: object, path: tuple[str, ...]) -> Mapping[str, object]:
    for step in path:
        tree = tree.get(_PREFIX + step, {}) if isinstance(tree, dict) else {}
    return tree if isinstance(tree, dict) else {}
