"""Whether the schema of a CustomResourceDefinition is structural: each place has a type, and defaults are of it.

Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema and pkg/apis/apiextensions/validation.
"""

import re
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Object
from headwater.devcluster.schemas.node import Node
from headwater.devcluster.schemas.validation import violations
from headwater.devcluster.status import Cause, invalid_value, required, unsupported_value

_TYPES: Final = ("array", "boolean", "integer", "number", "object", "string")
_OBJECT_FIELDS, _ARRAY_ITEMS = "specified object fields", "specified array items"


def structure_problems(schema: Object, path: str) -> Iterator[Cause]:
    """Of a whole schema."""
    if schema.get("type", "object") != "object":
        yield invalid_value(f"{path}.type", schema["type"], "must be object at the root")
        return
    yield from _problems(schema, path, "the root")


def _problems(schema: Object, path: str, where: str) -> Iterator[Cause]:
    kind = schema.get("type")
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or schema.get("x-kubernetes-int-or-string")
    if not kind and not is_open:
        yield required(f"{path}.type", f"must not be empty for {where}")
    elif kind and kind not in _TYPES:
        yield unsupported_value(f"{path}.type", kind, _TYPES)
        return
    if kind == "array" and "items" not in schema:
        yield required(f"{path}.items", "must be specified")
    yield from _pattern_problems(schema.get("pattern"), f"{path}.pattern")
    if "default" in schema:
        yield from _default_problems(schema, path)
    for name, held in (schema.get("properties") or {}).items():
        yield from _problems(held, f"{path}.properties[{name}]", _OBJECT_FIELDS)
    if isinstance(schema.get("items"), dict):
        yield from _problems(schema["items"], f"{path}.items", _ARRAY_ITEMS)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _problems(schema["additionalProperties"], f"{path}.additionalProperties", _OBJECT_FIELDS)


def _default_problems(schema: Object, path: str) -> Iterator[Cause]:
    for cause in violations(schema["default"], Node(schema, {}, custom=True)):
        place = f".{cause.field}" if cause.field else ""
        yield Cause(cause.reason, cause.message.replace(":  in body", ": in body"), f"{path}.default{place}")


def _pattern_problems(pattern: str | None, path: str) -> Iterator[Cause]:
    try:
        re.compile((pattern or "").replace(r"\z", r"\Z"))
    except re.error as error:
        missing = "unterminated subpattern" in error.msg
        why = f"missing closing ): `{pattern}`" if missing else f"{error.msg}: `{pattern}`"
        words = f"must be a valid regular expression, but isn't: error parsing regexp: {why}"
        yield invalid_value(path, pattern, words)
