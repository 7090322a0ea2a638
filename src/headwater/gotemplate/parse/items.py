"""What the lexer gives and the parser takes: items, by their types.

The surprise: messages cut an item's text at ten characters.
"""

from enum import Enum, auto
from typing import NamedTuple

from headwater.gotemplate.values import runes
from headwater.gotemplate.values.quoting import quote

_LONGEST_SHOWN = 10


class ItemType(Enum):
    """Those after KEYWORD are keywords."""

    ERROR = auto()
    BOOL = auto()
    CHAR = auto()
    CHAR_CONSTANT = auto()
    COMMENT = auto()
    COMPLEX = auto()
    ASSIGN = auto()
    DECLARE = auto()
    EOF = auto()
    FIELD = auto()
    IDENTIFIER = auto()
    LEFT_DELIM = auto()
    LEFT_PAREN = auto()
    NUMBER = auto()
    PIPE = auto()
    RAW_STRING = auto()
    RIGHT_DELIM = auto()
    RIGHT_PAREN = auto()
    SPACE = auto()
    STRING = auto()
    TEXT = auto()
    VARIABLE = auto()
    DOT = auto()
    NIL = auto()
    BLOCK = auto()
    BREAK = auto()
    CONTINUE = auto()
    DEFINE = auto()
    ELSE = auto()
    END = auto()
    IF = auto()
    RANGE = auto()
    TEMPLATE = auto()
    WITH = auto()


_KEYWORDS = {
    name.lower().encode(): ItemType[name]
    for name in ("NIL", "BLOCK", "BREAK", "CONTINUE", "DEFINE", "ELSE", "END", "IF", "RANGE", "TEMPLATE", "WITH")
} | {b".": ItemType.DOT}
_SHOWN_AS_KEYWORD = frozenset(_KEYWORDS.values())
WORDS = {**_KEYWORDS, b"true": ItemType.BOOL, b"false": ItemType.BOOL}


class Item(NamedTuple):
    type: ItemType
    position: int
    value: bytes
    line: int

    def __str__(self) -> str:
        return runes.repaired(self.shown())

    def shown(self) -> bytes:
        """As Go's messages name it."""
        if self.type is ItemType.EOF:
            return b"EOF"
        if self.type is ItemType.ERROR:
            return self.value
        if self.type in _SHOWN_AS_KEYWORD:
            return b"<" + self.value + b">"
        text = runes.decode(self.value)
        if len(self.value) > _LONGEST_SHOWN:
            return quote(runes.encode(text[:_LONGEST_SHOWN])) + b"..."
        return quote(self.value)
