"""The values themselves: what stands in Python for a Go value of each type.

The surprise: Go's strings are bytes, here and everywhere in this package. `int` is Go's int, `float` its float64; the
other types are the classes below. Nothing else ever enters a template, and attributes of these objects are never
reached from one: what a template can call or select is listed in `methods` and `fields`.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, Self, TypeAlias, Union, cast

from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType, Kind, Signature

Value: TypeAlias = Union[bool, int, float, complex, bytes, "GoSlice", "GoMap", "GoObject", None]
Method: TypeAlias = tuple[Signature, Callable[..., Value]]

_WORD = 1 << 64
_HALF = 1 << 63


def wrap(number: int) -> int:
    """The number as 64 signed bits hold it."""
    return (number + _HALF) % _WORD - _HALF


class GoObject:
    """A value with methods or fields that a template can name; they stand in these tables and nowhere else."""

    __slots__ = ()
    go_type: ClassVar[GoType]
    methods: ClassVar[Mapping[bytes, Method]] = {}
    fields: ClassVar[frozenset[bytes]] = frozenset()

    hidden: ClassVar[frozenset[bytes]] = frozenset()  # unexported fields, for the error that names one
    nil: ClassVar[bool] = False  # of pointers alone

    def string(self) -> bytes | None:
        """What Go's String method gives, or None where the type has none."""
        return None

    def go_string(self) -> bytes | None:
        """What Go's GoString method gives, or None where the type has none."""
        return None

    def json(self) -> bytes | None:
        """The string that stands for it in JSON, or None where it is a number or an object."""
        return None

    def struct(self) -> "list[tuple[bytes, Value]]":
        """Names and values of a struct's fields, for printing it as one."""
        return []

    def field(self, name: bytes) -> "Value":
        """One of `fields`."""
        return dict(self.struct())[name]


class Int64(int):
    __slots__ = ()


class Uint8(int):
    __slots__ = ()


class Uint32(int):
    __slots__ = ()


class Uint64(int):
    __slots__ = ()


class GoSlice(list[Value]):
    """A slice; `nil` tells Go's nil slice from an empty one, which only JSON and `%#v` show."""

    go_type: ClassVar[GoType]
    nil: bool = False  # of the class until it is set: most slices never set it, and are made by the list's own means

    def as_nil(self, *, when: bool = True) -> Self:
        self.nil = when
        return self


class AnySlice(GoSlice):
    go_type = gotypes.ANY_SLICE


class StringSlice(GoSlice):
    go_type = gotypes.STRING_SLICE


class IntSlice(GoSlice):
    go_type = gotypes.INT_SLICE


class SliceSlice(GoSlice):
    go_type = gotypes.SLICE_SLICE


class GoMap(dict[bytes, Value]):
    """A map from strings; its order is never Go's, so whatever walks one sorts its keys. `nil` is as a slice's."""

    go_type: ClassVar[GoType]
    nil: bool = False

    def as_nil(self, *, when: bool = True) -> Self:
        self.nil = when
        return self


class AnyMap(GoMap):
    go_type = gotypes.ANY_MAP


class StringMap(GoMap):
    """A map of strings. No function changes one, so that it may be asked once for its longest value."""

    go_type = gotypes.STRING_MAP
    longest: int | None = None


class MapMap(GoMap):
    """What the webhook provider passes as dot: maps of strings by name."""

    go_type = gotypes.MAP_MAP


_TYPES: dict[type, GoType] = {
    bool: gotypes.BOOL,
    int: gotypes.INT,
    Int64: gotypes.INT64,
    Uint8: gotypes.UINT8,
    Uint32: gotypes.UINT32,
    Uint64: gotypes.UINT64,
    float: gotypes.FLOAT64,
    complex: gotypes.COMPLEX128,
    bytes: gotypes.STRING,
    **{each: each.go_type for each in (AnySlice, StringSlice, IntSlice, SliceSlice, AnyMap, StringMap, MapMap)},
}


def type_of(value: Value) -> GoType:
    """The dynamic type of anything but None, which has none."""
    found = _TYPES.get(type(value))
    return found if found is not None else cast("GoObject", value).go_type


def kind_of(value: Value) -> Kind:
    return Kind.INVALID if value is None else type_of(value).kind


# Integer types; `clock` adds its own.
SIZED: dict[GoType, type[int]] = {
    gotypes.INT: int,
    gotypes.INT64: Int64,
    gotypes.UINT8: Uint8,
    gotypes.UINT32: Uint32,
    gotypes.UINT64: Uint64,
}


def integer(number: int, kind: GoType) -> int:
    """The number as a value of an integer type."""
    return SIZED[kind](number)


_ZEROS: dict[GoType, Callable[[], Value]] = {
    gotypes.STRING: bytes,
    gotypes.INT: int,
    gotypes.STRING_MAP: lambda: StringMap().as_nil(),
    gotypes.ANY_MAP: lambda: AnyMap().as_nil(),
    gotypes.ANY_SLICE: lambda: AnySlice().as_nil(),
}


def zero(kind: GoType) -> Value:
    """Go's zero value of a type that can be an element or a nil argument (None for interfaces)."""
    make = _ZEROS.get(kind)
    return make() if make is not None else None


def truth(value: Value) -> bool:
    """Whether `if` takes it: structs always, pointers that are not nil, all else when not zero or empty."""
    return bool(value) if not isinstance(value, GoObject) or isinstance(value, int) else True


def deep_equal(left: Value, right: Value, meter: Meter) -> bool:
    """`reflect.DeepEqual`: the same types all the way down, nil unlike empty, NaN unlike itself."""
    if type(left) is not type(right):
        return False
    meter.enter()
    if isinstance(left, GoSlice):
        equal = _equal_slices(left, cast("GoSlice", right), meter)
    elif isinstance(left, GoMap):
        equal = _equal_maps(left, cast("GoMap", right), meter)
    else:
        equal = left == right
    meter.leave()
    return equal


def _equal_slices(left: GoSlice, right: GoSlice, meter: Meter) -> bool:
    if left.nil != right.nil or len(left) != len(right):
        return False
    return left is right or all(deep_equal(a, b, meter) for a, b in zip(left, right, strict=True))


def _equal_maps(left: GoMap, right: GoMap, meter: Meter) -> bool:
    if left.nil != right.nil or left.keys() != right.keys():
        return False
    return left is right or all(deep_equal(value, right[key], meter) for key, value in left.items())
