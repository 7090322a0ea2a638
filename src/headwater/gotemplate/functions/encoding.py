"""Sprig's encodings.

The surprise: a text that cannot be decoded gives the text of the error, so a mistake ends up as the secret's value.
"""

import base64
import binascii
import re

from headwater.gotemplate.functions.registry import Run, function

_TEXT = "func(string) string"
_ALPHABET_64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_ALPHABET_32 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_BREAK = re.compile(rb"[\r\n]")
_WHOLE_64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_QUANTUM = 4


class CorruptInputError(ValueError):
    """Where a text stops being of its encoding."""

    def __init__(self, encoding: str, position: int) -> None:
        super().__init__(f"illegal {encoding} data at input byte {position}")


def decode_base64(text: bytes) -> bytes:
    """Standard base64, line breaks skipped.

    Raises: CorruptInputError.
    """
    bare = _BREAK.sub(b"", text)
    if not _WHOLE_64.fullmatch(bare):
        raise CorruptInputError("base64", _corrupt_base64(text))
    return binascii.a2b_base64(bare)


def _corrupt_base64(text: bytes) -> int:
    """The byte that Go names: the first one out of place, or where a short last quantum starts."""
    place = 0  # within a quantum of four
    for position, byte in enumerate(text):
        if byte in b"\r\n":
            continue
        if byte == ord("="):
            return _corrupt_padding(text, position, place)
        if byte not in _ALPHABET_64:
            return position
        place = (place + 1) % _QUANTUM
    return len(text) - place


def _corrupt_padding(text: bytes, position: int, place: int) -> int:
    if place < 2:  # noqa: PLR2004 - padding never stands for more than two characters
        return position
    following = _after_breaks(text, position + 1)
    if place == 2:  # noqa: PLR2004 - a second one must follow
        if following == len(text):
            return len(text)
        if text[following] != ord("="):
            return following - 1
        following = _after_breaks(text, following + 1)
    return following


def _after_breaks(text: bytes, position: int) -> int:
    while position < len(text) and text[position] in b"\r\n":
        position += 1
    return position


@function(_TEXT, "b64enc")
def b64enc(run: Run, text: bytes) -> bytes:
    """The text in base64."""
    run.allot(len(text))
    return binascii.b2a_base64(text, newline=False)


@function(_TEXT, "b64dec")
def b64dec(text: bytes) -> bytes:
    """The bytes of a base64 text."""
    try:
        return decode_base64(text)
    except CorruptInputError as error:
        return str(error).encode()


@function(_TEXT, "b32enc")
def b32enc(run: Run, text: bytes) -> bytes:
    """The text in base32."""
    run.allot(len(text))
    return base64.b32encode(text)


@function(_TEXT, "b32dec")
def b32dec(text: bytes) -> bytes:
    """The bytes of a base32 text."""
    bare = _BREAK.sub(b"", text)
    try:
        end = _end_base32(bare)
    except CorruptInputError as error:
        return str(error).encode()
    digits = bare[:end]
    return base64.b32decode(digits + b"=" * (-len(digits) % 8))


def _end_base32(text: bytes) -> int:
    """Where the digits end and the padding starts.

    Raises: CorruptInputError.
    """
    for position, byte in enumerate(text):
        place, left = position % 8, len(text) - position - 1
        if byte == ord("=") and place >= 2 and left < 8:  # noqa: PLR2004 - the last quantum
            _check_padding(text, position, place)
            return position
        if byte not in _ALPHABET_32:
            raise CorruptInputError("base32", position)
    if len(text) % 8:
        raise CorruptInputError("base32", len(text) - len(text) % 8)
    return len(text)


def _check_padding(text: bytes, position: int, place: int) -> None:
    rest = text[position + 1 :]
    if len(rest) + place < 7:  # noqa: PLR2004 - a quantum of eight
        raise CorruptInputError("base32", len(text))
    for offset in range(7 - place):
        if offset < len(rest) and rest[offset] != ord("="):
            raise CorruptInputError("base32", position + offset)
    if place in (3, 6):
        raise CorruptInputError("base32", position)


_HEX = frozenset(b"0123456789abcdefABCDEF")


@function(_TEXT, "hexdec")
def hexdec(text: bytes) -> bytes:
    """The bytes of a hexadecimal text."""
    bad = next((byte for byte in text if byte not in _HEX), None)
    if bad is not None:
        char = chr(bad)
        shown = f" '{char}'" if char.isprintable() and bad != 0xAD else ""  # noqa: PLR2004 - the soft hyphen
        return f"encoding/hex: invalid byte: U+{bad:04X}{shown}".encode()
    return binascii.unhexlify(text) if len(text) % 2 == 0 else b"encoding/hex: odd length hex string"
