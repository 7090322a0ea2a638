"""Sprig's dicts: `map[string]interface {}` alone, neither dot nor the result of `split`.

The surprise: `set`, `unset` and `merge` change the map they are given, and `merge` shares nested maps of its sources.
"""

from headwater.gotemplate.clock.zones import Location, fixed
from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.defaults import is_empty
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.semver.version import Version
from headwater.gotemplate.values.gotypes import ANY, ANY_MAP, Kind
from headwater.gotemplate.values.values import AnyMap, AnySlice, GoMap, GoSlice, StringSlice, Value, type_of

_MAP = "map[string]interface {}"
_MERGE = f"func({_MAP}, ...{_MAP}) interface {{}}"
_MUST_MERGE = f"func({_MAP}, ...{_MAP}) (interface {{}}, error)"
_LEAST_FOR_DIG = 3


@function(f"func(...interface {{}}) {_MAP}", "dict")
def new_dict(run: Run, *values: Value) -> AnyMap:
    """A map of keys and values in turn; a last key alone maps to an empty text."""
    made = AnyMap()
    for at in range(0, len(values), 2):
        made[run.show(values[at])] = values[at + 1] if at + 1 < len(values) else b""
    return made


@function(f"func({_MAP}, string) interface {{}}", "get")
def get(source: AnyMap, key: bytes) -> Value:
    """The value of a key, an empty text when there is none."""
    return source.get(key, b"")


@function(f"func({_MAP}, string, interface {{}}) {_MAP}", "set")
def set_key(run: Run, target: AnyMap, key: bytes, value: Value) -> AnyMap:
    """The map itself, with that key set."""
    if target.nil:
        raise plain("assignment to entry in nil map")
    run.elements(len(target) + 1 if key not in target else 1)
    target[key] = value
    return target


@function(f"func({_MAP}, string) {_MAP}", "unset")
def unset(target: AnyMap, key: bytes) -> AnyMap:
    """The map itself, without that key."""
    target.pop(key, None)
    return target


@function(f"func({_MAP}, string) bool", "hasKey")
def has_key(source: AnyMap, key: bytes) -> bool:
    """Whether the map has that key."""
    return key in source


@function(f"func(...{_MAP}) []string", "keys")
def keys(*sources: AnyMap) -> StringSlice:
    """The keys of all maps; Go leaves their order open, here they are sorted."""
    return StringSlice(key for source in sources for key in sorted(source))


@function(f"func({_MAP}) []interface {{}}", "values")
def values_of(source: AnyMap) -> AnySlice:
    """The values; Go leaves their order open, here it is that of the keys."""
    return AnySlice(source[key] for key in sorted(source))


@function(f"func(string, ...{_MAP}) []interface {{}}", "pluck")
def pluck(key: bytes, *sources: AnyMap) -> AnySlice:
    """The values that the maps have for one key."""
    return AnySlice(source[key] for source in sources if key in source)


@function(f"func({_MAP}, ...string) {_MAP}", "pick")
def pick(source: AnyMap, *wanted: bytes) -> AnyMap:
    """A map of those keys alone."""
    return AnyMap((key, source[key]) for key in wanted if key in source)


@function(f"func({_MAP}, ...string) {_MAP}", "omit")
def omit(source: AnyMap, *unwanted: bytes) -> AnyMap:
    """A map without those keys."""
    return AnyMap((key, value) for key, value in source.items() if key not in set(unwanted))


@function("func(...interface {}) (interface {}, error)", "dig")
def dig(*operands: Value) -> Value:
    """The value under a path of keys in nested maps (given last), or the default before it."""
    if len(operands) < _LEAST_FOR_DIG:
        raise plain("dig needs at least three arguments")
    *path, default, current = operands
    _as_map(current)
    for key in path:
        if not isinstance(key, bytes):
            raise plain(f"interface conversion: interface {{}} is {_type_name(key)}, not string")
    for key in path:
        source = _as_map(current)
        if not isinstance(key, bytes) or key not in source:
            return default
        current = source[key]
    return current


def _as_map(value: Value) -> GoMap:
    if isinstance(value, GoMap) and value.go_type is ANY_MAP:
        return value
    raise plain(f"interface conversion: interface {{}} is {_type_name(value)}, not map[string]interface {{}}")


def _type_name(value: Value) -> str:
    return "nil" if value is None else type_of(value).name


# Merging.


class _UnfitError(GoError):
    """What `mustMerge` says of a value that cannot be merged into another; `merge` gives an empty text instead."""


@function(_MERGE, "merge")
def merge(run: Run, target: AnyMap, *sources: AnyMap) -> Value:
    """The first map, its missing and empty values filled from the others."""
    try:
        return _merged(run, target, sources, overwrite=False)
    except _UnfitError:
        return b""


@function(_MUST_MERGE, "mustMerge")
def must_merge(run: Run, target: AnyMap, *sources: AnyMap) -> AnyMap:
    """The first map, its missing and empty values filled from the others."""
    return _merged(run, target, sources, overwrite=False)


@function(_MERGE, "mergeOverwrite*")
def merge_overwrite(run: Run, target: AnyMap, *sources: AnyMap) -> AnyMap:
    """The first map, its values replaced by those of the others."""
    return _merged(run, target, sources, overwrite=True)


def _merged(run: Run, target: AnyMap, sources: tuple[AnyMap, ...], *, overwrite: bool) -> AnyMap:
    for source in sources:
        if target.nil and not source.nil:
            target = AnyMap()
        _merge(run, target, source, overwrite=overwrite)
    return target


def _merge(run: Run, target: GoMap, source: GoMap, *, overwrite: bool) -> None:
    run.enter()
    for key, value in list(source.items()):
        run.step()
        if value is not None:
            _merge_value(run, target, key, value, overwrite=overwrite)
        elif overwrite:
            target[key] = None
    run.leave()


def _check_strings(target: GoMap, source: GoMap, *, overwrite: bool) -> None:
    """A map of strings takes nothing from a map of anything, not even strings.

    Raises: GoError.
    """
    for key in sorted(source):
        value = source[key]
        if isinstance(value, GoSlice) and key in target:
            raise plain("reflect: call of reflect.Value.IsNil on string Value")
        if isinstance(value, GoSlice) or overwrite or (value is not None and not target.get(key)):
            found = type_of(value) if isinstance(value, GoSlice) else ANY
            raise plain(f"reflect.Value.SetMapIndex: value of type {found} is not assignable to type string")


def _merge_value(run: Run, target: GoMap, key: bytes, value: Value, *, overwrite: bool) -> None:
    current = target.get(key)
    if isinstance(current, Version) and not overwrite and type_of(value).kind in (Kind.MAP, Kind.STRUCT):
        _check_struct(current, value)
    if isinstance(value, GoMap) and isinstance(current, GoMap):
        if current.go_type is not ANY_MAP and value.go_type is ANY_MAP:
            _check_strings(current, value, overwrite=overwrite)
        elif not current.nil:
            _merge(run, current, value, overwrite=overwrite)
        if current:
            return
    filled = not is_empty(current)
    if overwrite or not filled:
        target[key] = value


def _check_struct(current: Version, value: Value) -> None:
    """A pointer in the target takes nothing but pointers, and what it points to."""
    kind = type_of(current)
    if kind.kind is Kind.POINTER and kind.elem is not type_of(value):
        text = "src and dst must be of same type"
        raise _UnfitError(text, public=text)


# Copies.


@function("func(interface {}) interface {}", "deepCopy*")
def deep_copy(run: Run, value: Value) -> Value:
    """A copy that shares nothing with the value."""
    if value is None:
        raise plain("reflect: call of reflect.Value.Type on zero Value")
    return _copied(run, value)


def _copied(run: Run, value: Value) -> Value:
    if isinstance(value, GoSlice):
        run.enter()
        items = type(value)(_copied(run, item) for item in value).as_nil(when=value.nil)
        run.leave()
        return items
    if isinstance(value, GoMap):
        run.enter()
        copied = type(value)((key, _copied(run, item)) for key, item in value.items()).as_nil(when=value.nil)
        run.leave()
        return copied
    if isinstance(value, Location):
        return fixed(b"", 0)
    return Version.empty() if isinstance(value, Version) else value
