"""A DER writer, as small as PKCS#12 and DSA keys need it."""


def tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:  # noqa: PLR2004 - short form
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return tagged(0x30, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    return tagged(0x31, b"".join(sorted(parts)))


def integer(number: int) -> bytes:
    return tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def octets(data: bytes) -> bytes:
    return tagged(0x04, data)


def bits(data: bytes) -> bytes:
    """A BIT STRING of whole octets."""
    return tagged(0x03, b"\0" + data)


def null() -> bytes:
    return tagged(0x05, b"")


def explicit(number: int, content: bytes) -> bytes:
    """`[number] EXPLICIT`."""
    return tagged(0xA0 | number, content)


def bmp_string(text: str) -> bytes:
    return tagged(0x1E, text.encode("utf-16-be"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return tagged(0x06, b"".join(_base128(number) for number in (40 * first + second, *rest)))


def _base128(number: int) -> bytes:
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(0x80 | (number & 0x7F))
    return bytes(reversed(groups))
