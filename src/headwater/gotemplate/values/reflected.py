"""`reflect.Value`, as far as the evaluator needs it: static types that differ from dynamic ones.

The surprise: almost every reflected value is the plain value itself. Only two more things exist: an element of
`[]interface {}` or `map[string]interface {}` still wears its static type (`Interface`), which error texts show, and
there is the zero Value (`INVALID`), which is not nil.
"""

from enum import Enum
from typing import TypeAlias

from headwater.gotemplate.errors import ExecutionError
from headwater.gotemplate.values.gotypes import ANY, NILLABLE, REFLECT_VALUE, GoType, Kind
from headwater.gotemplate.values.values import Value, type_of, zero

Interface: TypeAlias = tuple[Value]
"""A value whose static type is `interface {}`: in a tuple of its own, which no value is, and which costs least."""


class Sentinel(Enum):
    INVALID = "the zero reflect.Value"
    MISSING = "no value came from the pipeline"


INVALID = Sentinel.INVALID
MISSING = Sentinel.MISSING
Reflected: TypeAlias = Value | Interface | Sentinel


def fault(text: str) -> ExecutionError:
    """An error of the evaluator whose text holds names and types alone."""
    return ExecutionError(text, public=text)


def indirect(value: Reflected) -> Reflected:
    """The value inside an interface; INVALID for nil."""
    if isinstance(value, tuple):
        value = value[0]
    return INVALID if value is None else value


def plain(value: Reflected) -> Value:
    """The value as a function sees it; the zero Value and nil are both None."""
    if isinstance(value, tuple):
        return value[0]
    return None if isinstance(value, Sentinel) else value


def static_type(value: Reflected) -> GoType:
    if isinstance(value, tuple):
        return ANY
    inner = plain(value)
    return ANY if inner is None else type_of(inner)


def element(value: Value, static: GoType | None) -> Reflected:
    """An element of a list or map whose elements have this static type."""
    return (value,) if static is ANY else value


def can_be_nil(wanted: GoType) -> bool:
    return wanted.kind in NILLABLE or wanted is REFLECT_VALUE


def nil_of(wanted: GoType) -> Reflected:
    return INVALID if wanted is REFLECT_VALUE else zero(wanted)


def validated(value: Reflected, wanted: GoType | None) -> Reflected:
    """The value as an argument of the wanted type (None: of any).

    Raises: ExecutionError.
    """
    if wanted is None or (wanted is REFLECT_VALUE and value is not INVALID):
        return value
    if value is INVALID:
        if can_be_nil(wanted):
            return nil_of(wanted)
        raise fault(f"invalid value; expected {wanted}")
    inner = plain(value)
    if wanted is ANY:
        return inner
    if inner is None:
        raise fault(f"wrong type for value; expected {wanted}; got {ANY}")
    actual = type_of(inner)
    if actual is wanted or (actual.kind is Kind.POINTER and actual.elem is wanted):
        return inner
    raise fault(f"wrong type for value; expected {wanted}; got {actual}")
