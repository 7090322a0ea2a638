"""Whether a configuration that is applied has the types of its schema, and each item of a list with keys once.

Source: sigs.k8s.io/structured-merge-diff v6 typed/validate.go.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.fields import sets
from headwater.devcluster.fields.steps import default_of, is_granular_list, item_step
from headwater.devcluster.objects import Json, Object
from headwater.devcluster.schemas.go_json import printed
from headwater.devcluster.schemas.node import Node

_GO_TYPES: Final[dict[type, str]] = {
    bool: "bool",
    dict: "map[string]interface {}",
    float: "float64",
    int: "int64",
    list: "[]interface {}",
    str: "string",
}


def type_problems(value: Json, node: Node | None, path: str = "") -> Iterator[str]:
    """Each with the path of its place in front."""
    if value is None or node is None:
        return
    problem = _mismatch(value, node)
    if problem:
        yield f"{path}: {problem}"
    elif isinstance(value, dict):
        for name, held in value.items():
            yield from type_problems(held, node.child(name), f"{path}.{name}")
    elif isinstance(value, list):
        yield from _list_problems(value, node, path)


def _mismatch(value: Json, node: Node) -> str:
    shown = printed(value)
    match node.type:
        case "object" if not isinstance(value, dict):
            return f"expected map, got &{{{shown}}}"
        case "array" if not isinstance(value, list):
            return f"expected list, got &{{{shown}}}"
        case "string" if not isinstance(value, str):
            return f"expected string, got &value.valueUnstructured{{Value:{shown}}}"
        case "boolean" if not isinstance(value, bool):
            return f"expected boolean, got &{{{shown}}}"
        case "integer" | "number" if not isinstance(value, int | float) or isinstance(value, bool):
            return f"expected numeric (int or float), got {_GO_TYPES[type(value)]}"
        case _:
            return ""


def _list_problems(value: list[Json], node: Node, path: str) -> Iterator[str]:
    seen: set[str] = set()
    granular = is_granular_list(value, node)
    for index, item in enumerate(value):
        if granular and node.list_type == "map" and isinstance(item, dict) and not _has_key(item, node):
            keys = ", ".join(f'"{key}"' for key in node.list_keys)
            yield (
                f"{path}: element {index}: associative list with keys has an element that omits all key fields "
                f"[{keys}] (and doesn't have default values for any key fields)"
            )
            continue
        step = item_step(item, node) if granular else ""
        if granular and step in seen:
            yield f"{path}: duplicate entries for key {sets.to_path((step,))}"
        seen.add(step)
        yield from type_problems(item, node.items, f"{path}{sets.to_path((step,)) if granular else f'[{index}]'}")


def _has_key(item: Object, node: Node) -> bool:
    return any(key in item or default_of(node, key) is not None for key in node.list_keys)
