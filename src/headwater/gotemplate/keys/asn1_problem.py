"""What Go's encoding/asn1 says of bytes that are no PKCS#12 file or key, as far as their first header tells."""

from dataclasses import dataclass

_INTEGER = 2
_SEQUENCE = 16
_LARGE = 1 << 23
_PARAMETERS = (
    "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 "
    "timeType:0 set:false omitEmpty:false}"
)


@dataclass(frozen=True, slots=True)
class _Header:
    kind: int
    compound: bool
    tag: int
    length: int
    size: int


class _SyntaxError(ValueError):
    pass


class _StructuralError(ValueError):
    pass


def problem(data: bytes, wanted: str = "pfxPdu") -> str:
    """Go's error for a file that is not a sequence as long as it says, or a general one; `wanted` is a type's name."""
    found = _first_problem(data, wanted)
    return found if found is not None else "asn1: structure error: tags don't match"


def _first_problem(data: bytes, wanted: str) -> str | None:
    """What is wrong with the sequence, or with the number that it starts with."""
    try:
        header = _expected(data, _SEQUENCE, wanted)
        _expected(data[header.size : header.size + header.length], _INTEGER, "int")
    except _SyntaxError as error:
        return f"asn1: syntax error: {error}"
    except _StructuralError as error:
        return f"asn1: structure error: {error}"
    return None


def _expected(data: bytes, tag: int, wanted: str) -> _Header:
    if not data:
        raise _SyntaxError("sequence truncated")
    header = _header(data)
    if (header.kind, header.tag, header.compound) != (0, tag, tag == _SEQUENCE):
        compound = str(header.compound).lower()
        seen = f"{{class:{header.kind} tag:{header.tag} length:{header.length} isCompound:{compound}}}"
        raise _StructuralError(f"tags don't match ({tag} vs {seen}) {_PARAMETERS} {wanted} @{header.size}")
    if header.size + header.length > len(data):
        raise _SyntaxError("data truncated")
    return header


def has_trailing(data: bytes) -> bool:
    """Whether something follows the sequence that the data starts with."""
    left = _left_over(data)
    return left is not None and left > 0 and _first_problem(data, "") is None


def is_cut(data: bytes) -> bool:
    """Whether the data starts with no sequence, or ends before it."""
    left = _left_over(data)
    return left is None or left < 0


def _left_over(data: bytes) -> int | None:
    """How many bytes follow the first sequence (negative: are missing of it), None when there is none."""
    try:
        header = _header(data)
    except (_SyntaxError, _StructuralError, IndexError):
        return None
    return len(data) - header.size - header.length if header.tag == _SEQUENCE else None


def _header(data: bytes) -> _Header:
    first = data[0]
    tag, position = (first & 0x1F, 1) if first & 0x1F != 0x1F else _long_tag(data)  # noqa: PLR2004 - the tag's bits
    length, position = _length(data, position)
    return _Header(first >> 6, bool(first & 0x20), tag, length, position)


def _long_tag(data: bytes) -> tuple[int, int]:
    tag = 0
    for position in range(1, len(data)):
        if position == 5:  # noqa: PLR2004 - 28 bits at most
            raise _StructuralError("base 128 integer too large")
        byte = data[position]
        if position == 1 and byte == 0x80:  # noqa: PLR2004 - a leading zero
            raise _SyntaxError("integer is not minimally encoded")
        tag = tag << 7 | byte & 0x7F
        if not byte & 0x80:
            if tag < 0x1F:  # noqa: PLR2004 - the short form would do
                raise _SyntaxError("non-minimal tag")
            return tag, position + 1
    raise _SyntaxError("truncated base 128 integer")


def _length(data: bytes, position: int) -> tuple[int, int]:
    if position >= len(data):
        raise _SyntaxError("truncated tag or length")
    first = data[position]
    if not first & 0x80:
        return first, position + 1
    count = first & 0x7F
    if not count:
        raise _SyntaxError("indefinite length found (not DER)")
    length = 0
    for byte in data[position + 1 : position + 1 + count]:
        if length >= _LARGE:
            raise _StructuralError("length too large")
        length = length << 8 | byte
        if not length:
            raise _StructuralError("superfluous leading zeros in length")
    if position + 1 + count > len(data):
        raise _SyntaxError("truncated tag or length")
    if length < 0x80:  # noqa: PLR2004 - the short form would do
        raise _StructuralError("non-minimal length")
    return length, position + 1 + count
