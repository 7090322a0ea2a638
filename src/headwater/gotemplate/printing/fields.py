"""One formatted field: flags, width and precision applied to a number, a string or a character.

The surprise: width counts runes, and zeros pad on the left only, even around the text of a wrong verb.
"""

from dataclasses import dataclass

from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import quoting, runes
from headwater.gotemplate.values.numerals import format_float

_MAX_RUNE = 0x10FFFF
_BASES = {"d": 10, "v": 10, "b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
_FORMATS = {2: "b", 8: "o", 10: "d", 16: "x"}
_WORD = 1 << 64


@dataclass(slots=True)
class Flags:
    """What stands between `%` and the verb; None where width or precision is absent."""

    plus: bool = False
    minus: bool = False
    sharp: bool = False
    space: bool = False
    zero: bool = False
    plus_v: bool = False
    sharp_v: bool = False
    width: int | None = None
    precision: int | None = None

    def take_v(self) -> None:
        """`%+v` and `%#v` mean other things than `+` and `#` elsewhere."""
        self.sharp_v, self.sharp = self.sharp, False
        self.plus_v, self.plus = self.plus, False


def pad(flags: Flags, text: bytes, meter: Meter, *, zeros: bool | None = None) -> bytes:
    if not flags.width:
        return text
    missing = flags.width - (len(text) if text.isascii() else len(runes.decode(text)))
    if missing <= 0:
        return text
    meter.allot(missing)
    if flags.minus:
        return text + b" " * missing
    use_zeros = flags.zero if zeros is None else zeros
    return (b"0" if use_zeros else b" ") * missing + text


def boolean(flags: Flags, value: bool, meter: Meter) -> bytes:  # noqa: FBT001 - the value itself
    return pad(flags, b"true" if value else b"false", meter)


def integer(flags: Flags, number: int, verb: str, meter: Meter) -> bytes:
    if flags.precision == 0 and number == 0:
        meter.allot(flags.width or 0)
        return b" " * (flags.width or 0)
    base = _BASES[verb]
    digits = format(abs(number), _FORMATS[base])
    least = _least_digits(flags, negative=number < 0)
    meter.allot(least)
    text = _prefix(flags, digits.rjust(least, "0"), base, verb)
    sign = "-" if number < 0 else "+" if flags.plus else " " if flags.space else ""
    text = sign + text
    return pad(flags, (text.upper() if verb == "X" else text).encode(), meter, zeros=False)


def _least_digits(flags: Flags, *, negative: bool) -> int:
    if flags.precision is not None:
        return flags.precision
    if flags.zero and not flags.minus and flags.width is not None:
        return flags.width - (negative or flags.plus or flags.space)
    return 0


def _prefix(flags: Flags, digits: str, base: int, verb: str) -> str:
    if flags.sharp and base in (2, 16):
        digits = ("0b" if base == 2 else "0x") + digits  # noqa: PLR2004 - binary
    elif flags.sharp and base == 8 and digits[0] != "0":  # noqa: PLR2004 - octal
        digits = "0" + digits
    return "0o" + digits if verb == "O" else digits


def character(flags: Flags, number: int, meter: Meter) -> bytes:
    return pad(flags, runes.rune(number), meter)


def quoted_character(flags: Flags, number: int, meter: Meter) -> bytes:
    return pad(flags, quoting.quote_rune(number, ascii_only=flags.plus), meter)


def code_point(flags: Flags, number: int, meter: Meter) -> bytes:
    """`%U` and `%#U`; negative numbers as their 64 bits."""
    bits = number % _WORD
    precision = max(flags.precision or 0, 4)
    meter.allot(precision)
    text = f"U+{bits:0{precision}X}"
    if flags.sharp and bits <= _MAX_RUNE and not 0xD800 <= bits < 0xE000 and runes.is_printable(chr(bits)):  # noqa: PLR2004
        text += f" '{chr(bits)}'"
    return pad(flags, text.encode(), meter, zeros=False)


def string(flags: Flags, text: bytes, meter: Meter) -> bytes:
    return pad(flags, _truncated(flags, text), meter)


def _truncated(flags: Flags, text: bytes) -> bytes:
    if flags.precision is None or len(text) <= flags.precision:
        return text
    return runes.encode(runes.decode(text)[: flags.precision])


def quoted(flags: Flags, text: bytes, meter: Meter) -> bytes:
    text = _truncated(flags, text)
    if flags.sharp and quoting.can_backquote(text):
        return pad(flags, b"`" + text + b"`", meter)
    return pad(flags, quoting.quote(text, ascii_only=flags.plus), meter)


def hexadecimal(flags: Flags, text: bytes, verb: str, meter: Meter) -> bytes:
    """`%x` of a string: two digits a byte."""
    if flags.precision is not None:
        text = text[: flags.precision]
    prefix = "0x" if flags.sharp and text else ""
    pairs = (f" {prefix}" if flags.space else "").join(f"{byte:02x}" for byte in text)
    shown = prefix + pairs
    return pad(flags, (shown.upper() if verb == "X" else shown).encode(), meter)


def floating(flags: Flags, number: float, verb: str, precision: int, meter: Meter) -> bytes:
    if flags.precision is not None:
        precision = flags.precision
    meter.allot(max(precision, 0))
    text = format_float(number, verb, precision)
    text = text if text[0] in "+-" else "+" + text
    if flags.space and text[0] == "+" and not flags.plus:
        text = " " + text[1:]
    if text[1] in "IN":
        return _not_finite(flags, text, meter)
    if flags.sharp and verb != "b":
        text = _with_point(text, verb, precision)
    if not flags.plus and text[0] == "+":
        return pad(flags, text[1:].encode(), meter)
    if flags.zero and not flags.minus and flags.width is not None and flags.width > len(text):
        meter.allot(flags.width)
        return (text[0] + text[1:].rjust(flags.width - 1, "0")).encode()
    return pad(flags, text.encode(), meter)


def _not_finite(flags: Flags, text: str, meter: Meter) -> bytes:
    if text[1] == "N" and not flags.space and not flags.plus:
        text = text[1:]
    return pad(flags, text.encode(), meter, zeros=False)


def _with_point(text: str, verb: str, precision: int) -> str:
    """`%#g` and its like: always a point, and trailing zeros kept."""
    digits = (6 if precision == -1 else precision) if verb in "gGxv" else 0
    cut = next((at for at, char in enumerate(text) if char in ("pP" if verb in "xX" else "eE")), len(text))
    number, tail = text[:cut], text[cut:]
    digits -= len(number[1:].replace(".", "").lstrip("0"))  # Go counts the x of 0x as one of them
    if "." not in number:
        digits -= number[1:] == "0"
        number += "."
    return number + "0" * max(digits, 0) + tail
