"""Whether a body can be decoded as a built-in kind, told as Go's decoder tells it.

Source: encoding/json's UnmarshalTypeError as sigs.k8s.io/json words it. Unknown fields are found by `shaping.pruned`.
"""

import string
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Json, parse_timestamp
from headwater.devcluster.quantities import QUANTITY_WORDS, is_quantity
from headwater.devcluster.schemas.node import Node

_BASE64: Final = frozenset(string.ascii_letters + string.digits + "+/")
_NAMES = {"dict": "object", "list": "array", "str": "string", "bool": "bool", "int": "number", "float": "number"}

_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


def undecodable(value: Json, node: Node, kind: str) -> Iterator[str]:
    """Why `value` is no `kind`; the first is what is told."""
    yield from _problems(value, node, kind, "")


def unconvertible(value: Json, node: Node) -> Iterator[str]:
    """Why what a strategic patch leaves is no object of its kind.

    Source: k8s.io/apimachinery pkg/runtime/converter.go.
    """
    if value is None or node.is_anything or node.is_int_or_string or "oneOf" in node.raw:
        return
    if not _fits(value, node):
        yield _conversion_problem(value, node)
    elif isinstance(value, dict):
        for name, held in value.items():
            child = node.child(name)
            if child is not None:
                yield from unconvertible(held, child)
    elif isinstance(value, list) and node.items is not None:
        for item in value:
            yield from unconvertible(item, node.items)


_GO_NAMES = {
    bool: "bool",
    int: "int64",
    float: "float64",
    str: "string",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


def _conversion_problem(value: Json, node: Node) -> str:
    found = _GO_NAMES[type(value)]
    match node.type:
        case "object":
            return f"cannot restore {'struct' if 'properties' in node.raw else 'map'} from: {found}"
        case "array":
            return f"cannot restore slice from {found}"
        case "integer" | "number" if not isinstance(value, float):
            return f"unrecognized type: {_go_type(node)}"
        case "string" if isinstance(value, bool):
            return f"unrecognized type: {_go_type(node)}"
        case _:
            return f"cannot convert {found} to {_go_type(node)}"


def _problems(value: Json, node: Node, kind: str, path: str) -> Iterator[str]:
    """`kind` is the struct that declares the field at `path`."""
    if value is None:
        return
    if node.is_quantity:
        if isinstance(value, str) and not is_quantity(value):
            yield QUANTITY_WORDS
    elif node.is_anything:
        return
    elif node.raw.get("format") == "date-time":
        if not isinstance(value, str) or parse_timestamp(value) is None:
            yield _time_problem(value, node)
    elif not _fits(value, node):
        found, wanted = _NAMES[type(value).__name__], _go_type(node)
        shown = f"{found} {value}" if found == "number" and wanted.startswith("int") else found
        yield f"json: cannot unmarshal {shown} into Go struct field {kind}{path} of type {wanted}"
    else:
        yield from _inner_problems(value, node, kind, path)


def _inner_problems(value: Json, node: Node, kind: str, path: str) -> Iterator[str]:
    if isinstance(value, str) and node.raw.get("format") == "byte":
        yield from _base64_problems(value)
    elif isinstance(value, dict):
        holder = node.raw.get("x-name", "").rpartition(".")[2] if path else ""
        for name, held in value.items():
            child = node.child(name)
            if child is not None:
                is_member = node.field(name) is not None
                yield from _problems(held, child, holder or kind, f"{path}.{name}" if is_member else path)
    elif isinstance(value, list) and node.items is not None:
        for item in value:
            yield from _problems(item, node.items, kind, path)


def _base64_problems(text: str) -> Iterator[str]:
    """Source: encoding/base64, CorruptInputError."""
    body = text.replace("\n", "").replace("\r", "")
    plain = body.rstrip("=")
    at = next((at for at, character in enumerate(plain) if character not in _BASE64), None)
    if at is not None:
        yield f"illegal base64 data at input byte {at}"
    elif len(body) % 4:
        yield f"illegal base64 data at input byte {len(body) - len(body) % 4}"


def _fits(value: Json, node: Node) -> bool:
    if node.is_int_or_string or "oneOf" in node.raw:
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    if isinstance(value, bool):
        return node.type in {"boolean", ""}
    return not node.type or isinstance(value, _KINDS[node.type])


def _go_type(node: Node) -> str:
    match node.type:
        case "string":
            return "[]uint8" if node.raw.get("format") == "byte" else "string"
        case "boolean":
            return "bool"
        case "integer":
            return str(node.raw.get("format", "int64"))
        case "array" if node.items is not None:
            return f"[]{_go_type(node.items)}"
        case "object" if node.extra is not None and "properties" not in node.raw:
            return f"map[string]{_go_type(node.extra)}"
        case _:
            return _struct_name(node)


def _struct_name(node: Node) -> str:
    name: str = node.raw.get("x-name", "")
    package, _, short = name.rpartition(".")
    return f"{package.rpartition('.')[2]}.{short}" if short else "struct"


def _time_problem(value: Json, node: Node) -> str:
    if not isinstance(value, str):
        return f"json: cannot unmarshal {_NAMES[type(value).__name__]} into Go value of type string"
    fraction = ".000000" if node.raw.get("x-name", "").endswith(".MicroTime") else ""
    layout = f"2006-01-02T15:04:05{fraction}Z07:00"
    return f'parsing time "{value}" as "{layout}": cannot parse "{value}" as "2006"'
