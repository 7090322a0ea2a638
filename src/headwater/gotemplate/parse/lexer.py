"""The lexer: from text to items.

The surprise: it reads the whole text at once. An error is an item too, the last one, so nothing past it is seen and the
parser meets it exactly when Go's would. Positions and columns count bytes.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar

from headwater.gotemplate.parse.items import (
    ASSIGN,
    CHAR,
    CHAR_CONSTANT,
    COMPLEX,
    DECLARE,
    DOT,
    EOF,
    ERROR,
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
    WORDS,
    Item,
    ItemType,
)
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.quoting import quote

_SPACE = b" \t\r\n"
_SPACES_ALONE = (b" ", b"\t", b"\r", b"\n")
_TRIM_MARKER = 2  # the dash and the space beside it


_SPACES = re.compile(rb"[ \t\r\n]+")
_NON_ASCII = rb"[\x80-\xff]"
_ALPHANUMERIC = re.compile(rb"(?:[0-9A-Za-z_]|[\xc2-\xf4][\x80-\xbf]{1,3})*")
_QUOTED = re.compile(rb'"(?:[^"\\\n]|\\[^\n])*"', re.DOTALL)
_CHARACTER = re.compile(rb"'(?:[^'\\\n]|\\[^\n])*'", re.DOTALL)
_NUMBER = re.compile(
    rb"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?"
    rb"|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
_SINGLE = {
    b"=": ASSIGN,
    b"|": PIPE,
    b"(": LEFT_PAREN,
    b")": RIGHT_PAREN,
}


class _LexError(Exception):
    """What becomes the last item."""

    def __init__(self, message: bytes) -> None:
        super().__init__()
        self.message = message


_ODD_DELIMITER = re.compile(rb"[-. \t\r\n0-9A-Za-z_\x80-\xff]")

# Most items of most templates are ASCII and end where a name may end; one pattern finds them, and what it does not
# match goes the long way. Its first group is the space before an item.
_COMMON = (EOF, SPACE, RIGHT_DELIM, FIELD, IDENTIFIER, PIPE, STRING, VARIABLE, DECLARE, DOT, NUMBER, CHAR)


@lru_cache(maxsize=16)
def _left_delims(left: bytes) -> re.Pattern[bytes]:
    """A left delimiter; its groups are a trim marker and the start of a comment."""
    return re.compile(re.escape(left) + rb"(-[ \t\r\n])?(/\*)?")


@lru_cache(maxsize=16)
def _common_items(right: bytes) -> re.Pattern[bytes]:
    """The pattern for a right delimiter, a group for each type above; none where it starts as a name or space does."""
    if _ODD_DELIMITER.match(right):
        return re.compile(rb"(?!)")
    stop = re.escape(right)
    end = rb"(?=[ \t\r\n.,|:)(]|%b)" % stop
    alternatives = (
        rb"(%b)" % stop,
        rb"(\.[A-Za-z_][0-9A-Za-z_]*)" + end,
        rb"([A-Za-z_][0-9A-Za-z_]*)" + end,
        rb"(\|)",
        rb'("[^"\\\n]*")',
        rb"(\$(?:[A-Za-z_][0-9A-Za-z_]*)?)" + end,
        rb"(:=)",
        rb"(\.)" + end,
        rb"([1-9][0-9]*)(?=[ \t\r\n)|]|%b)" % stop,
        rb"(,)",
    )
    return re.compile(rb"([ \t\r\n]+)?(?:%b)" % rb"|".join(alternatives))


class Lexer:
    """`text` by its delimiters; `items` does all the work."""

    def __init__(self, text: bytes, left: bytes, right: bytes) -> None:
        self._text = text
        self._left = left or b"{{"
        self._right = right or b"}}"
        self._position = 0
        self._start = 0
        self._parens = 0
        self._items: list[Item] = []
        self._trimming = b"-" + self._right
        self._left_delims = _left_delims(self._left)
        self._common = _common_items(self._right)

    def items(self) -> list[Item]:
        """All items, an ERROR or EOF as the last one."""
        try:
            while self._lex_text():
                self._lex_action()
        except _LexError as fault:
            self._items.append(Item(ERROR, self._start, fault.message))
        return self._items

    def _emit(self, kind: ItemType, end: int) -> None:
        """The text from where the last item ended up to `end` is the next item."""
        self._items.append(Item(kind, self._start, self._text[self._start : end]))
        self._start = self._position = end

    def _skip(self, end: int) -> None:
        self._start = self._position = end

    def _fail(self, message: bytes) -> None:
        raise _LexError(message)

    # Text, delimiters and comments.

    def _lex_text(self) -> bool:
        """Up to and including the next left delimiter; comments count as text. False at the end."""
        while (match := self._left_delims.search(self._text, self._position)) is not None:
            self._lex_text_before(match.start(), trims=match[1] is not None)
            if match[2] is None:
                self._emit(LEFT_DELIM, match.start() + len(self._left))
                self._skip(match.end())
                self._parens = 0
                return True
            self._lex_comment(match.start(2))
        self._lex_text_before(len(self._text), trims=False)
        self._items.append(Item(EOF, self._start, b""))
        return False

    def _lex_text_before(self, delimiter: int, *, trims: bool) -> None:
        end = delimiter if not trims else self._start + len(self._text[self._start : delimiter].rstrip(_SPACE))
        if end > self._start:
            self._emit(TEXT, end)
        self._start = self._position = delimiter

    def _lex_comment(self, start: int) -> None:
        self._skip(start)
        end = self._text.find(b"*/", start + 2)
        if end < 0:
            self._fail(b"unclosed comment")
        trims = self._right_delim_at(end + 2)
        if trims is None:
            self._fail(b"comment ends before closing delimiter")
        self._skip_right_delim(end + 2, trims=bool(trims))

    def _right_delim_at(self, position: int) -> bool | None:
        """Whether a right delimiter stands here, and with a trim marker (None: none stands here)."""
        if self._text[position : position + 1] in _SPACES_ALONE and self._text.startswith(self._trimming, position + 1):
            return True
        return False if self._text.startswith(self._right, position) else None

    def _skip_right_delim(self, position: int, *, trims: bool) -> None:
        end = position + (_TRIM_MARKER if trims else 0) + len(self._right)
        self._skip(self._after_space(end) if trims else end)

    def _after_space(self, position: int) -> int:
        match = _SPACES.match(self._text, position)
        return match.end() if match else position

    # Inside an action.

    def _lex_action(self) -> None:
        """All items up to and including the right delimiter."""
        while True:
            if self._lex_common():
                return self._lex_right_delim(trims=False)
            trims = self._right_delim_at(self._position)
            if trims is not None:
                return self._lex_right_delim(trims=trims)
            self._lex_inside_action()

    def _lex_common(self) -> bool:
        """All common items that stand here; whether a right delimiter that does not trim comes next."""
        text, position, items, match_at = self._text, self._position, self._items, self._common.match
        while (match := match_at(text, position)) is not None:
            index = match.lastindex or 0
            start, kind = match.start(index), _COMMON[index]
            if start > position:
                items.append(Item(SPACE, position, text[position:start]))
                position = start
            if kind is RIGHT_DELIM:
                break
            value = match[index]
            if kind is IDENTIFIER:
                kind = WORDS.get(value, IDENTIFIER)
            items.append(Item(kind, start, value))
            position = match.end()
        self._start = self._position = position
        return match is not None

    def _lex_right_delim(self, *, trims: bool) -> None:
        if self._parens:
            self._fail(b"unclosed left paren")
        if trims:
            self._skip(self._position + _TRIM_MARKER)
        self._emit(RIGHT_DELIM, self._position + len(self._right))
        if trims:
            self._skip(self._after_space(self._position))

    def _lex_inside_action(self) -> None:
        first = self._text[self._position : self._position + 1]
        if not first:
            self._fail(b"unclosed action")
        lex = self._LEXERS.get(first)
        if lex is not None:
            lex(self)
        elif self._rune()[1]:
            self._lex_identifier()
        else:
            self._lex_character()

    def _lex_space(self) -> None:
        """A run of space, less the last one when it belongs to a trimming right delimiter."""
        end = self._after_space(self._position)
        if self._right_delim_at(end - 1):
            end -= 1
        self._emit(SPACE, end)

    def _lex_single(self) -> None:
        kind = _SINGLE[self._text[self._position : self._position + 1]]
        self._parens += (kind is LEFT_PAREN) - (kind is RIGHT_PAREN)
        if self._parens < 0:
            self._fail(b"unexpected right paren")
        self._emit(kind, self._position + 1)

    def _lex_declare(self) -> None:
        if self._text[self._position + 1 : self._position + 2] != b"=":
            self._fail(b"expected :=")
        self._emit(DECLARE, self._position + 2)

    def _lex_quote(self) -> None:
        self._lex_pattern(_QUOTED, STRING, b"unterminated quoted string")

    def _lex_char_constant(self) -> None:
        self._lex_pattern(_CHARACTER, CHAR_CONSTANT, b"unterminated character constant")

    def _lex_pattern(self, pattern: re.Pattern[bytes], kind: ItemType, fault: bytes) -> None:
        match = pattern.match(self._text, self._position)
        if match is None:
            raise _LexError(fault)
        self._emit(kind, match.end())

    def _lex_raw_quote(self) -> None:
        end = self._text.find(b"`", self._position + 1)
        if end < 0:
            self._fail(b"unterminated raw quoted string")
        self._emit(RAW_STRING, end + 1)

    def _lex_dot(self) -> None:
        following = self._text[self._position + 1 : self._position + 2]
        if not following or following.isdigit():
            self._lex_number()
        else:
            self._lex_field_or_variable(FIELD, DOT)

    def _lex_variable(self) -> None:
        self._lex_field_or_variable(VARIABLE, VARIABLE)

    def _lex_field_or_variable(self, kind: ItemType, bare: ItemType) -> None:
        start = self._position + 1
        if self._at_terminator(start):
            self._emit(bare, start)
            return
        end = self._word_end(start)
        self._expect_terminator(end)
        self._emit(kind, end)

    def _lex_identifier(self) -> None:
        end = self._word_end(self._position)
        self._expect_terminator(end)
        self._emit(WORDS.get(self._text[self._position : end], IDENTIFIER), end)

    def _word_end(self, start: int) -> int:
        """Where the letters, digits and underscores end."""
        match = _ALPHANUMERIC.match(self._text, start)
        word = match[0] if match else b""
        if word.isascii():
            return start + len(word)
        good = 0
        for char in runes.decode(word):
            if not _is_alphanumeric(char):
                break
            good += len(runes.encode(char))
        return start + good

    def _rune(self, position: int | None = None) -> tuple[str, bool]:
        """The rune here, and whether it can be part of a name."""
        at = self._position if position is None else position
        char = runes.decode(self._text[at : at + 4])[0]
        return char, _is_alphanumeric(char)

    def _at_terminator(self, position: int) -> bool:
        """Whether a name may end here; `$x+2` shall not be one."""
        following = self._text[position : position + 1]
        return not following or following in b" \t\r\n.,|:)(" or self._text.startswith(self._right, position)

    def _expect_terminator(self, position: int) -> None:
        if not self._at_terminator(position):
            self._fail(b"bad character " + _unicode(self._rune(position)[0]))

    def _lex_number(self) -> None:
        end = self._scan_number(self._position)
        if self._text[end : end + 1] in (b"+", b"-"):
            end = self._scan_number(end)
            if self._text[end - 1 : end] != b"i":
                self._fail_number(end)
            self._emit(COMPLEX, end)
        else:
            self._emit(NUMBER, end)

    def _scan_number(self, start: int) -> int:
        match = _NUMBER.match(self._text, start)
        end = match.end() if match else start
        if end < len(self._text):
            char, alphanumeric = self._rune(end)
            if alphanumeric:
                self._fail_number(end + len(runes.encode(char)))
        return end

    def _fail_number(self, end: int) -> None:
        self._fail(b"bad number syntax: " + quote(self._text[self._position : end]))

    def _lex_character(self) -> None:
        char = self._rune()[0]
        if not " " <= char <= "~":
            self._fail(b"unrecognized character in action: " + _unicode(char))
        self._emit(CHAR, self._position + 1)

    _LEXERS: ClassVar[dict[bytes, Callable[["Lexer"], None]]] = {
        **dict.fromkeys(_SPACES_ALONE, _lex_space),
        **dict.fromkeys(_SINGLE, _lex_single),
        b":": _lex_declare,
        b'"': _lex_quote,
        b"`": _lex_raw_quote,
        b"$": _lex_variable,
        b"'": _lex_char_constant,
        b".": _lex_dot,
        **dict.fromkeys((bytes([digit]) for digit in b"+-0123456789"), _lex_number),
    }


def _is_alphanumeric(char: str) -> bool:
    return char == "_" or runes.is_letter(char) or runes.is_digit(char)


def _unicode(char: str) -> bytes:
    """`%#U`: U+0040 '@', the character only when it can be shown."""
    shown = runes.REPLACEMENT if runes.is_invalid(char) else char
    glyph = f" '{shown}'" if runes.is_printable(shown) else ""
    return f"U+{ord(shown):04X}{glyph}".encode()


def lex(text: bytes, left: bytes = b"{{", right: bytes = b"}}") -> list[Item]:
    return Lexer(text, left, right).items()
