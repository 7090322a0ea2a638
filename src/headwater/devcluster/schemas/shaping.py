"""What the API server makes of an object before it validates: unknown fields go, defaults come.

Both return their argument itself when there is nothing to do, and what an earlier version of the object already went
through (the very same dict) is not walked again.
"""

from headwater.devcluster.objects import Json, Object
from headwater.devcluster.quantities import canonical
from headwater.devcluster.schemas.node import Node


def pruned(value: Json, node: Node, path: str, unknown: list[str], seen: Json = None) -> Json:
    """Without fields that the schema lacks, whose paths are added to `unknown`; `seen` is what went through before."""
    if value is seen and seen is not None:
        return value
    if isinstance(value, dict):
        return _pruned_object(value, node, path, unknown, seen if isinstance(seen, dict) else {})
    if isinstance(value, list) and node.items is not None:
        items = [pruned(item, node.items, f"{path}[{index}]", unknown) for index, item in enumerate(value)]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def _pruned_object(value: Object, node: Node, path: str, unknown: list[str], seen: Object) -> Object:
    kept: Object = {}
    changed = False
    for name, held in value.items():
        child = node.child(name)
        if child is not None:
            kept[name] = pruned(held, child, _join(path, name, node), unknown, seen.get(name))
            changed = changed or kept[name] is not held
        elif node.takes_any_name or (node.is_embedded and name in {"apiVersion", "kind", "metadata"}):
            kept[name] = held
        else:
            unknown.append(_join(path, name, node))
            changed = True
    return kept if changed else value


def without_nulls(value: Json, node: Node | None, seen: Json = None) -> Json:
    """As Go reads a built-in kind: a null is as good as nothing, and an empty value as an item of a list.

    Quantities come out as they are usually written.
    """
    if value is seen:
        return value
    if node is not None and node.is_quantity and isinstance(value, str | int | float):
        return canonical(value)
    if isinstance(value, dict):
        before = seen if isinstance(seen, dict) else {}
        kept = {
            name: without_nulls(held, node.child(name) if node is not None else None, before.get(name))
            for name, held in value.items()
            if held is not None
        }
        unchanged = len(kept) == len(value) and all(kept[name] is held for name, held in value.items())
        return value if unchanged else kept
    if isinstance(value, list):
        items = node.items if node is not None else None
        found = [without_nulls(_empty(items) if item is None else item, items) for item in value]
        return value if all(new is old for new, old in zip(found, value, strict=True)) else found
    return value


def _empty(node: Node | None) -> Json:
    kind = node.type if node is not None else ""
    return {"object": {}, "array": [], "integer": 0, "number": 0, "boolean": False}.get(kind, "")


def defaulted(value: Json, node: Node, seen: Json = None) -> Json:
    """With the defaults of the schema where fields are absent; `seen` is what is known to be complete.

    A null where none may stand counts as absent.
    """
    if value is seen and seen is not None:
        return value
    if isinstance(value, dict):
        return _defaulted_object(value, node, seen if isinstance(seen, dict) else {})
    if isinstance(value, list) and node.items is not None:
        items = [defaulted(item, node.items) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def _defaulted_object(value: Object, node: Node, seen: Object) -> Object:
    changed: Object = {}
    for name, held in value.items():
        child = node.child(name)
        if child is None or (held is None and (child.nullable or child.is_anything)):
            continue
        wanted = child.default if held is None and child.has_default else held
        complete = None if wanted is None else defaulted(wanted, child, seen.get(name))
        if complete is not held or complete is None:
            changed[name] = complete
    for name in node.properties:
        if name not in value:
            child = node.field(name)
            if child is not None and child.has_default:
                changed[name] = defaulted(child.default, child)
    return _with(value, changed) if changed else value


def _with(value: Object, changed: Object) -> Object:
    """`changed` over `value`; a None there takes the field away."""
    return {name: held for name, held in {**value, **changed}.items() if name not in changed or held is not None}


def _join(path: str, name: str, node: Node) -> str:
    if node.field(name) is None and node.extra is not None:
        return f"{path}[{name}]" if path else name
    return f"{path}.{name}" if path else name
