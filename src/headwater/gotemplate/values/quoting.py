"""`strconv.Quote` and `strconv.Unquote`."""

import re

from headwater.gotemplate.values import runes

_SHORT = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}
_LONG = {short[1]: char for char, short in _SHORT.items()}
_PLAIN = re.compile(rb"[ !#-\[\]-~]*")
_SIMPLE = re.compile(rb"[\t\n\r -~]*")
_SIMPLE_ESCAPES = ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\t", b"\\t"))
_LAST_ASCII = 0x7F
_LAST_OF_THE_FIRST_PLANE = 0xFFFF


class InvalidSyntaxError(ValueError):
    """Go's `invalid syntax`."""

    def __init__(self) -> None:
        super().__init__("invalid syntax")


def quote(text: bytes, *, ascii_only: bool = False) -> bytes:
    """A double-quoted Go string literal."""
    if _PLAIN.fullmatch(text):
        return b'"' + text + b'"'
    if _SIMPLE.fullmatch(text):
        for char, escaped in _SIMPLE_ESCAPES:
            text = text.replace(char, escaped)
        return b'"' + text + b'"'
    return b'"' + "".join(_escaped(char, '"', ascii_only=ascii_only) for char in runes.decode(text)).encode() + b'"'


def quote_rune(number: int, *, ascii_only: bool = False) -> bytes:
    """A single-quoted Go character literal; what is no code point becomes U+FFFD."""
    char = runes.rune(number).decode()
    return b"'" + _escaped(char, "'", ascii_only=ascii_only).encode() + b"'"


def _escaped(char: str, delimiter: str, *, ascii_only: bool) -> str:
    if char == delimiter:
        return "\\" + char
    if char in _SHORT:
        return _SHORT[char]
    code = ord(char)
    if runes.is_invalid(char):
        return f"\\x{code - 0xDC00:02x}"
    if runes.is_printable(char) and (code <= _LAST_ASCII or not ascii_only):
        return char
    if code < ord(" ") or code == _LAST_ASCII:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _LAST_OF_THE_FIRST_PLANE else f"\\U{code:08x}"


def can_backquote(text: bytes) -> bool:
    """Whether a raw literal can hold it: no control but tab, no backquote, no BOM, valid UTF-8."""
    return all(
        not runes.is_invalid(char) and char not in "\ufeff`\x7f" and (char >= " " or char == "\t")
        for char in runes.decode(text)
    )


def unquote(literal: bytes) -> bytes:
    """The text of a quoted or raw string literal.

    Raises: InvalidSyntaxError.
    """
    if literal[:1] == b"`":
        return literal[1:-1].replace(b"\r", b"")
    body = literal[1:-1]
    if b"\n" in body:
        raise InvalidSyntaxError
    if b"\\" not in body:
        return "".join(map(_repaired, runes.decode(body))).encode() if not body.isascii() else body
    out, position = bytearray(), 0
    while position < len(body):
        _, written, position = unquote_char(body, position, b'"')
        out += written
    return bytes(out)


def _repaired(char: str) -> str:
    return runes.REPLACEMENT if runes.is_invalid(char) else char


_FIRST_MULTIBYTE = 0x80
_NUMERIC = re.compile(rb"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})")


def unquote_char(body: bytes, position: int, delimiter: bytes) -> tuple[int, bytes, int]:
    """The character at `position`: its code, what it puts into a string, and where the next one starts.

    Raises: InvalidSyntaxError.
    """
    first = body[position : position + 1]
    if first == delimiter or not first:
        raise InvalidSyntaxError
    if first != b"\\":
        char = runes.decode(body[position : position + 4])[0]
        size = len(runes.encode(char))
        code = 0xFFFD if runes.is_invalid(char) else ord(char)
        return code, runes.rune(code), position + size
    return _escape(body, position + 1, delimiter)


def _escape(body: bytes, position: int, delimiter: bytes) -> tuple[int, bytes, int]:
    letter = body[position : position + 1]
    if letter.decode("latin-1") in _LONG and letter:
        code = ord(_LONG[letter.decode("latin-1")])
        return code, bytes([code]), position + 1
    if letter == delimiter and letter:
        return letter[0], letter, position + 1
    match = _NUMERIC.match(body, position)
    if match is None:
        raise InvalidSyntaxError
    return _numeric_escape(match)


def _numeric_escape(match: re.Match[bytes]) -> tuple[int, bytes, int]:
    byte, short, long, octal = match.groups()
    if short or long:
        code = int(short or long, 16)
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:  # noqa: PLR2004 - beyond Unicode, and the surrogates
            raise InvalidSyntaxError
        return code, runes.rune(code), match.end()
    code = int(byte, 16) if byte else int(octal, 8)
    if code > 0xFF:  # noqa: PLR2004 - more than a byte
        raise InvalidSyntaxError
    return code, bytes([code]), match.end()
