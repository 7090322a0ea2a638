"""Strategic merge patch: like a merge patch, but lists whose schema has a merge key are merged item by item.

Source: k8s.io/apimachinery pkg/util/strategicpatch, whose directives are `$patch`, `$retainKeys`,
`$setElementOrder/…` and `$deleteFromPrimitiveList/…`.
"""

from typing import Final

from headwater.devcluster.objects import Json, Object
from headwater.devcluster.schemas.go_json import printed
from headwater.devcluster.schemas.node import Node

_PATCH: Final = "$patch"
_RETAIN: Final = "$retainKeys"
_ORDER: Final = "$setElementOrder/"
_DELETE: Final = "$deleteFromPrimitiveList/"


class MergeKeyError(Exception):
    """An item of a list does not say which one it is."""


def strategic_patched(target: Json, patch: Json, node: Node | None) -> Json:
    """What the patch does not name is shared with `target`, not copied.

    Raises:
        MergeKeyError
    """
    if not isinstance(patch, dict):
        return patch
    if patch.get(_PATCH) == "replace":
        return {name: value for name, value in patch.items() if name != _PATCH}
    if patch.get(_PATCH) == "delete":
        return {}
    found = _retained(dict(target) if isinstance(target, dict) else {}, patch)
    for name, value in patch.items():
        if not name.startswith("$"):
            _patch_member(found, name, value, node)
    for name, value in patch.items():
        if name.startswith(_DELETE) and isinstance(value, list):
            field = name.removeprefix(_DELETE)
            found[field] = [item for item in found.get(field) or [] if item not in value]
        elif name.startswith(_ORDER) and isinstance(value, list):
            field = name.removeprefix(_ORDER)
            found[field] = _ordered(found.get(field) or [], value, node.child(field) if node else None)
    return found


def _patch_member(found: Object, name: str, value: Json, node: Node | None) -> None:
    child = node.child(name) if node is not None else None
    if value is None:
        found.pop(name, None)
    elif isinstance(value, list) and child is not None and "merge" in child.merge_strategies:
        found[name] = _merged_list(found.get(name) or [], value, child)
    else:
        found[name] = strategic_patched(found.get(name), value, child)


def _retained(found: Object, patch: Object) -> Object:
    if _RETAIN not in patch:
        return found
    return {name: value for name, value in found.items() if name in patch[_RETAIN]}


def _merged_list(target: list[Json], patch: list[Json], node: Node) -> list[Json]:
    if any(isinstance(item, dict) and item.get(_PATCH) == "replace" for item in patch):
        return [item for item in patch if not (isinstance(item, dict) and _PATCH in item)]
    key = node.merge_key
    if not key:
        return [*target, *(item for item in patch if item not in target)]
    found = list(target)
    for item in patch:
        _merge_item(found, item, key, node)
    return found


def _merge_item(found: list[Json], item: Json, key: str, node: Node) -> None:
    if not isinstance(item, dict):
        # no item of such a list: what it leaves is refused as a whole
        found.append(item)
        return
    if key not in item:
        raise MergeKeyError(f"map: {printed(item)} does not contain declared merge key: {key}")
    index = next((at for at, held in enumerate(found) if _key(held, key) == item.get(key)), None)
    if item.get(_PATCH) == "delete":
        if index is not None:
            del found[index]
    elif index is None:
        found.append(strategic_patched({}, item, node.items))
    else:
        found[index] = strategic_patched(found[index], item, node.items)


def _key(item: Json, key: str) -> Json:
    return item.get(key) if isinstance(item, dict) else item


def _ordered(found: list[Json], order: list[Json], node: Node | None) -> list[Json]:
    """Those that `order` names in its order, the others after them."""
    key = node.merge_key if node is not None else ""
    named = [_key(item, key) for item in order]
    return sorted(found, key=lambda item: named.index(_key(item, key)) if _key(item, key) in named else len(named))
