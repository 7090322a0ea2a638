"""Go's types as far as templates can see them, and signatures read from their Go text.

The surprise: types are singletons compared by identity, as `reflect.Type` is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Names as `reflect.Kind` prints them."""

    INVALID = "invalid"
    BOOL = "bool"
    INT = "int"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT32 = "uint32"
    UINT64 = "uint64"
    FLOAT64 = "float64"
    COMPLEX128 = "complex128"
    STRING = "string"
    SLICE = "slice"
    MAP = "map"
    STRUCT = "struct"
    POINTER = "ptr"
    INTERFACE = "interface"


SIGNED = frozenset({Kind.INT, Kind.INT64})
UNSIGNED = frozenset({Kind.UINT8, Kind.UINT32, Kind.UINT64})
NILLABLE = frozenset({Kind.INTERFACE, Kind.MAP, Kind.SLICE, Kind.POINTER})


@dataclass(frozen=True, slots=True, eq=False)
class GoType:
    """A type by its Go name; `elem` is the element's type for slices and maps (map keys are always strings)."""

    name: str
    kind: Kind
    elem: "GoType | None" = None

    def __str__(self) -> str:
        return self.name


def _all_types() -> Iterator[GoType]:
    yield from (BOOL, INT, INT64, UINT8, UINT32, UINT64, FLOAT64, COMPLEX128, STRING, ANY, HASH_ALGORITHM)
    yield from (ANY_SLICE, STRING_SLICE, INT_SLICE, SLICE_SLICE, ANY_MAP, STRING_MAP, MAP_MAP)
    yield from (TIME, DURATION, MONTH, WEEKDAY, LOCATION, VERSION, VERSION_STRUCT, CERTIFICATE, REFLECT_VALUE)


BOOL = GoType("bool", Kind.BOOL)
INT = GoType("int", Kind.INT)
INT64 = GoType("int64", Kind.INT64)
UINT8 = GoType("uint8", Kind.UINT8)
UINT32 = GoType("uint32", Kind.UINT32)
UINT64 = GoType("uint64", Kind.UINT64)
FLOAT64 = GoType("float64", Kind.FLOAT64)
COMPLEX128 = GoType("complex128", Kind.COMPLEX128)
STRING = GoType("string", Kind.STRING)
HASH_ALGORITHM = GoType("main.hashAlgorithm", Kind.STRING)
ANY = GoType("interface {}", Kind.INTERFACE)
ANY_SLICE = GoType("[]interface {}", Kind.SLICE, ANY)
STRING_SLICE = GoType("[]string", Kind.SLICE, STRING)
INT_SLICE = GoType("[]int", Kind.SLICE, INT)
SLICE_SLICE = GoType("[][]interface {}", Kind.SLICE, ANY_SLICE)
ANY_MAP = GoType("map[string]interface {}", Kind.MAP, ANY)
STRING_MAP = GoType("map[string]string", Kind.MAP, STRING)
MAP_MAP = GoType("map[string]map[string]string", Kind.MAP, STRING_MAP)
TIME = GoType("time.Time", Kind.STRUCT)
DURATION = GoType("time.Duration", Kind.INT64)
MONTH = GoType("time.Month", Kind.INT)
WEEKDAY = GoType("time.Weekday", Kind.INT)
LOCATION = GoType("*time.Location", Kind.POINTER)
VERSION_STRUCT = GoType("semver.Version", Kind.STRUCT)
VERSION = GoType("*semver.Version", Kind.POINTER, VERSION_STRUCT)
CERTIFICATE = GoType("sprig.certificate", Kind.STRUCT)
REFLECT_VALUE = GoType("reflect.Value", Kind.STRUCT)

BY_NAME = {each.name: each for each in _all_types()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A function's type: `fixed` arguments must be given; the last of `params` is the type of each variadic one."""

    text: str
    params: tuple[GoType, ...]
    fixed: int
    variadic: bool
    result: GoType


_SIGNATURE = re.compile(r"func\((?P<params>.*?)\) (?:\((?P<pair>.*), error\)|(?P<single>.*))")


def signature(text: str) -> Signature:
    """Read `func(int, ...interface {}) (string, error)`."""
    match = _SIGNATURE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a function type: {text}")
    params = match["params"].split(", ") if match["params"] else []
    variadic = bool(params) and params[-1].startswith("...")
    return Signature(
        text=text,
        params=tuple(BY_NAME[each.removeprefix("...")] for each in params),
        fixed=len(params) - variadic,
        variadic=variadic,
        result=BY_NAME[match["pair"] or match["single"]],
    )
