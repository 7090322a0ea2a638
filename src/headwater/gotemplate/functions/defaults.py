"""Sprig's defaults: what stands in for an empty value."""

from headwater.gotemplate.functions.registry import function
from headwater.gotemplate.values.values import GoObject, Value


def is_empty(value: Value) -> bool:
    return not value if not isinstance(value, GoObject) or isinstance(value, int) else False


@function("func(interface {}) bool", "empty")
def empty(value: Value) -> bool:
    """Whether the value is nil, false, zero or of no length."""
    return is_empty(value)


@function("func(interface {}, ...interface {}) interface {}", "default")
def default(fallback: Value, *given: Value) -> Value:
    """The given value, or the fallback when it is empty."""
    return fallback if not given or is_empty(given[0]) else given[0]


@function("func(...interface {}) interface {}", "coalesce")
def coalesce(*values: Value) -> Value:
    """The first operand that is not empty."""
    return next((value for value in values if not is_empty(value)), None)


@function("func(...interface {}) bool", "all")
def all_set(*values: Value) -> bool:
    """Whether no operand is empty."""
    return not any(map(is_empty, values))


@function("func(...interface {}) bool", "any")
def any_set(*values: Value) -> bool:
    """Whether some operand is not empty."""
    return not all(map(is_empty, values))


@function("func(interface {}, interface {}, bool) interface {}", "ternary")
def ternary(when_true: Value, when_false: Value, condition: bool) -> Value:  # noqa: FBT001 - the language's own order
    """The first operand if the last one is true, else the second."""
    return when_true if condition else when_false
