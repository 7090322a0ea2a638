"""Numeric constants: one literal in every type that can hold it, as Go's untyped constants adapt."""

import math
import re

from headwater.gotemplate.parse.items import CHAR_CONSTANT, COMPLEX, ItemType
from headwater.gotemplate.parse.nodes import NumberNode
from headwater.gotemplate.values.numerals import NumeralError, parse_float, parse_int, parse_uint
from headwater.gotemplate.values.quoting import InvalidSyntaxError, quote, unquote_char
from headwater.gotemplate.values.runes import repaired

_FLOATING = re.compile(rb"[.eEpP]")
_MAX_INT = 1 << 63
_MAX_UINT = 1 << 64


class ConstantError(ValueError):
    """A literal that is no constant; the text is Go's."""


def new_number(position: int, text: bytes, kind: ItemType) -> NumberNode:
    """Raises: ConstantError."""
    if kind is CHAR_CONSTANT:
        return _character(position, text)
    if kind is COMPLEX:
        return _complex(position, text)
    if text.endswith(b"i"):
        imaginary = _float(text[:-1])
        if imaginary is not None:
            return _simplified(NumberNode(position, text, as_complex=complex(0, imaginary)))
    return _real(position, text)


def _character(position: int, text: bytes) -> NumberNode:
    try:
        code, _, end = unquote_char(text, 1, b"'")
    except InvalidSyntaxError as fault:
        raise ConstantError(str(fault)) from fault
    if text[end:] != b"'":
        raise ConstantError(f"malformed character constant: {repaired(text)}")
    return NumberNode(position, text, as_int=code, as_uint=code, as_float=float(code))


_COMPLEX = re.compile(rb"(.+?)((?<![eEpP])[+-].*)i", re.DOTALL)


def _complex(position: int, text: bytes) -> NumberNode:
    match = _COMPLEX.fullmatch(text)
    real, imaginary = (_scanned(match[1]), _scanned(match[2])) if match else (None, None)
    if real is None or imaginary is None:
        raise ConstantError("syntax error scanning complex number")
    return _simplified(NumberNode(position, text, as_complex=complex(real, imaginary)))


def _scanned(text: bytes) -> float | None:
    """As fmt.Sscan reads a part of a complex number: any base, but no lone prefix."""
    exact = _integer(text)
    return float(exact) if exact is not None and b"." not in text else _float(text)


def _integer(text: bytes) -> int | None:
    try:
        return parse_int(text)
    except NumeralError:
        return None


def _unsigned(text: bytes) -> int | None:
    try:
        return parse_uint(text)
    except NumeralError:
        return None


def _float(text: bytes) -> float | None:
    try:
        return parse_float(text)
    except NumeralError:
        return None


def _simplified(node: NumberNode) -> NumberNode:
    """A complex constant without an imaginary part is also a float, and perhaps an int."""
    if node.as_complex is not None and not node.as_complex.imag:
        _add_float(node, node.as_complex.real)
    return node


def _add_float(node: NumberNode, number: float) -> None:
    """The constant as a float, and as integers when it is a whole number that they hold."""
    node.as_float = number
    if math.isfinite(number) and number == int(number):
        whole = int(number)
        node.as_int = whole if -_MAX_INT <= whole < _MAX_INT else None
        node.as_uint = whole if 0 <= whole < _MAX_UINT else None


def _real(position: int, text: bytes) -> NumberNode:
    node = NumberNode(position, text, as_int=_integer(text), as_uint=_unsigned(text))
    whole = node.as_int if node.as_int is not None else node.as_uint
    if whole is not None:
        node.as_float = float(whole)
        node.as_uint = 0 if whole == 0 else node.as_uint  # -0 too
        return node
    number = _float(text)
    if number is None:
        raise ConstantError(f"illegal number syntax: {repaired(quote(text))}")
    if not _FLOATING.search(text):
        raise ConstantError(f"integer overflow: {repaired(quote(text))}")
    _add_float(node, number)
    return node
