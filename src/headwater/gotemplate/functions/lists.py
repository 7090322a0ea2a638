"""Sprig's lists. They are copied, never changed in place; nil and strings are no lists, and panic."""

import math

from headwater.gotemplate.errors import plain
from headwater.gotemplate.functions.cast import to_int
from headwater.gotemplate.functions.defaults import empty
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values.values import AnySlice, GoSlice, SliceSlice, Value, deep_equal, kind_of

NIL_POINTER = "runtime error: invalid memory address or nil pointer dereference"
_TO_LIST = "func(interface {}) []interface {}"
_ADD = "func(interface {}, interface {}) []interface {}"


def _items(value: Value, refusal: str) -> GoSlice:
    if isinstance(value, GoSlice):
        return value
    raise plain(NIL_POINTER if value is None else f"{refusal} {kind_of(value)}")


@function("func(...interface {}) []interface {}", "list", "tuple")
def new_list(*values: Value) -> AnySlice:
    """A list of the operands."""
    return AnySlice(values)


@function("func(interface {}) interface {}", "first*")
def first(value: Value) -> Value:
    """The first element, nil of an empty list."""
    return next(iter(_items(value, "Cannot find first on type")), None)


@function("func(interface {}) interface {}", "last*")
def last(value: Value) -> Value:
    """The last element, nil of an empty list."""
    items = _items(value, "Cannot find last on type")
    return items[-1] if items else None


@function(_TO_LIST, "rest*")
def rest(value: Value) -> AnySlice:
    """All but the first element."""
    items = _items(value, "Cannot find rest on type")
    return AnySlice(items[1:]).as_nil(when=not items)


@function(_TO_LIST, "initial*")
def initial(value: Value) -> AnySlice:
    """All but the last element."""
    items = _items(value, "Cannot find initial on type")
    return AnySlice(items[:-1]).as_nil(when=not items)


@function(_ADD, "append*", "push*")
def append(run: Run, value: Value, item: Value) -> AnySlice:
    """The list with one more element at its end."""
    items = _items(value, "Cannot push on type")
    run.elements(len(items) + 1)
    return AnySlice([*items, item])


@function(_ADD, "prepend*")
def prepend(run: Run, value: Value, item: Value) -> AnySlice:
    """The list with one more element at its start."""
    items = _items(value, "Cannot prepend on type")
    run.elements(len(items) + 1)
    return AnySlice([item, *items])


@function("func(...interface {}) interface {}", "concat")
def concat(run: Run, *values: Value) -> AnySlice:
    """The lists as one."""
    lists = [_items(value, "Cannot concat type").copy() for value in values if _concatenable(value)]
    run.elements(sum(map(len, lists)))
    joined = [item for each in lists for item in each]
    return AnySlice(joined).as_nil(when=not joined)


def _concatenable(value: Value) -> bool:
    if value is not None and not isinstance(value, GoSlice):
        raise plain(f"Cannot concat type {kind_of(value)} as list")
    return True


@function(_TO_LIST, "reverse*")
def reverse(value: Value) -> AnySlice:
    """The elements from last to first."""
    return AnySlice(reversed(_items(value, "Cannot find reverse on type")))


@function(_TO_LIST, "compact*")
def compact(value: Value) -> AnySlice:
    """The elements that are not empty."""
    return AnySlice(item for item in _items(value, "Cannot compact on type") if not empty(item))


def _contains(run: Run, items: list[Value], wanted: Value) -> bool:
    return any(deep_equal(wanted, item, run) for item in items)


@function(_TO_LIST, "uniq*")
def uniq(run: Run, value: Value) -> AnySlice:
    """Each element once."""
    unique: list[Value] = []
    for item in _items(value, "Cannot find uniq on type"):
        if not _contains(run, unique, item):
            unique.append(item)
    return AnySlice(unique)


@function("func(interface {}, ...interface {}) []interface {}", "without*")
def without(run: Run, value: Value, *omitted: Value) -> AnySlice:
    """The elements that equal none of the operands."""
    items = _items(value, "Cannot find without on type")
    return AnySlice(item for item in items if not _contains(run, list(omitted), item))


@function("func(interface {}, interface {}) bool", "has*")
def has(run: Run, wanted: Value, value: Value) -> bool:
    """Whether the list holds that element."""
    return value is not None and _contains(run, _items(value, "Cannot find has on type"), wanted)


@function("func(interface {}, ...interface {}) interface {}", "slice*")
def slice_of(value: Value, *indices: Value) -> Value:
    """The elements from one index to another."""
    items = _items(value, "list should be type of slice or array but")
    if not items:
        return None
    start = to_int(indices[0]) if indices else 0
    end = to_int(indices[1]) if len(indices) > 1 else len(items)
    if not 0 <= start <= end <= len(items):
        raise plain("reflect.Value.Slice: slice index out of bounds")
    return type(items)(items[start:end])


@function("func(int, interface {}) [][]interface {}", "chunk*")
def chunk(run: Run, size: int, value: Value) -> SliceSlice:
    """The list in lists of that size."""
    items = _items(value, "Cannot chunk type")
    count = math.floor((len(items) - 1) / size) + 1 if size else -1
    last = math.fmod(len(items), size) if size else 0
    if count < 0 or (count > 0 > size and (count > 1 or not last)):
        raise plain("runtime error: makeslice: len out of range")
    run.elements(count)
    if size < 0:
        return SliceSlice([AnySlice(items)] if count else [])
    return SliceSlice(AnySlice(items[at * size : (at + 1) * size]) for at in range(count))
