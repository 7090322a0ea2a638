"""Sprintf: a format string run over its arguments.

The surprise: nothing in a format is an error; what is amiss is printed in place, as `%!d(MISSING)`.
"""

import re

from headwater.gotemplate.limits import Meter
from headwater.gotemplate.printing.fields import Flags
from headwater.gotemplate.printing.printer import Printer
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.gotypes import SIGNED, UNSIGNED
from headwater.gotemplate.values.values import Value, type_of

_LARGEST_NUMBER = 1_000_000

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


def _strings_alone(text: bytes, strings: list[Value], meter: Meter) -> bytes:
    """Python's own formatting does the same, where there is nothing but `%s` and strings."""
    meter.allot(len(text) + sum(map(len, strings)))  # type: ignore[arg-type] # they are all bytes
    return text % tuple(strings)


def sprintf(text: bytes, values: list[Value], meter: Meter) -> bytes:
    if text.count(b"%") == text.count(b"%s") == len(values) and all(type(value) is bytes for value in values):
        return _strings_alone(text, values, meter)
    printer = Printer(meter)
    _Format(printer, text, values).run()
    return printer.text()
