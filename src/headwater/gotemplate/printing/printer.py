"""The printer behind `print`, `printf`, `quote`, `toString` and every action's output.

The surprise: a wrong verb is no error: Go prints `%!d(string=x)` with the same width and flags inside.
"""

from dataclasses import replace

from headwater.gotemplate.limits import Meter
from headwater.gotemplate.printing import fields
from headwater.gotemplate.printing.fields import Flags
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.gotypes import ANY, UNSIGNED, Kind
from headwater.gotemplate.values.numerals import format_float
from headwater.gotemplate.values.values import GoMap, GoObject, GoSlice, Value, type_of

_NIL = b"<nil>"
_ADDRESS = b"0xc000000000"
_STRING_VERBS = frozenset("vsxXq")
_INTEGER_VERBS = frozenset("vdboOxX")
_FLOAT_PRECISION = {**dict.fromkeys("vbgGxX", -1), **dict.fromkeys("feEF", 6)}


class Printer:
    """Collects the text of values; `meter` is asked before anything long is made."""

    def __init__(self, meter: Meter) -> None:
        self._out: list[bytes] = []
        self._meter = meter
        self._flags = Flags()
        self._erroring = False

    def text(self) -> bytes:
        return b"".join(self._out)

    def _write(self, text: bytes) -> None:
        self._meter.allot(len(text))
        self._out.append(text)

    # Values.

    def print_arg(self, value: Value, verb: str, flags: Flags | None = None) -> None:
        if flags is not None:
            self._flags = flags
        if value is None:
            if verb in "Tv":
                self._write(fields.pad(self._flags, _NIL, self._meter))
            else:
                self._bad_verb(value, verb)
        elif verb == "T":
            self._write(fields.string(self._flags, type_of(value).name.encode(), self._meter))
        elif verb == "p":
            self._pointer(value)
        elif verb == "w":
            self._bad_verb(value, verb)
        else:
            self._print_value(value, verb, top=True)

    def _pointer(self, value: Value) -> None:
        """An address, which no template can rely on."""
        if type_of(value).kind in (Kind.MAP, Kind.SLICE, Kind.POINTER):
            self._write(_ADDRESS)
        else:
            self._bad_verb(value, "p")

    def _print_value(self, value: Value, verb: str, *, top: bool = False) -> None:
        if isinstance(value, bytes):
            self._string(value, verb)
        elif isinstance(value, GoObject):
            self._object(value, verb, top=top)
        elif isinstance(value, GoSlice | GoMap):
            self._meter.enter()
            if isinstance(value, GoSlice):
                self._slice(value, verb)
            else:
                self._map(value, verb)
            self._meter.leave()
        else:
            self._basic(value, verb)

    def _basic(self, value: Value, verb: str) -> None:
        match value:
            case bool():
                self._bool(value, verb)
            case int():
                self._integer(value, verb)
            case float():
                self._float(value, verb)
            case complex():
                self._complex(value, verb)
            case _:  # pragma: no cover - all others went elsewhere
                pass

    def _element(self, value: Value, verb: str, *, interface: bool) -> None:
        """A part of a list or map; nil in an interface prints the same for every verb."""
        if value is not None:
            self._print_value(value, verb)
        elif interface and self._flags.sharp_v:
            self._write(b"interface {}(nil)")
        else:
            self._write(_NIL)

    def _slice(self, value: GoSlice, verb: str) -> None:
        sharp = self._flags.sharp_v
        if sharp and value.nil:
            self._write(value.go_type.name.encode() + b"(nil)")
            return
        self._write(value.go_type.name.encode() + b"{" if sharp else b"[")
        for index, item in enumerate(value):
            if index:
                self._write(b", " if sharp else b" ")
            self._element(item, verb, interface=value.go_type.elem is ANY)
        self._write(b"}" if sharp else b"]")

    def _map(self, value: GoMap, verb: str) -> None:
        sharp = self._flags.sharp_v
        if sharp and value.nil:
            self._write(value.go_type.name.encode() + b"(nil)")
            return
        self._write(value.go_type.name.encode() + b"{" if sharp else b"map[")
        for index, key in enumerate(sorted(value)):
            if index:
                self._write(b", " if sharp else b" ")
            self._string(key, verb)
            self._write(b":")
            self._element(value[key], verb, interface=value.go_type.elem is ANY)
        self._write(b"}" if sharp else b"]")

    def _object(self, value: GoObject, verb: str, *, top: bool) -> None:
        shown = None if self._erroring else self._method_text(value, verb)
        if shown is not None:
            self._string(shown, "s" if self._flags.sharp_v else verb)
        elif isinstance(value, int):
            self._integer(value, verb)
        elif value.go_type.kind is Kind.POINTER and (value.nil or not top):
            self._pointer_inside(value, verb)
        else:
            self._struct(value, verb)

    def _method_text(self, value: GoObject, verb: str) -> bytes | None:
        if self._flags.sharp_v:
            return value.go_string()
        return value.string() if verb in _STRING_VERBS else None

    def _pointer_inside(self, value: GoObject, verb: str) -> None:
        """A pointer below the first level stands as an address, which no template can rely on, or as nil."""
        sharp = self._flags.sharp_v
        if verb not in "vbodxX":
            self._bad_verb(value, verb)
        elif verb != "v" and value.nil:
            self._integer(0, verb)
        elif sharp:
            self._write(b"(%b)(%b)" % (value.go_type.name.encode(), b"nil" if value.nil else _ADDRESS))
        else:
            self._write(fields.pad(self._flags, _NIL, self._meter) if value.nil else _ADDRESS)

    def _struct(self, value: GoObject, verb: str) -> None:
        name = type_of(value).name
        sharp, named = self._flags.sharp_v, self._flags.sharp_v or self._flags.plus_v
        self._write((b"&" if name.startswith("*") else b"") + (name.lstrip("*").encode() if sharp else b"") + b"{")
        for index, (field, item) in enumerate(value.struct()):
            if index:
                self._write(b", " if sharp else b" ")
            self._write(field + b":" if named else b"")
            self._element(item, verb, interface=False)
        self._write(b"}")

    # Basic kinds.

    def _bad_verb(self, value: Value, verb: str) -> None:
        self._erroring = True
        self._write(b"%!" + runes.encode(verb) + b"(")
        if value is None:
            self._write(_NIL)
        else:
            self._write(type_of(value).name.encode() + b"=")
            self.print_arg(value, "v")
        self._write(b")")
        self._erroring = False

    def _bool(self, value: bool, verb: str) -> None:  # noqa: FBT001 - the value itself
        if verb in "tv":
            self._write(fields.boolean(self._flags, value, self._meter))
        else:
            self._bad_verb(value, verb)

    def _integer(self, value: int, verb: str) -> None:
        flags, meter = self._flags, self._meter
        if verb == "v" and flags.sharp_v and type_of(value).kind in UNSIGNED:
            self._write(fields.integer(replace(flags, sharp=True), int(value), "x", meter))
        elif verb in _INTEGER_VERBS:
            self._write(fields.integer(flags, int(value), verb, meter))
        elif verb == "c":
            self._write(fields.character(flags, value, meter))
        elif verb == "q":
            self._write(fields.quoted_character(flags, value, meter))
        elif verb == "U":
            self._write(fields.code_point(flags, value, meter))
        else:
            self._bad_verb(value, verb)

    def _float(self, value: float, verb: str) -> None:
        if verb not in _FLOAT_PRECISION:
            self._bad_verb(value, verb)
            return
        style = {"v": "g", "F": "f"}.get(verb, verb)
        self._write(fields.floating(self._flags, value, style, _FLOAT_PRECISION[verb], self._meter))

    def _complex(self, value: complex, verb: str) -> None:
        if verb not in _FLOAT_PRECISION:
            self._bad_verb(value, verb)
            return
        plus = self._flags.plus
        self._write(b"(")
        self._float(value.real, verb)
        self._flags.plus = True
        self._float(value.imag, verb)
        self._write(b"i)")
        self._flags.plus = plus

    def _string(self, value: bytes, verb: str) -> None:
        flags, meter = self._flags, self._meter
        if verb == "v" and flags.sharp_v:
            self._write(fields.quoted(flags, value, meter))
        elif verb in "vs":
            self._write(fields.string(flags, value, meter))
        elif verb in "xX":
            meter.allot(2 * len(value))
            self._write(fields.hexadecimal(flags, value, verb, meter))
        elif verb == "q":
            self._write(fields.quoted(flags, value, meter))
        else:
            self._bad_verb(value, verb)

    # Lists of arguments.

    def sprint(self, values: list[Value]) -> bytes:
        """A space between two operands when neither is a string."""
        previous_string = True
        for value in values:
            is_string = value is not None and type_of(value).kind is Kind.STRING
            if not is_string and not previous_string:
                self._write(b" ")
            self.print_arg(value, "v")
            previous_string = is_string
        return self.text()

    def sprintln(self, values: list[Value]) -> bytes:
        for index, value in enumerate(values):
            if index:
                self._write(b" ")
            self.print_arg(value, "v")
        self._write(b"\n")
        return self.text()

    def print_extra(self, values: list[Value]) -> None:
        """What `printf` says of arguments that no verb took."""
        self._flags = Flags()
        self._write(b"%!(EXTRA ")
        for index, value in enumerate(values):
            self._write(b", " if index else b"")
            if value is None:
                self._write(_NIL)
            else:
                self._write(type_of(value).name.encode() + b"=")
                self.print_arg(value, "v")
        self._write(b")")

    def write(self, text: bytes) -> None:
        self._write(text)


def show(value: Value, meter: Meter) -> bytes:
    """`%v` of one value."""
    if isinstance(value, bytes):
        return value
    if type(value) is int:
        return b"%d" % value
    if type(value) is float:
        return format_float(value, "g").encode()
    printer = Printer(meter)
    printer.print_arg(value, "v")
    return printer.text()
