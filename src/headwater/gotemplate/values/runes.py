"""UTF-8 as Go reads it, and its character classes and simple case mappings.

The surprise: text that may hold invalid bytes travels as `str` with one lone surrogate per such byte, so that nothing
is lost on the way back; where Go itself puts U+FFFD for them, `repaired` does.
"""

import re
import unicodedata

REPLACEMENT = "\ufffd"
_ESCAPED = re.compile("[\udc80-\udcff]")
_SPACES = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
)
SPACE_CHARACTERS = "".join(sorted(_SPACES))


def decode(text: bytes) -> str:
    """Every rune, an invalid byte as a lone surrogate."""
    return text.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The way back from `decode`; surrogates that never were bytes become U+FFFD, as in Go."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udfff]", _restored, text).encode("utf-8", "surrogateescape")


def _restored(match: re.Match[str]) -> str:
    return match[0] if "\udc80" <= match[0] <= "\udcff" else REPLACEMENT


def is_invalid(rune: str) -> bool:
    """Whether this rune of `decode` stands for an invalid byte."""
    return "\udc80" <= rune <= "\udcff"


def repaired(text: bytes) -> str:
    """Every rune, an invalid byte as U+FFFD: text that can be shown and encoded."""
    return _ESCAPED.sub(REPLACEMENT, decode(text))


def rune(number: int) -> bytes:
    """`string(rune)`: UTF-8 of a code point, U+FFFD for what is none."""
    valid = 0 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF  # noqa: PLR2004 - the planes without surrogates
    return chr(number if valid else 0xFFFD).encode()


def is_space(char: str) -> bool:
    return char in _SPACES


def is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] == "L"


def is_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"


def is_number(char: str) -> bool:
    return unicodedata.category(char)[0] == "N"


def is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] == "P"


def is_upper(char: str) -> bool:
    return unicodedata.category(char) == "Lu"


def is_lower(char: str) -> bool:
    return unicodedata.category(char) == "Ll"


def is_title(char: str) -> bool:
    return unicodedata.category(char) == "Lt"


def is_printable(char: str) -> bool:
    """`strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space."""
    return char == " " or unicodedata.category(char)[0] in "LMNPS"


def to_upper(char: str) -> str:
    upper = char.upper()
    return upper if len(upper) == 1 else to_title(char)


def to_lower(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else lower[0]


def to_title(char: str) -> str:
    title = char.title()
    return title if len(title) == 1 else char


def upper(text: bytes) -> bytes:
    return text.upper() if text.isascii() else "".join(map(to_upper, repaired(text))).encode()


def lower(text: bytes) -> bytes:
    return text.lower() if text.isascii() else "".join(map(to_lower, repaired(text))).encode()
