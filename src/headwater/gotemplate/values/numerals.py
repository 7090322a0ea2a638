"""Numbers to text and back, as `strconv` has it: ParseInt, ParseUint, ParseFloat, FormatFloat.

The surprise: Python's `repr` finds the same shortest digits as Go; only the layout differs.
"""

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

_INTEGER = re.compile(
    rb"([+-]?)(?:0([xX])([0-9a-fA-F_]+)|0([bB])([01_]+)|0([oO])([0-7_]+)|(0[0-7_]+)|([1-9][0-9_]*|0))"
)
_LONE_UNDERSCORE = re.compile(rb"(?<![0-9])_|_(?![0-9])")
_LONE_UNDERSCORE_HEX = re.compile(rb"(?<![0-9a-fA-F])_|_(?![0-9a-fA-F])")
_PREFIX = re.compile(rb"[+-]?0[xXbBoO]")
_DECIMAL_FLOAT = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX_FLOAT = re.compile(rb"([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)")
_SPECIAL = re.compile(rb"[+-]?(?:inf|infinity)|nan", re.IGNORECASE)
_MAX_UINT = (1 << 64) - 1
_MOST_DIGITS = len(str(_MAX_UINT))
_DIGITS = re.compile(rb"[+-]?0*([0-9]+)")
_MAX_INT = (1 << 63) - 1
_LONGEST_EXPONENT = 6


class NumeralError(ValueError):
    """Go's NumError without its words: `reason` is `invalid syntax` or `value out of range`.

    `value` is what the function returns along with the error.
    """

    def __init__(self, reason: str, value: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


def _underscores_ok(text: bytes) -> bool:
    """Whether each underscore stands between digits, or between a prefix and a digit."""
    lone = _LONE_UNDERSCORE_HEX if b"x" in text[:3].lower() else _LONE_UNDERSCORE
    return not lone.search(_PREFIX.sub(b"0", text))


def _magnitude(text: bytes, base: int) -> tuple[bool, int]:
    """Sign and size; base 0 reads prefixes and underscores."""
    if base:
        return _plain_magnitude(text, base)
    match = _INTEGER.fullmatch(text)
    if match is None or (b"_" in text and not _underscores_ok(text)):
        raise NumeralError("invalid syntax")
    sign, _, hexadecimal, _, binary, _, octal, leading, decimal = match.groups()
    for digits, radix in ((hexadecimal, 16), (binary, 2), (octal, 8), (leading, 8), (decimal, 10)):
        if digits is not None:
            return sign == b"-", _digits(digits.replace(b"_", b""), radix)
    raise NumeralError("invalid syntax")  # pragma: no cover - one group always matched


_PLAIN = {10: re.compile(rb"([+-]?)([0-9]+)"), 8: re.compile(rb"([+-]?)([0-7]+)")}


def _plain_magnitude(text: bytes, base: int) -> tuple[bool, int]:
    match = _PLAIN[base].fullmatch(text)
    if match is None:
        raise NumeralError("invalid syntax")
    return match[1] == b"-", _digits(match[2], base)


def _digits(digits: bytes, base: int) -> int:
    """The number, or just one beyond 64 bits when it is longer than any such number."""
    stripped = digits.lstrip(b"0")
    if not digits:
        raise NumeralError("invalid syntax")
    return int(stripped or b"0", base) if len(stripped) <= 64 else _MAX_UINT + 1  # noqa: PLR2004 - 64 binary digits


def parse_int(text: bytes, base: int = 0) -> int:
    """Raises: NumeralError."""
    try:
        negative, size = _magnitude(text, base)
    except NumeralError:
        if base != 10 or not _starts_too_large(text):  # noqa: PLR2004 - decimal
            raise
        negative, size = text.startswith(b"-"), _MAX_UINT
    if size > _MAX_INT + negative:
        raise NumeralError("value out of range", -_MAX_INT - 1 if negative else _MAX_INT)
    return -size if negative else size


def _starts_too_large(text: bytes) -> bool:
    """Go stops at the first digit too many, before it sees what follows."""
    match = _DIGITS.match(text)
    digits = match[1] if match is not None else b""
    return len(digits) > _MOST_DIGITS or (len(digits) == _MOST_DIGITS and int(digits) > _MAX_UINT)


def parse_uint(text: bytes) -> int:
    """Raises: NumeralError."""
    if text[:1] in b"+-":
        raise NumeralError("invalid syntax")
    size = _magnitude(text, 0)[1]
    if size > _MAX_UINT:
        raise NumeralError("value out of range", _MAX_UINT)
    return size


def parse_float(text: bytes) -> float:
    """Raises: NumeralError."""
    if b"_" in text and not _underscores_ok(text):
        raise NumeralError("invalid syntax")
    bare = text.replace(b"_", b"")
    hexadecimal = _HEX_FLOAT.fullmatch(bare)
    if hexadecimal is not None:
        number = _hex_float(hexadecimal)
    elif _DECIMAL_FLOAT.fullmatch(bare) or _SPECIAL.fullmatch(bare):
        number = float(bare)
    else:
        raise NumeralError("invalid syntax")
    if math.isinf(number) and not _SPECIAL.fullmatch(text):
        raise NumeralError("value out of range", number)
    return number


def _hex_float(match: re.Match[bytes]) -> float:
    sign, whole, fraction, exponent = match[1], match[2], match[3] or b"", match[4]
    if not whole + fraction or len(exponent) > _LONGEST_EXPONENT:
        raise NumeralError("invalid syntax" if not whole + fraction else "value out of range")
    power = int(exponent) - 4 * len(fraction)
    if abs(power) > 4 * len(whole + fraction) + 1100:
        number = math.inf if power > 0 and int(whole + fraction, 16) else 0.0
    else:
        number = _to_float(Fraction(int(whole + fraction, 16)) * Fraction(2) ** power)
    return -number if sign == b"-" else number


def _to_float(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf


def shortest(number: float) -> tuple[str, int]:
    """The fewest digits that read back as this finite number, and where the point stands: 0.digits * 10**point."""
    mantissa, _, exponent = f"{abs(number)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits)) if digits else 1
    return (digits.rstrip("0") or "0"), point


def _rounded(number: float, count: int) -> tuple[str, int]:
    """As `shortest`, with exactly `count` digits."""
    if not number:
        return "0" * count, 1
    exact = Context(prec=count, rounding=ROUND_HALF_EVEN).create_decimal(Decimal(abs(number)))
    digits = "".join(map(str, exact.as_tuple().digits))
    point = len(digits) + int(exact.as_tuple().exponent)
    return digits.ljust(count, "0"), point


def format_float(number: float, verb: str, precision: int = -1) -> str:
    """`strconv.FormatFloat` with 64 bits; precision -1 asks for the shortest digits.

    Verbs: e E f g G x X b.
    """
    if math.isnan(number):
        return "NaN"
    sign = "-" if math.copysign(1, number) < 0 else ""
    if math.isinf(number):
        return sign + "Inf" if sign else "+Inf"
    if verb in "xX":
        text = _hexadecimal(abs(number), precision)
        return sign + (text.upper() if verb == "X" else text)
    if verb == "b":
        return sign + _binary(abs(number))
    text = _decimal(number, verb.lower(), precision)
    return sign + (text.upper() if verb.isupper() else text)


def _decimal(number: float, verb: str, precision: int) -> str:
    if verb == "f":
        return f"{Decimal(abs(number)):.{precision}f}" if precision >= 0 else _positional(*shortest(number))
    if verb == "e":
        digits, point = shortest(number) if precision < 0 else _rounded(number, precision + 1)
        return _exponential(digits, point)
    digits, point = shortest(number) if precision < 0 else _rounded(number, precision or 1)
    digits = digits.rstrip("0") or "0"
    limit = 6 if precision < 0 else (precision or 1)
    if precision > len(digits) >= point:
        limit = len(digits)
    return _exponential(digits, point) if point - 1 < -4 or point - 1 >= limit else _positional(digits, point)  # noqa: PLR2004 - Go's %g


def _exponential(digits: str, point: int) -> str:
    exponent = point - 1
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _positional(digits: str, point: int) -> str:
    if point <= 0:
        return "0." + "0" * -point + digits
    if len(digits) <= point:
        return digits + "0" * (point - len(digits))
    return digits[:point] + "." + digits[point:]


def _hexadecimal(number: float, precision: int) -> str:
    mantissa, exponent = math.frexp(number)
    if not number:
        return "0x0" + ("." + "0" * precision if precision > 0 else "") + "p+00"
    bits, exponent = int(mantissa * (1 << 53)), exponent - 1  # 1.52 bits after the leading one
    if 0 <= precision < 13:  # noqa: PLR2004 - hexadecimal digits of 52 bits
        dropped = 52 - 4 * precision
        bits = _round_half_even(bits, dropped)
        if bits >> 53:
            bits, exponent = bits >> 1, exponent + 1
    digits = f"{bits & ((1 << 52) - 1):013x}"
    digits = digits.rstrip("0") if precision < 0 else digits[:precision].ljust(precision, "0")
    return f"0x1{'.' if digits else ''}{digits}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _round_half_even(bits: int, dropped: int) -> int:
    kept, rest, half = bits >> dropped, bits & ((1 << dropped) - 1), 1 << (dropped - 1)
    if rest > half or (rest == half and kept & 1):
        kept += 1
    return kept << dropped


def _binary(number: float) -> str:
    mantissa, exponent = math.frexp(number)
    bits, exponent = int(mantissa * (1 << 53)), exponent - 53
    if exponent < -1074:  # noqa: PLR2004 - denormal numbers keep the smallest exponent
        bits, exponent = bits >> (-1074 - exponent), -1074
    if not number:
        bits, exponent = 0, -1074
    return f"{bits}p{'-' if exponent < 0 else '+'}{abs(exponent)}"
