"""Sprig's numbers: 64-bit integers that wrap, truncating division, and floats by decimal arithmetic.

The surprise: arguments are cast first, so `"017"` is 15 (octal) and `"1e3"` is 0.
"""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from headwater.gotemplate.errors import plain
from headwater.gotemplate.functions.cast import to_float, to_int
from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.values.numerals import NumeralError, parse_int
from headwater.gotemplate.values.values import Int64, IntSlice, Value, wrap

_ANY_TO_INT = "func(interface {}) int64"
_PAIR = "func(interface {}, interface {}) int64"
_MANY = "func(interface {}, ...interface {}) int64"
_LARGEST_EXPONENT = 1_000  # powers of ten beyond it are infinite, or nothing
_MANY_FLOATS = "func(interface {}, ...interface {}) float64"
_DIVISION_DIGITS = 16


@function("func(interface {}) int", "int")
def to_go_int(value: Value) -> int:
    """The value as an int."""
    return to_int(value)


@function(_ANY_TO_INT, "int64")
def to_int64(value: Value) -> Int64:
    """The value as an int64."""
    return Int64(to_int(value))


@function("func(interface {}) float64", "float64")
def to_float64(value: Value) -> float:
    """The value as a float64."""
    return to_float(value)


@function("func(string) int", "atoi")
def atoi(text: bytes) -> int:
    """A decimal text as an int."""
    try:
        return parse_int(text, 10)
    except NumeralError as fault:
        return int(fault.value)


@function(_ANY_TO_INT, "toDecimal")
def to_decimal(run: Run, value: Value) -> Int64:
    """An octal text as an int64."""
    try:
        return Int64(parse_int(run.show(value), 8))
    except NumeralError:
        return Int64(0)


@function("func(...interface {}) int64", "add")
def add(*values: Value) -> Int64:
    """The sum."""
    return Int64(wrap(sum(map(to_int, values))))


@function(_ANY_TO_INT, "add1")
def add1(value: Value) -> Int64:
    """One more."""
    return Int64(wrap(to_int(value) + 1))


@function(_PAIR, "sub")
def sub(left: Value, right: Value) -> Int64:
    """The difference."""
    return Int64(wrap(to_int(left) - to_int(right)))


@function(_MANY, "mul")
def mul(first: Value, *others: Value) -> Int64:
    """The product."""
    product = to_int(first)
    for other in others:
        product = wrap(product * to_int(other))
    return Int64(product)


def _divided(left: Value, right: Value) -> tuple[int, int]:
    dividend, divisor = to_int(left), to_int(right)
    if not divisor:
        raise plain("runtime error: integer divide by zero")
    quotient = abs(dividend) // abs(divisor)
    quotient = -quotient if (dividend < 0) != (divisor < 0) else quotient
    return quotient, dividend - quotient * divisor


@function(_PAIR, "div")
def div(left: Value, right: Value) -> Int64:
    """The quotient, cut towards zero."""
    return Int64(wrap(_divided(left, right)[0]))


@function(_PAIR, "mod")
def mod(left: Value, right: Value) -> Int64:
    """The remainder, with the sign of the first operand."""
    return Int64(_divided(left, right)[1])


@function(_MANY, "max", "biggest")
def largest(first: Value, *others: Value) -> Int64:
    """The largest, as integers."""
    return Int64(max(map(to_int, (first, *others))))


@function(_MANY, "min")
def smallest(first: Value, *others: Value) -> Int64:
    """The smallest, as integers."""
    return Int64(min(map(to_int, (first, *others))))


@function(_MANY_FLOATS, "maxf")
def largest_float(first: Value, *others: Value) -> float:
    """The largest, as floats."""
    return _extreme(max, first, others)


@function(_MANY_FLOATS, "minf")
def smallest_float(first: Value, *others: Value) -> float:
    """The smallest, as floats."""
    return _extreme(min, first, others)


def _extreme(choose: Callable[..., float], first: Value, others: tuple[Value, ...]) -> float:
    numbers = [to_float(first), *map(to_float, others)]
    infinite = [number for number in numbers if math.isinf(number)]
    if any(map(math.isnan, numbers)) and choose([*infinite, 0.0]) == 0.0:
        return math.nan
    known = (number for number in numbers if not math.isnan(number))
    return choose(known, key=lambda number: (number, math.copysign(1, number)))  # -0 lies below 0


# Lists of numbers.


@function("func(int) []int", "until")
def until(run: Run, count: int) -> IntSlice:
    """The integers from 0 up, or down, to the count, which is left out."""
    return until_step(run, 0, count, -1 if count < 0 else 1)


@function("func(int, int, int) []int", "untilStep")
def until_step(run: Run, start: int, stop: int, step: int) -> IntSlice:
    """The integers from start to stop, which is left out."""
    wrong_way = step >= 0 if stop < start else step <= 0
    numbers = range(0) if wrong_way else range(start, stop, step)
    run.elements(max((abs(stop - start)) // (abs(step) or 1), 0) if not wrong_way else 0)
    return IntSlice(numbers)


@function("func(...int) string", "seq")
def seq(run: Run, *numbers: int) -> bytes:
    """The integers between bounds, as the program `seq` prints them, on one line."""
    if len(numbers) == 1:
        return _sequence(run, 1, numbers[0], -1 if numbers[0] < 1 else 1)
    if len(numbers) == 2:  # noqa: PLR2004 - start and end
        return _sequence(run, numbers[0], numbers[1], -1 if numbers[1] < numbers[0] else 1)
    if len(numbers) == 3:  # noqa: PLR2004 - start, step and end
        start, step, end = numbers
        return b"" if end < start and step > 0 else _sequence(run, start, end, step)
    return b""


def _sequence(run: Run, start: int, end: int, step: int) -> bytes:
    stop = end + (-1 if end < start else 1)
    return b" ".join(b"%d" % number for number in until_step(run, start, stop, step) if isinstance(number, int))


@function("func(int, int) int", "randInt")
def rand_int(run: Run, low: int, high: int) -> int:
    """A random integer from low up to high, which is left out."""
    if high <= low:
        raise plain("invalid argument to Intn")
    return low + int.from_bytes(run.ambient.random(16), "big") % (high - low)


# Floats.


@function("func(interface {}) float64", "floor")
def floor(value: Value) -> float:
    """The next integer down, as a float."""
    return _whole(math.floor, to_float(value))


@function("func(interface {}) float64", "ceil")
def ceil(value: Value) -> float:
    """The next integer up, as a float."""
    return _whole(math.ceil, to_float(value))


def _whole(cut: Callable[[float], int], number: float) -> float:
    return math.copysign(float(cut(number)), number) if math.isfinite(number) else number


@function("func(interface {}, int, ...float64) float64", "round")
def round_to(value: Value, places: int, *threshold: float) -> float:
    """Rounded to so many places, up from a fraction of 0.5 or the one given."""
    power = _power_of_ten(places)
    digit = power * to_float(value)
    up = (math.modf(digit)[0] if math.isfinite(digit) else math.nan) >= (threshold[0] if threshold else 0.5)
    whole = _whole(math.ceil if up else math.floor, digit)
    if power:
        return whole / power
    return math.nan if whole == 0 or math.isnan(whole) else math.copysign(math.inf, whole)


def _power_of_ten(places: int) -> float:
    """Go's math.Pow(10, places): squares multiplied up, whose rounding shows beyond 22 digits."""
    if abs(places) > _LARGEST_EXPONENT:
        return math.inf if places > 0 else 0.0
    mantissa, exponent = 1.0, 0
    square, doubled = math.frexp(10.0)
    rest = abs(places)
    while rest:
        if rest & 1:
            mantissa, exponent = mantissa * square, exponent + doubled
        square, doubled, rest = square * square, doubled * 2, rest >> 1
        if square < 0.5:  # noqa: PLR2004 - mantissas stay between a half and one
            square, doubled = square * 2, doubled - 1
    try:
        return math.ldexp(1 / mantissa, -exponent) if places < 0 else math.ldexp(mantissa, exponent)
    except OverflowError:
        return math.inf


def _exact(value: Value) -> Fraction:
    number = to_float(value)
    if not math.isfinite(number):
        name = "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
        raise plain(f"Cannot create a Decimal from {name}")
    return Fraction(Decimal(repr(number)))


def _folded(
    run: Run, values: tuple[Value, ...], combine: Callable[[Fraction, Fraction], Fraction], start: Value
) -> float:
    total = _exact(start)
    for value in values:
        total = combine(total, _exact(value))
        run.step(1 + total.denominator.bit_length() // 64 + total.numerator.bit_length() // 64)
    try:
        return float(total)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


def _decimal_quotient(left: Fraction, right: Fraction) -> Fraction:
    """Rounded, half away from zero, to 16 digits after the point."""
    if not right:
        raise plain("decimal division by 0")
    scaled = abs(left / right) * 10**_DIVISION_DIGITS
    digits = math.floor(scaled + Fraction(1, 2))
    return Fraction(digits if (left < 0) == (right < 0) else -digits, 10**_DIVISION_DIGITS)


@function("func(interface {}) float64", "add1f")
def add1f(run: Run, value: Value) -> float:
    """One more, by decimal arithmetic."""
    return _folded(run, (1,), Fraction.__add__, value)


@function("func(...interface {}) float64", "addf")
def addf(run: Run, *values: Value) -> float:
    """The sum, by decimal arithmetic."""
    return _folded(run, values, Fraction.__add__, 0.0)


@function(_MANY_FLOATS, "subf")
def subf(run: Run, first: Value, *others: Value) -> float:
    """The difference, by decimal arithmetic."""
    return _folded(run, others, Fraction.__sub__, first)


@function(_MANY_FLOATS, "mulf")
def mulf(run: Run, first: Value, *others: Value) -> float:
    """The product, by decimal arithmetic."""
    return _folded(run, others, Fraction.__mul__, first)


@function(_MANY_FLOATS, "divf")
def divf(run: Run, first: Value, *others: Value) -> float:
    """The quotient, by decimal arithmetic with 16 digits after the point."""
    return _folded(run, others, _decimal_quotient, first)
