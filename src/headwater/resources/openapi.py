"""The OpenAPI v3 schema of a struct, in the structural form that Kubernetes demands: no references, no alternatives.

Its surprise: of a struct's defaults only those that say something (a word, a number above zero, true) become defaults
that the API server fills in; an empty one means absent. `doc(default=…)` states any other.
"""

from enum import Enum
from typing import Any, TypeAlias

import msgspec
from msgspec import inspect

from headwater.resources.meta import ObjectMeta
from headwater.resources.schema import OPEN

Schema: TypeAlias = dict[str, Any]

_SCALARS: dict[type[inspect.Type], Schema] = {
    inspect.StrType: {"type": "string"},
    inspect.IntType: {"type": "integer"},
    inspect.FloatType: {"type": "number"},
    inspect.BoolType: {"type": "boolean"},
    inspect.BytesType: {"type": "string", "format": "byte"},
    inspect.AnyType: {},
}
_INT_OR_STRING: Schema = {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True}


def schema_of(struct: Any) -> Schema:  # noqa: ANN401 - a struct type, or a generic one with its argument
    """The schema of `struct`; a type of a field that Kubernetes could not express raises TypeError."""
    return _schema(inspect.type_info(struct))


def _schema(kind: inspect.Type) -> Schema:
    match kind:
        case inspect.Metadata():
            return _annotated(kind)
        case inspect.UnionType():
            return _union(kind)
        case inspect.StructType():
            return _object(kind)
        case _:
            return _plain(kind)


def _plain(kind: inspect.Type) -> Schema:
    match kind:
        case inspect.EnumType():
            return {"type": "string", "enum": [member.value for member in kind.cls]}
        case inspect.VarTupleType():
            return {"type": "array", "items": _schema(kind.item_type)}
        case inspect.DictType():
            return {"type": "object", "additionalProperties": _schema(kind.value_type)}
        case _ if (scalar := _SCALARS.get(type(kind))) is not None:
            return dict(scalar)
        case _:
            raise TypeError(f"{kind} has no form in a schema of Kubernetes")


def _annotated(kind: inspect.Metadata) -> Schema:
    schema = {**_schema(kind.type), **(kind.extra_json_schema or {})}
    if schema.keys() >= OPEN.keys():
        schema.pop("additionalProperties", None)
    if kind.extra:
        schema["properties"] = {
            name: {**schema_of(struct), **(OPEN if kind.extra.get("open") else {})}
            for name, struct in kind.extra["properties"].items()
        }
    return schema


def _union(kind: inspect.UnionType) -> Schema:
    """Nothing beside None, or Kubernetes' int-or-string; what may be absent is simply not required."""
    types = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
    if len(types) == 1:
        return _schema(types[0])
    if {type(member) for member in types} == {inspect.IntType, inspect.StrType}:
        return dict(_INT_OR_STRING)
    raise TypeError(f"{kind} has no form in a schema of Kubernetes")


def _object(kind: inspect.StructType) -> Schema:
    if kind.cls is ObjectMeta:
        return {"type": "object"}
    schema: Schema = {"description": _summary(kind.cls), "type": "object"}
    required = [field.encode_name for field in kind.fields if field.required]
    properties = {field.encode_name: _property(field) for field in kind.fields}
    stated = {"required": required, "properties": properties}
    return {**schema, **{keyword: value for keyword, value in stated.items() if value}}


def _property(field: inspect.Field) -> Schema:
    schema = _schema(field.type)
    default = field.default.value if isinstance(field.default, Enum) else field.default
    if isinstance(default, str | int) and default:
        schema["default"] = default
    return schema


def _summary(struct: type[msgspec.Struct]) -> str:
    """The first paragraph of the docstring, as one line; the rest is for readers of the code."""
    return " ".join((struct.__doc__ or "").strip().split("\n\n")[0].split())
