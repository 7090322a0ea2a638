"""How objects and sets of fields meet: the step of an item of a list, and which values are owned as a whole."""

import json

from headwater.devcluster.objects import Json, Object
from headwater.devcluster.schemas.node import Node


def is_granular_map(value: Json, node: Node | None) -> bool:
    return isinstance(value, dict) and not (node is not None and node.is_atomic)


def is_granular_list(value: Json, node: Node | None) -> bool:
    return isinstance(value, list) and node is not None and node.list_type in {"set", "map"}


def item_step(item: Json, node: Node) -> str:
    """`k:{…}` for an item of a list with keys, `v:…` for an item of a set."""
    if node.list_type == "set" or not isinstance(item, dict):
        return f"v:{json.dumps(item, separators=(',', ':'), ensure_ascii=False)}"
    keys = {key: item[key] if key in item else default_of(node, key) for key in sorted(node.list_keys)}
    found = {key: value for key, value in keys.items() if value is not None}
    return f"k:{json.dumps(found, separators=(',', ':'), ensure_ascii=False)}"


def default_of(node: Node, key: str) -> Json:
    field = node.items.field(key) if node.items is not None else None
    return field.default if field is not None and field.has_default else None


def items_by_step(items: list[Json], node: Node) -> dict[str, Json]:
    """A repeated item counts once, the last one."""
    return {item_step(item, node): item for item in items}


def members(value: Object) -> dict[str, Json]:
    return {f"f:{name}": held for name, held in value.items()}
