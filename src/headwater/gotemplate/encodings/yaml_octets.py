"""go-yaml's reader: a text's octets to characters, in the encoding that its first ones name.

The surprise: a text that starts with a UTF-16 byte order mark is read as UTF-16.
"""

import re
import struct

from headwater.gotemplate.encodings.yaml_errors import YamlError
from headwater.gotemplate.values import runes

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff\udc80-\udcff]")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "<H", b"\xfe\xff": ">H"}
_SHORTEST = {2: 0x80, 3: 0x800, 4: 0x10000}
_SURROGATES, _HIGH, _LOW = 0xFC00, 0xD800, 0xDC00


def readable(text: bytes) -> str:
    """The text without its byte order mark.

    Raises: YamlError.
    """
    layout = _UTF16.get(text[:2])
    decoded = runes.decode(text.removeprefix(_UTF8_MARK)) if layout is None else _from_utf16(text[2:], layout)
    bad = _UNREADABLE.search(decoded)
    if bad is not None and runes.is_invalid(bad[0]):
        raise YamlError(_octet_problem(text.removeprefix(_UTF8_MARK), len(decoded[: bad.start()].encode())))
    if bad is not None:
        raise YamlError("control characters are not allowed")
    return decoded


def _octet_problem(text: bytes, at: int) -> str:
    first = text[at]
    width = 2 if first & 0xE0 == 0xC0 else 3 if first & 0xF0 == 0xE0 else 4 if first & 0xF8 == 0xF0 else 0  # noqa: PLR2004
    if not width:
        return "invalid leading UTF-8 octet"
    if at + width > len(text):
        return "incomplete UTF-8 octet sequence"
    code = first & (0xFF >> (width + 1))
    for octet in text[at + 1 : at + width]:
        if octet & 0xC0 != 0x80:  # noqa: PLR2004 - a continuation
            return "invalid trailing UTF-8 octet"
        code = code << 6 | octet & 0x3F
    return "invalid length of a UTF-8 sequence" if code < _SHORTEST[width] else "invalid Unicode character"


def _from_utf16(text: bytes, layout: str) -> str:
    units = [unit for (unit,) in struct.iter_unpack(layout, text[: len(text) & ~1])]
    characters: list[str] = []
    while len(characters) < len(units):
        characters.append(_character(units, len(characters)))
    if len(text) & 1:
        raise YamlError("incomplete UTF-16 character")
    return "".join(characters)


def _character(units: list[int], at: int) -> str:
    """The character of one unit; of a pair's second, none."""
    unit = units[at]
    if unit & _SURROGATES == _LOW:
        if at and units[at - 1] & _SURROGATES == _HIGH:
            return ""
        raise YamlError("unexpected low surrogate area")
    if unit & _SURROGATES != _HIGH:
        return chr(unit)
    if at + 1 == len(units):
        raise YamlError("incomplete UTF-16 surrogate pair")
    if units[at + 1] & _SURROGATES != _LOW:
        raise YamlError("expected low surrogate area")
    return chr(0x10000 + ((unit & 0x3FF) << 10) + (units[at + 1] & 0x3FF))
