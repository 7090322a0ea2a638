"""The printer behind `print`, `printf`, `quote`, `toString` and every action's output.

The surprise: a wrong verb is no error: Go prints `%!d(string=x)` with the same width and flags inside.
"""

import re
from dataclasses import replace

from headwater.gotemplate.limits import Meter
from headwater.gotemplate.printing import fields
from headwater.gotemplate.printing.fields import Flags
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.gotypes import ANY, SIGNED, UNSIGNED, Kind
from headwater.gotemplate.values.numerals import format_float
from headwater.gotemplate.values.values import GoMap, GoObject, GoSlice, Value, type_of

_NIL = b"<nil>"
_STRING_VERBS = frozenset("vsxXq")
_INTEGER_VERBS = frozenset("vdboOxX")
_FLOAT_PRECISION = {**dict.fromkeys("vbgGxX", -1), **dict.fromkeys("feEF", 6)}
_LARGEST_NUMBER = 1_000_000


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
            self._write(b"0xc000000000")
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
        else:
            self._struct(value, verb, top=top)

    def _method_text(self, value: GoObject, verb: str) -> bytes | None:
        if self._flags.sharp_v:
            return value.go_string()
        return value.string() if verb in _STRING_VERBS else None

    def _struct(self, value: GoObject, verb: str, *, top: bool) -> None:
        name = type_of(value).name
        sharp, named = self._flags.sharp_v, self._flags.sharp_v or self._flags.plus_v
        if name.startswith("*"):
            self._write(b"&" if top else b"0xc000000000")
            if not top:
                return
        self._write((name.lstrip("*").encode() if sharp else b"") + b"{")
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

    def sprintf(self, text: bytes, values: list[Value]) -> bytes:
        _Format(self, text, values).run()
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


_FLAG = {b"#": "sharp", b"0": "zero", b"+": "plus", b"-": "minus", b" ": "space"}
_DIGITS = re.compile(rb"[0-9]+")


class _Format:
    """One run of Sprintf over a format string."""

    def __init__(self, printer: Printer, text: bytes, values: list[Value]) -> None:
        self._printer = printer
        self._text = text
        self._values = values
        self._position = 0
        self._argument = 0
        self._reordered = False
        self._good = True
        self._after_index = False
        self._flags = Flags()

    def run(self) -> None:
        while self._position < len(self._text):
            percent = self._text.find(b"%", self._position)
            end = percent if percent >= 0 else len(self._text)
            self._printer.write(self._text[self._position : end])
            self._position = end + 1
            if percent >= 0:
                self._field()
        if not self._reordered and self._argument < len(self._values):
            self._printer.print_extra(self._values[self._argument :])

    def _peek(self) -> bytes:
        return self._text[self._position : self._position + 1]

    def _field(self) -> None:
        self._flags, self._good, self._after_index = Flags(), True, False
        while self._peek() in _FLAG:
            setattr(self._flags, _FLAG[self._peek()], True)
            self._position += 1
        if self._peek().islower() and self._argument < len(self._values):
            self._position += 1
            self._print(self._text[self._position - 1 : self._position].decode())
            return
        self._index()
        self._width()
        self._precision()
        if not self._after_index:
            self._index()
        self._verb()

    def _index(self) -> None:
        """`[3]`: which argument comes next."""
        self._after_index = False
        if self._peek() != b"[":
            return
        self._reordered = True
        number, width, good = _argument_number(self._text[self._position :])
        self._position += width
        if good and 0 <= number < len(self._values):
            self._argument, self._after_index = number, True
            return
        self._good, self._after_index = False, good

    def _width(self) -> None:
        if self._peek() == b"*":
            self._position += 1
            self._flags.width = self._int_argument()
            if self._flags.width is None:
                self._printer.write(b"%!(BADWIDTH)")
            elif self._flags.width < 0:
                self._flags.width, self._flags.minus, self._flags.zero = -self._flags.width, True, False
            self._after_index = False
            return
        self._flags.width = self._number()
        if self._after_index and self._flags.width is not None:
            self._good = False

    def _precision(self) -> None:
        if self._peek() != b"." or self._position + 1 >= len(self._text):
            return
        self._position += 1
        if self._after_index:
            self._good = False
        self._index()
        if self._peek() != b"*":
            self._flags.precision = self._number() or 0
            return
        self._position += 1
        precision = self._int_argument()
        self._flags.precision = precision if precision is not None and precision >= 0 else None
        if self._flags.precision is None:
            self._printer.write(b"%!(BADPREC)")
        self._after_index = False

    def _number(self) -> int | None:
        """Digits here; a number beyond all reason ends the format, as in Go."""
        match = _DIGITS.match(self._text, self._position)
        if match is None:
            return None
        if int(match[0][:-1].lstrip(b"0")[:12] or b"0") > _LARGEST_NUMBER:
            self._position = len(self._text)
            return None
        self._position = match.end()
        return int(match[0].lstrip(b"0") or b"0")

    def _int_argument(self) -> int | None:
        """The next argument, for `*`."""
        if self._argument >= len(self._values):
            return None
        value = self._values[self._argument]
        self._argument += 1
        if value is None or type_of(value).kind not in SIGNED | UNSIGNED or not isinstance(value, int):
            return None
        return int(value) if -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER else None

    def _verb(self) -> None:
        if self._position >= len(self._text):
            self._printer.write(b"%!(NOVERB)")
            return
        verb = runes.decode(self._text[self._position : self._position + 4])[0]
        self._position += len(runes.encode(verb))
        shown = runes.REPLACEMENT if runes.is_invalid(verb) else verb
        if verb == "%":
            self._printer.write(b"%")
        elif not self._good:
            self._printer.write(b"%!" + shown.encode() + b"(BADINDEX)")
        elif self._argument >= len(self._values):
            self._printer.write(b"%!" + shown.encode() + b"(MISSING)")
        else:
            self._print(shown)

    def _print(self, verb: str) -> None:
        if verb in "vw":
            self._flags.take_v()
        self._printer.print_arg(self._values[self._argument], verb, self._flags)
        self._argument += 1


def _argument_number(text: bytes) -> tuple[int, int, bool]:
    """`[3]`: the index from 0, how long it is, and whether it is a number."""
    end = text.find(b"]", 1)
    if end < 0 or len(text) < 3:  # noqa: PLR2004 - `[1]`
        return 0, 1, False
    digits = text[1:end]
    if not digits.isdigit() or len(digits) > len(str(_LARGEST_NUMBER)):
        return 0, end + 1, False
    return int(digits) - 1, end + 1, True


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
