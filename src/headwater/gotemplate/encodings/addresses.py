"""Go's net/netip.ParseAddr: whether a text is an address, and in which words it is not.

The surprise: nothing is kept of an address but its version; URLs want only to know whether theirs is one.
"""

import re

from headwater.gotemplate.errors import GoError
from headwater.gotemplate.values.quoting import quote

_FIELDS, _LONGEST_FIELD = 8, 4
_FIRST = re.compile(rb"[.:%]")
_HEX = re.compile(rb"[0-9a-fA-F]*")
_OCTETS, _LARGEST_OCTET = 4, 255
_WORDS_OF_IPV4 = 2


class _FaultError(ValueError):
    """A message, and the text at which it holds."""

    def __init__(self, message: bytes, at: bytes = b"") -> None:
        super().__init__(message, at)
        self.text = message + (b" (at " + quote(at) + b")" if at else b"")


def address_version(text: bytes) -> int:
    """4 or 6.

    Raises: GoError.
    """
    try:
        return _version(text)
    except _FaultError as fault:
        raise GoError(b"ParseAddr(" + quote(text) + b"): " + fault.text) from fault


def _version(text: bytes) -> int:
    first = _FIRST.search(text)
    if first is None:
        raise _FaultError(b"unable to parse IP")
    if first[0] == b".":
        _check_ipv4(text)
        return 4
    if first[0] == b"%":
        raise _FaultError(b"missing IPv6 address")
    address, percent, zone = text.partition(b"%")
    if percent and not zone:
        raise _FaultError(b"zone must be a non-empty string")
    _check_ipv6(address)
    return 6


def _check_ipv4(text: bytes) -> None:
    octets, digits = 1, b""
    for at, byte in enumerate(text):
        char = bytes([byte])
        if char.isdigit():
            digits = _octet(digits, char)
        elif char != b".":
            raise _FaultError(b"unexpected character", text[at:])
        elif not digits or at == len(text) - 1:
            raise _FaultError(b"IPv4 field must have at least one digit", text[at:])
        elif octets == _OCTETS:
            raise _FaultError(b"IPv4 address too long")
        else:
            octets, digits = octets + 1, b""
    if octets < _OCTETS:
        raise _FaultError(b"IPv4 address too short")


def _octet(digits: bytes, char: bytes) -> bytes:
    if digits == b"0":
        raise _FaultError(b"IPv4 field has octet with leading zero")
    if int(digits + char) > _LARGEST_OCTET:
        raise _FaultError(b"IPv4 field has value >255")
    return digits + char


def _check_ipv6(text: bytes) -> None:
    shortened = text.startswith(b"::")
    rest, fields, done = text[2:] if shortened else text, 0, text == b"::"
    while not done and fields < _FIELDS:
        digits = _group(rest)
        if rest[len(digits) : len(digits) + 1] == b".":
            _check_embedded(rest, fields, shortened=shortened)
            rest, fields = b"", fields + _WORDS_OF_IPV4
            break
        fields += 1
        rest = rest[len(digits) :]
        if not rest:
            break
        rest = _after_colon(rest)
        if rest.startswith(b":"):
            if shortened:
                raise _FaultError(b"multiple :: in address", rest)
            shortened, rest = True, rest[1:]
            done = not rest
    _check_end(rest, fields, shortened=shortened)


def _group(rest: bytes) -> bytes:
    match = _HEX.match(rest)
    digits = match[0] if match is not None else b""
    if len(digits) > _LONGEST_FIELD:
        raise _FaultError(b"each group must have 4 or less digits", rest)
    if not digits:
        raise _FaultError(b"each colon-separated field must have at least one digit", rest)
    return digits


def _check_embedded(rest: bytes, fields: int, *, shortened: bool) -> None:
    if not shortened and fields != _FIELDS - _WORDS_OF_IPV4:
        raise _FaultError(b"embedded IPv4 address must replace the final 2 fields of the address", rest)
    if fields > _FIELDS - _WORDS_OF_IPV4:
        raise _FaultError(b"too many hex fields to fit an embedded IPv4 at the end of the address", rest)
    _check_ipv4(rest)


def _after_colon(rest: bytes) -> bytes:
    if not rest.startswith(b":"):
        raise _FaultError(b"unexpected character, want colon", rest)
    if len(rest) == 1:
        raise _FaultError(b"colon must be followed by more characters", rest)
    return rest[1:]


def _check_end(rest: bytes, fields: int, *, shortened: bool) -> None:
    if rest:
        raise _FaultError(b"trailing garbage after address", rest)
    if fields < _FIELDS and not shortened:
        raise _FaultError(b"address string too short")
    if fields == _FIELDS and shortened:
        raise _FaultError(b"the :: must expand to at least one field of zeros")
