"""What the lexer gives and the parser takes: items, by their types.

The surprise: messages cut an item's text at ten characters.
"""

from dataclasses import dataclass
from enum import Enum, auto

from headwater.gotemplate.values import runes
from headwater.gotemplate.values.quoting import quote

_LONGEST_SHOWN = 10


class ItemType(Enum):
    """Those after DOT are keywords. The modules of this folder name them as the constants below."""

    __hash__ = object.__hash__  # an enumeration's own takes longer than all the rest of a look-up

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


# To take a member from its class takes longer than to compare it.
(
    ERROR,
    BOOL,
    CHAR,
    CHAR_CONSTANT,
    COMMENT,
    COMPLEX,
    ASSIGN,
    DECLARE,
    EOF,
    FIELD,
    IDENTIFIER,
    LEFT_DELIM,
    LEFT_PAREN,
    NUMBER,
    PIPE,
    RAW_STRING,
    RIGHT_DELIM,
    RIGHT_PAREN,
    SPACE,
    STRING,
    TEXT,
    VARIABLE,
    DOT,
    NIL,
    BLOCK,
    BREAK,
    CONTINUE,
    DEFINE,
    ELSE,
    END,
    IF,
    RANGE,
    TEMPLATE,
    WITH,
) = ItemType

_KEYWORDS = {
    b".": DOT,
    b"nil": NIL,
    b"block": BLOCK,
    b"break": BREAK,
    b"continue": CONTINUE,
    b"define": DEFINE,
    b"else": ELSE,
    b"end": END,
    b"if": IF,
    b"range": RANGE,
    b"template": TEMPLATE,
    b"with": WITH,
}
_SHOWN_AS_KEYWORD = frozenset(_KEYWORDS.values())
WORDS = {**_KEYWORDS, b"true": BOOL, b"false": BOOL}


@dataclass(slots=True)
class Item:
    """`position` is the byte in the source where it starts."""

    type: ItemType
    position: int
    value: bytes

    def __str__(self) -> str:
        return runes.repaired(self.shown())

    def shown(self) -> bytes:
        """As Go's messages name it."""
        if self.type is EOF:
            return b"EOF"
        if self.type is ERROR:
            return self.value
        if self.type in _SHOWN_AS_KEYWORD:
            return b"<" + self.value + b">"
        text = runes.decode(self.value)
        if len(self.value) > _LONGEST_SHOWN:
            return quote(runes.encode(text[:_LONGEST_SHOWN])) + b"..."
        return quote(self.value)
