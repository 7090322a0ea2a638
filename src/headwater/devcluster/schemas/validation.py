"""Whether an object is as its CustomResourceDefinition says, told in the words of the API server.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/validation, k8s.io/kube-openapi pkg/validation.
Surprise: what an earlier version of the object held already (the very same value) is not checked again, which is both
quick and what the API server does: an object that was valid stays writable when its schema becomes stricter.
Rules in CEL (`x-kubernetes-validations`) are not evaluated.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from headwater.devcluster.objects import Json, Object
from headwater.devcluster.schemas.formats import FORMATS, has_format
from headwater.devcluster.schemas.node import Node
from headwater.devcluster.status import (
    Cause,
    duplicate,
    invalid_type,
    invalid_value,
    quoted,
    required,
    too_long,
    too_many,
    unsupported_value,
)

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}

_RANGES: Final = {"int32": 2**31, "int64": 2**63}

_NAMES: Final[dict[type, str]] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}

_GO_NAMES: Final[dict[type, str]] = {**_NAMES, bool: "bool", int: "int64", float: "float64", list: "slice", dict: "map"}


def violations(value: Json, node: Node, path: str = "", seen: Json = None) -> Iterator[Cause]:
    """What is wrong with `value`; `seen` is what stood here in an earlier version of the object."""
    if value is seen and seen is not None:
        return
    if value is None:
        if not node.nullable and not node.is_anything:
            yield _wrong_type(path, "null", node.type)
        return
    if not _has_type(value, node):
        yield from _mistyped(value, node, path)
        return
    yield from _limits(value, node, path)
    if isinstance(value, dict):
        if node.is_embedded:
            yield from _typeless(value, path)
        yield from _members(value, node, path, seen if isinstance(seen, dict) else {})
    elif isinstance(value, list):
        yield from _items(value, node, path)


def _typeless(value: Object, path: str) -> Iterator[Cause]:
    """What is missing of an object within an object."""
    for name in ("apiVersion", "kind"):
        if not value.get(name):
            yield required(f"{path}.{name}")


def type_name(value: Json) -> str:
    return _NAMES[type(value)]


def _has_type(value: Json, node: Node) -> bool:
    if node.is_int_or_string:
        return isinstance(value, int | str) and not isinstance(value, bool)
    if not node.type:
        return True
    if isinstance(value, bool):
        return node.type == "boolean"
    if node.type == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[node.type])


def _mistyped(value: Json, node: Node, path: str) -> Iterator[Cause]:
    kind = node.raw.get("format", "")
    if kind == "date-time":
        found, name = _GO_NAMES[type(value)], path.rpartition(".")[2]
        yield invalid_type(path, found, f'{name} in body must be of type date-time: "{found}"')
        return
    if node.type == "string" and kind in FORMATS:
        yield _wrong_type(path, _GO_NAMES[type(value)], kind)
        return
    yield _wrong_type(path, type_name(value), node.type or "integer,string")
    if node.type == "integer" and isinstance(value, float):
        words = f"Checked value must be of type integer (default format) in {path}"
        yield _somewhere(words)
    if "enum" in node.raw:
        yield unsupported_value(path, value, node.raw["enum"])


def _somewhere(words: str) -> Cause:
    """Told without its place, as the API server does of what is wrong in a roundabout way."""
    return Cause("FieldValueInvalid", f'Invalid value: "": {words}', "<nil>")


def _wrong_type(path: str, found: str, wanted: str) -> Cause:
    return invalid_type(path, found, f'{path} in body must be of type {wanted}: "{found}"')


def _members(value: Object, node: Node, path: str, seen: Object) -> Iterator[Cause]:
    for name in node.raw.get("required") or ():
        if name not in value:
            yield required(f"{path}.{name}" if path else name)
    for name, held in value.items():
        child = node.child(name)
        if child is not None:
            yield from violations(held, child, f"{path}.{name}" if path else name, seen.get(name))


def _items(value: list[Json], node: Node, path: str) -> Iterator[Cause]:
    if node.items is not None:
        for index, item in enumerate(value):
            yield from violations(item, node.items, f"{path}[{index}]")
    yield from _duplicates(value, node, path)


def _duplicates(value: list[Json], node: Node, path: str) -> Iterator[Cause]:
    if node.list_type not in {"set", "map"}:
        return
    seen: set[str] = set()
    for index, item in enumerate(value):
        named = item
        if node.list_type == "map" and isinstance(item, dict):
            named = {key: item.get(key) for key in node.list_keys if key in item}
        if (text := quoted(named)) in seen:
            yield duplicate(f"{path}[{index}]", named)
        seen.add(text)


def _limits(value: Json, node: Node, path: str) -> Iterator[Cause]:
    raw = node.raw
    if "enum" in raw and value not in raw["enum"]:
        yield unsupported_value(path, value, raw["enum"])
    if isinstance(value, str):
        yield from _string_limits(value, raw, path)
    elif isinstance(value, list):
        yield from _size_limits(value, raw, path, ("minItems", "maxItems", "items"))
    elif isinstance(value, dict):
        yield from _size_limits(value, raw, path, ("minProperties", "maxProperties", "properties"))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_limits(value, raw, path)
    yield from _combinations(value, node, path)


def _string_limits(value: str, raw: Object, path: str) -> Iterator[Cause]:
    least, most = raw.get("minLength"), raw.get("maxLength")
    if least is not None and len(value) < least:
        yield invalid_value(path, value, f"{path} in body should be at least {least} chars long")
    if most is not None and len(value) > most:
        yield too_long(path, most)
    if "pattern" in raw and not _compiled(raw["pattern"]).search(value):
        yield invalid_value(path, value, f"{path} in body should match '{raw['pattern']}'")
    kind = raw.get("format", "")
    if not has_format(value, kind):
        yield invalid_type(path, value, f"{path} in body must be of type {kind}: {quoted(value)}")


def _number_limits(value: float, raw: Object, path: str) -> Iterator[Cause]:
    for limit, exclusive, words in (
        ("minimum", "exclusiveMinimum", ("greater than", "greater than or equal to")),
        ("maximum", "exclusiveMaximum", ("less than", "less than or equal to")),
    ):
        bound = raw.get(limit)
        if bound is None:
            continue
        beyond = value < bound if limit == "minimum" else value > bound
        is_open = bool(raw.get(exclusive))
        if beyond or (is_open and value == bound):
            yield invalid_value(path, value, f"{path} in body should be {words[0 if is_open else 1]} {bound}")
    step = raw.get("multipleOf")
    if step and Decimal(str(value)) % Decimal(str(step)):
        yield invalid_value(path, value, f"{path} in body should be a multiple of {step}")
    kind = raw.get("format", "")
    if kind in _RANGES and not -_RANGES[kind] <= value < _RANGES[kind]:
        if kind == "int64":
            yield _wrong_type(path, "float64", kind)
        yield _somewhere(f"Checked value must be of type integer with format {kind} in {path}")


def _size_limits(value: list[Json] | Object, raw: Object, path: str, words: tuple[str, str, str]) -> Iterator[Cause]:
    least, most, noun = raw.get(words[0]), raw.get(words[1]), words[2]
    if least is not None and len(value) < least:
        yield invalid_value(path, len(value), f"{path} in body should have at least {least} {noun}")
    if most is not None and len(value) > most:
        yield too_many(path, len(value), most)


def _combinations(value: Json, node: Node, path: str) -> Iterator[Cause]:
    if node.is_int_or_string:
        return
    for raw in node.raw.get("allOf") or ():
        yield from violations(value, _sub(raw, node), path)
    for word in ("anyOf", "oneOf"):
        alternatives = node.raw.get(word)
        if alternatives:
            yield from _alternatives(value, [_sub(raw, node) for raw in alternatives], path, word)
    if "not" in node.raw and not _any(violations(value, _sub(node.raw["not"], node), path)):
        yield _somewhere(f'"{path}" must not validate the schema (not)')


def _alternatives(value: Json, nodes: list[Node], path: str, word: str) -> Iterator[Cause]:
    matching = sum(not _any(violations(value, node, path)) for node in nodes)
    if matching == 0:
        few = "must validate one and only one schema (oneOf). Found none valid"
        many = "must validate at least one schema (anyOf)"
        yield _somewhere(f'"{path}" {few if word == "oneOf" else many}')
        yield from violations(value, nodes[0], path)
    elif matching > 1 and word == "oneOf":
        found = f"must validate one and only one schema (oneOf). Found {matching} valid alternatives"
        yield _somewhere(f'"{path}" {found}')


def _sub(raw: Object, node: Node) -> Node:
    return Node(raw, {}, custom=node.custom)


def _any(found: Iterable[Cause]) -> bool:
    return next(iter(found), None) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Go writes the end of a text in small letters; what cannot be read here lets everything through."""
    try:
        return re.compile(pattern.replace(r"\z", r"\Z"))
    except re.error:
        return re.compile("")
