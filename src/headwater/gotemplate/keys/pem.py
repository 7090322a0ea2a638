"""PEM blocks as `encoding/pem` finds them.

The surprise: a block is found from its END line back to the last BEGIN line before it, and a broken block is skipped.
"""

import base64
import re
from dataclasses import dataclass

from headwater.gotemplate.values import runes

_BEGIN = b"-----BEGIN "
_END = b"\n-----END "
_DASHES = b"-----"
_LINE = 64
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


@dataclass(frozen=True, slots=True)
class Block:
    kind: bytes
    data: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


def encode(kind: bytes, data: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    text = base64.b64encode(data)
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    ordered = sorted(headers, key=lambda header: (header[0] != b"Proc-Type", header[0]))
    head = b"".join(name + b": " + value + b"\n" for name, value in ordered)
    head += b"\n" if headers else b""
    body = b"".join(line + b"\n" for line in lines)
    return _BEGIN + kind + _DASHES + b"\n" + head + body + b"-----END " + kind + _DASHES + b"\n"


def _line(text: bytes, position: int) -> tuple[bytes, int]:
    """The line here without space at its end, and where the next one starts."""
    end = text.find(b"\n", position)
    following = len(text) if end < 0 else end + 1
    line = text[position : len(text) if end < 0 else end].removesuffix(b"\r")
    return line.rstrip(b" \t"), following


def decode(text: bytes) -> tuple[Block | None, bytes]:
    """The next block, and the text after it; the whole text when there is none."""
    position = 0
    while True:
        end = text.find(_END, position)
        if end < 0:
            return None, text
        trailer = end + len(_END)
        begin = text.rfind(_BEGIN, position, end)
        found = None
        if begin >= 0 and (begin == position or text[begin - 1 : begin] == b"\n"):
            found = _block(text, begin + len(_BEGIN), end, trailer)
        if found is not None:
            return found
        position = trailer


def _block(text: bytes, start: int, end: int, trailer: int) -> tuple[Block, bytes] | None:
    """The block whose type starts here and whose END line is known."""
    title, position = _line(text, start)
    if not title.endswith(_DASHES):
        return None
    kind = title[: -len(_DASHES)]
    headers, position = _headers(text, position)
    if headers and end < position:
        return None
    closing, following = text[trailer : trailer + len(title)], trailer + len(title)
    rest, after = _line(text, following)
    if closing != title or rest:
        return None
    data = _data(text[position:end]) if end > position else b""
    return (Block(kind, data, headers), text[after:]) if data is not None else None


def _headers(text: bytes, position: int) -> tuple[tuple[tuple[bytes, bytes], ...], int]:
    headers: dict[bytes, bytes] = {}
    while True:
        line, following = _line(text, position)
        name, colon, value = line.partition(b":")
        if not colon:
            return tuple(sorted(headers.items())), position
        headers[_trimmed(name)] = _trimmed(value)
        position = following


def _trimmed(text: bytes) -> bytes:
    return runes.encode(runes.decode(text).strip(runes.SPACE_CHARACTERS))


def _data(text: bytes) -> bytes | None:
    bare = re.sub(rb"[ \t\r\n]", b"", text)
    return base64.b64decode(bare) if _BASE64.fullmatch(bare) else None


def blocks(text: bytes) -> tuple[list[Block], bytes]:
    """All blocks, and what is left after the last one."""
    found: list[Block] = []
    while True:
        block, rest = decode(text)
        if block is None:
            return found, rest
        found.append(block)
        text = rest
