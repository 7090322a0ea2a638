"""Go's predefined functions, but for comparisons; `slice` is missing, since Sprig's takes its place.

The surprise: parameters of type reflect.Value get reflected values, so `len` can tell an interface that holds nil from
no value at all, as Go's texts do.
"""

from typing import cast
from urllib.parse import quote_from_bytes

from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.printing.format import sprintf as format_text
from headwater.gotemplate.printing.printer import Printer
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.gotypes import SIGNED, UNSIGNED, GoType
from headwater.gotemplate.values.reflected import INVALID, Reflected, element
from headwater.gotemplate.values.reflected import plain as plain_value
from headwater.gotemplate.values.values import GoMap, GoSlice, Uint8, Value, truth, type_of, zero

_REFLECTED = "func(reflect.Value, ...reflect.Value) reflect.Value"


@function(_REFLECTED, "and", builtin=True)
def conjunction(first: Reflected, *_: Reflected) -> Value:
    """The first empty operand, or the last one; later ones are not evaluated."""
    return plain_value(first)  # pragma: no cover - the evaluator short-circuits


@function(_REFLECTED, "or", builtin=True)
def disjunction(first: Reflected, *_: Reflected) -> Value:
    """The first operand that is not empty, or the last one; later ones are not evaluated."""
    return plain_value(first)  # pragma: no cover - the evaluator short-circuits


@function("func(reflect.Value) bool", "not", builtin=True)
def negation(value: Reflected) -> bool:
    """Whether the operand is empty."""
    return not truth(plain_value(value))


@function("func(reflect.Value) int", "len", builtin=True)
def length(value: Reflected) -> int:
    """The length of a string (in bytes), list or map."""
    inner = plain_value(value)
    if isinstance(inner, bytes | GoSlice | GoMap):
        return len(inner)
    if value is INVALID:
        raise plain("reflect: call of reflect.Value.Type on zero Value")
    raise plain("len of nil pointer" if inner is None else f"len of type {_dereferenced(inner)}")


def _dereferenced(value: Value) -> str:
    return type_of(value).name.removeprefix("*")


@function(_REFLECTED, "index", builtin=True)
def index(item: Reflected, *indexes: Reflected) -> Value:
    """An element of a list, string or map by index or key; several walk down nested ones."""
    if plain_value(item) is None:
        raise plain("index of untyped nil")
    for each in indexes:
        inner = plain_value(item)
        if inner is None:
            raise plain("index of nil pointer")
        item = _indexed(inner, plain_value(each))
    return cast("Value", item)


def _indexed(item: Value, key: Value) -> Reflected:
    if isinstance(item, GoMap):
        return element(*_looked_up(item, key))
    if isinstance(item, GoSlice):
        return element(item[_position(key, len(item), "slice")], item.go_type.elem)
    if isinstance(item, bytes):
        return Uint8(item[_position(key, len(item), "string")])
    raise plain(f"can't index item of type {_dereferenced(item)}")


def _looked_up(item: GoMap, key: Value) -> tuple[Value, GoType | None]:
    if not isinstance(key, bytes):
        found = "value is nil; should be of type string" if key is None else ""
        raise plain(found or f"value has type {type_of(key)}; should be string")
    static = item.go_type.elem
    return (item[key] if key in item else zero(static) if static is not None else None), static


def _position(key: Value, size: int, what: str) -> int:
    if key is None:
        raise plain("cannot index slice/array with nil")
    if not isinstance(key, int) or type_of(key).kind not in SIGNED | UNSIGNED:
        raise plain(f"cannot index slice/array with type {type_of(key)}")
    if not 0 <= key <= size:
        raise GoError(f"index out of range: {int(key)}", public="index out of range")
    if key == size:  # Go's own check lets this one through, to its run time
        raise plain(f"reflect: {what} index out of range")
    return int(key)


@function("func(reflect.Value, ...reflect.Value) reflect.Value", "call", builtin=True)
def call(name: bytes, callee: Reflected, *_: Reflected) -> Value:
    """Always an error here: no value of a template is a function."""
    inner = plain_value(callee)
    if inner is None:
        raise plain("call of nil")
    text = b"non-function " + name + f" of type {type_of(inner)}".encode()
    raise GoError(text, public=f"non-function of type {type_of(inner)}")


@function("func(...interface {}) string", "print", builtin=True)
def sprint(run: Run, *values: Value) -> bytes:
    """The operands' text; a space between two that are not strings."""
    return Printer(run).sprint(list(values))


@function("func(...interface {}) string", "println", builtin=True)
def sprintln(run: Run, *values: Value) -> bytes:
    """The operands' text with spaces between and a line break at the end."""
    return Printer(run).sprintln(list(values))


@function("func(string, ...interface {}) string", "printf", builtin=True)
def sprintf(run: Run, text: bytes, *values: Value) -> bytes:
    """Text by a format with Go's verbs."""
    return format_text(text, list(values), run)


def _joined(run: Run, values: tuple[Value, ...]) -> bytes:
    """One string as it is, anything else as `print` has it."""
    if len(values) == 1 and type(values[0]) is bytes:
        return values[0]
    shown: list[Value] = [b"<no value>" if value is None else value for value in values]
    return Printer(run).sprint(shown)


_HTML = {b"\0": "\ufffd".encode(), b'"': b"&#34;", b"'": b"&#39;", b"<": b"&lt;", b">": b"&gt;"}


@function("func(...interface {}) string", "html", builtin=True)
def html(run: Run, *values: Value) -> bytes:
    """The operands' text, escaped for HTML."""
    text = _joined(run, values)
    run.allot(5 * len(text))
    text = text.replace(b"&", b"&amp;")
    for char, escaped in _HTML.items():
        text = text.replace(char, escaped)
    return text


_JS = {**{char: f"\\u{ord(char):04X}" for char in "<>&="}, "\\": "\\\\", "'": "\\'", '"': '\\"'}


@function("func(...interface {}) string", "js", builtin=True)
def js(run: Run, *values: Value) -> bytes:
    """The operands' text, escaped for a JavaScript string."""
    text = _joined(run, values)
    run.allot(6 * len(text))
    return runes.encode("".join(map(_js_escaped, runes.decode(text))))


def _js_escaped(char: str) -> str:
    if char in _JS:
        return _JS[char]
    if runes.is_invalid(char):
        return char  # U+FFFD is printable, so Go copies the byte
    return char if " " <= char <= "\x7f" or runes.is_printable(char) else f"\\u{ord(char):04X}"


@function("func(...interface {}) string", "urlquery", builtin=True)
def urlquery(run: Run, *values: Value) -> bytes:
    """The operands' text, escaped for a query of a URL."""
    text = values[0] if len(values) == 1 and type(values[0]) is bytes else _joined(run, values)
    return b"".join(map(_QUERY.__getitem__, text))


_QUERY = [quote_from_bytes(bytes([byte]), safe=" ").replace(" ", "+").encode() for byte in range(256)]
