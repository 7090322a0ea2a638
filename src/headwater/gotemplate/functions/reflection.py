"""Sprig's reflection: Go's types and kinds by name."""

from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values.values import Value, deep_equal, kind_of, type_of

_NAME = "func(interface {}) string"
_TEST = "func(string, interface {}) bool"


@function(_NAME, "typeOf")
def type_name(value: Value) -> bytes:
    """The name of the value's type."""
    return b"<nil>" if value is None else type_of(value).name.encode()


@function(_TEST, "typeIs")
def type_is(name: bytes, value: Value) -> bool:
    """Whether the value's type has that name."""
    return type_name(value) == name


@function(_TEST, "typeIsLike")
def type_is_like(name: bytes, value: Value) -> bool:
    """Whether the value's type has that name, or points to one that has."""
    return type_name(value) in (name, b"*" + name)


@function(_NAME, "kindOf")
def kind_name(value: Value) -> bytes:
    """The name of the value's kind."""
    return kind_of(value).encode()


@function(_TEST, "kindIs")
def kind_is(name: bytes, value: Value) -> bool:
    """Whether the value's kind has that name."""
    return kind_name(value) == name


@function("func(interface {}, interface {}) bool", "deepEqual")
def deep_equals(run: Run, left: Value, right: Value) -> bool:
    """Whether two values are equal all the way down, types included."""
    return deep_equal(left, right, run)
