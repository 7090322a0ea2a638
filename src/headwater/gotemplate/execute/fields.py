"""What a field of a value is, where it is no method: a map's element or a struct's field."""

from enum import Enum

from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.reflected import INVALID, Reflected, fault, static_type
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import GoObject


class MissingKey(Enum):
    """What a field that a map lacks gives: Go's option missingkey."""

    ERROR = "error"
    DEFAULT = "default"


def missing_element(name: bytes, missing_key: MissingKey) -> Reflected:
    """Of a map that has no such key.

    Raises: ExecutionError.
    """
    if missing_key is MissingKey.ERROR:
        raise fault(f"map has no entry for key {repaired(quote(name))}")
    return INVALID


def struct_field(receiver: Reflected, inner: GoObject, name: bytes, *, has_args: bool) -> Reflected:
    """An exported field of this struct.

    Raises: ExecutionError.
    """
    static = static_type(receiver)
    if name in inner.hidden:
        raise fault(f"{repaired(name)} is an unexported field of struct type {static}")
    if name not in inner.fields:
        raise fault(f"can't evaluate field {repaired(name)} in type {static}")
    if has_args:
        raise fault(f"{repaired(name)} has arguments but cannot be invoked as function")
    return inner.field(name)


def field_of_nothing(receiver: Reflected, name: bytes, missing_key: MissingKey) -> Reflected:
    """Of the zero Value: INVALID, unless missing keys are errors; of nil: always an error.

    Raises: ExecutionError.
    """
    if receiver is not INVALID:
        raise fault(f"nil pointer evaluating {static_type(receiver)}.{repaired(name)}")
    if missing_key is MissingKey.ERROR:
        raise fault(f"nil data; no entry for key {repaired(quote(name))}")
    return INVALID
