"""Go's comparisons: only between values of one basic kind, integers of either sign apart.

The surprise: `eq 1 1.0` is an error, and so is `lt` on booleans.
"""

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.printing.format import sprintf
from headwater.gotemplate.values.gotypes import SIGNED, UNSIGNED, Kind
from headwater.gotemplate.values.reflected import Reflected
from headwater.gotemplate.values.reflected import plain as plain_value
from headwater.gotemplate.values.values import GoMap, GoSlice, Value, kind_of, type_of

_BASIC = {
    Kind.BOOL: "bool",
    Kind.FLOAT64: "float",
    Kind.COMPLEX128: "complex",
    Kind.STRING: "string",
    **dict.fromkeys(SIGNED, "int"),
    **dict.fromkeys(UNSIGNED, "int"),
}
_ORDERED = {"float", "string", "int"}
_PAIR = "func(reflect.Value, reflect.Value) bool"


def _basic(value: Value) -> str | None:
    return _BASIC.get(kind_of(value))


@function("func(reflect.Value, ...reflect.Value) bool", "eq", builtin=True)
def eq(run: Run, first: Reflected, *others: Reflected) -> bool:
    """Whether the first operand equals any of the others."""
    if not others:
        raise plain("missing argument for comparison")
    left = plain_value(first)
    for other in others:  # noqa: SIM110 - any() takes three times longer
        if _equal(run, left, plain_value(other)):
            return True
    return False


def _equal(run: Run, left: Value, right: Value) -> bool:
    if type(left) is bytes and type(right) is bytes:
        return left == right
    basic = _basic(left)
    if basic != _basic(right):
        if left is not None and right is not None:
            raise plain(f"incompatible types for comparison: {type_of(left)} and {type_of(right)}")
        return False
    return left == right if basic is not None else _equal_others(run, left, right)


def _equal_others(run: Run, left: Value, right: Value) -> bool:
    """Lists and maps compare with nil alone."""
    left_kind, right_kind = kind_of(left), kind_of(right)
    if left_kind != right_kind and Kind.INVALID not in (left_kind, right_kind):
        pairs = (_as_text(run, left), type_of(left).name.encode(), type_of(right).name.encode(), run.show(right))
        raise GoError(b"non-comparable types %s: %s, %s: %s" % pairs, public="non-comparable types")
    if _is_nil(left) or _is_nil(right):
        return _is_nil(left) == _is_nil(right)
    if isinstance(right, GoSlice | GoMap):
        text = b"non-comparable type %s: %s" % (_as_text(run, right), type_of(right).name.encode())
        raise GoError(text, public=f"non-comparable type {type_of(right)}")
    return left is right if type_of(left).kind is Kind.POINTER else left == right


def _as_text(run: Run, value: Value) -> bytes:
    """`%s`, which Go uses here."""
    return sprintf(b"%s", [value], run)


def _is_nil(value: Value) -> bool:
    return value is None or (isinstance(value, GoSlice | GoMap) and value.nil)


@function(_PAIR, "ne", builtin=True)
def ne(run: Run, left: Reflected, right: Reflected) -> bool:
    """Whether the operands differ."""
    return not _equal(run, plain_value(left), plain_value(right))


@function(_PAIR, "lt", builtin=True)
def lt(left: Reflected, right: Reflected) -> bool:
    """Whether the first operand is less than the second."""
    return _less(plain_value(left), plain_value(right))


def _less(left: Value, right: Value) -> bool:
    basic, other = _basic(left), _basic(right)
    if basic is None or other is None:
        raise plain("invalid type for comparison")
    if basic != other:
        raise plain(f"incompatible types for comparison: {type_of(left)} and {type_of(right)}")
    if basic not in _ORDERED:
        raise plain("invalid type for comparison")
    return left < right  # type: ignore[operator] # both are of one ordered kind


@function(_PAIR, "le", builtin=True)
def le(run: Run, left: Reflected, right: Reflected) -> bool:
    """Whether the first operand is less than or equal to the second."""
    a, b = plain_value(left), plain_value(right)
    return _less(a, b) or _equal(run, a, b)


@function(_PAIR, "gt", builtin=True)
def gt(run: Run, left: Reflected, right: Reflected) -> bool:
    """Whether the first operand is greater than the second."""
    return not le(run, left, right)


@function(_PAIR, "ge", builtin=True)
def ge(left: Reflected, right: Reflected) -> bool:
    """Whether the first operand is greater than or equal to the second."""
    return not lt(left, right)
