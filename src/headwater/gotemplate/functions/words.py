"""Sprig's strings that look at characters and words: case, wrapping, abbreviation, initials.

The surprise: these follow three Go libraries with different ideas of a character: case mappings are per rune, wrapping
and abbreviation count bytes, and snake, kebab and camel case know numbers and punctuation.
"""

import re
from collections.abc import Callable

from headwater.gotemplate.functions.registry import Run, function
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import runes

_TEXT = "func(string) string"
_SHORTEST = 4
_SHORTEST_WITH_OFFSET = 7
_ELLIPSIS = b"..."


@function(_TEXT, "upper")
def upper(text: bytes) -> bytes:
    """The text in upper case."""
    return runes.upper(text)


@function(_TEXT, "lower")
def lower(text: bytes) -> bytes:
    """The text in lower case."""
    return runes.lower(text)


@function(_TEXT, "title")
def title(text: bytes) -> bytes:
    """The first letter of each word in title case."""
    out, separated = [], True
    for char in runes.repaired(text):
        out.append(runes.to_title(char) if separated else char)
        separated = _separates(char)
    return "".join(out).encode()


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return not (runes.is_letter(char) or runes.is_digit(char)) and runes.is_space(char)


@function(_TEXT, "untitle")
def untitle(text: bytes) -> bytes:
    """The first letter of each word in lower case."""
    out, separated = [], True
    for char in runes.repaired(text):
        space = runes.is_space(char)
        out.append(runes.to_lower(char) if separated and not space else char)
        separated = space
    return "".join(out).encode()


@function(_TEXT, "swapcase")
def swapcase(text: bytes) -> bytes:
    """Upper case to lower and back; a word's first letter to title case."""
    out, after_space = [], True
    for char in runes.repaired(text):
        if runes.is_upper(char) or runes.is_title(char):
            out.append(runes.to_lower(char))
            after_space = False
        elif runes.is_lower(char):
            out.append(runes.to_title(char) if after_space else runes.to_upper(char))
            after_space = False
        else:
            out.append(char)
            after_space = runes.is_space(char)
    return "".join(out).encode()


@function(_TEXT, "nospace")
def nospace(text: bytes) -> bytes:
    """The text without any space; where there is some, other bytes beyond ASCII become characters of Latin-1."""
    kept = "".join(char for char in text.decode("latin-1") if not runes.is_space(char))
    return kept.encode() if len(kept) < len(text) else text


@function(_TEXT, "initials")
def initials(text: bytes) -> bytes:
    """The first byte of each word, as a character of Latin-1."""
    out, gap = [], True
    for char in text.decode("latin-1"):
        space = runes.is_space(char)
        if gap and not space:
            out.append(char)
        gap = space
    return "".join(out).encode()


# Abbreviation and wrapping, by bytes.


@function("func(int, string) string", "abbrev")
def abbrev(width: int, text: bytes) -> bytes:
    """The text cut to a width, with an ellipsis."""
    return text if width < _SHORTEST else _abbreviated(text, 0, width)


@function("func(int, int, string) string", "abbrevboth")
def abbrevboth(left: int, right: int, text: bytes) -> bytes:
    """The text cut on both sides, from an offset, to a width."""
    if right < _SHORTEST or (left > 0 and right < _SHORTEST_WITH_OFFSET):
        return text
    return _abbreviated(text, left, right)


def _abbreviated(text: bytes, offset: int, width: int) -> bytes:
    if len(text) <= width:
        return text
    room = width - len(_ELLIPSIS)
    offset = min(offset, len(text))
    if len(text) - offset < room:
        offset = len(text) - room
    if offset <= len(_ELLIPSIS) + 1:
        return text[:room] + _ELLIPSIS
    if width < _SHORTEST_WITH_OFFSET:
        return b""
    if offset + room < len(text):
        return _ELLIPSIS + _abbreviated(text[offset:], 0, room)
    return _ELLIPSIS + text[len(text) - room :]


@function("func(int, string) string", "wrap")
def wrap(run: Run, width: int, text: bytes) -> bytes:
    """Lines broken at spaces, at a width; long words stay whole."""
    return _wrapped(run, text, width, b"", long_words=False)


@function("func(int, string, string) string", "wrapWith")
def wrap_with(run: Run, width: int, separator: bytes, text: bytes) -> bytes:
    """Lines broken at a width with a given separator; long words are broken too."""
    return _wrapped(run, text, width, separator, long_words=True)


def _wrapped(run: Run, text: bytes, width: int, separator: bytes, *, long_words: bool) -> bytes:
    separator, width = separator or b"\n", max(width, 1)
    lines: list[bytes] = []
    offset = 0
    while len(text) - offset > width:
        run.allot(len(separator))
        run.step()
        if text[offset : offset + 1] == b" ":
            offset += 1
            continue
        end, following = _line_end(text, offset, width, long_words=long_words)
        if following < 0:
            lines.append(text[offset:])
            return separator.join(lines)
        lines.append(text[offset:end])
        offset = following
    return separator.join([*lines, text[offset:]]) if text else b""


def _line_end(text: bytes, offset: int, width: int, *, long_words: bool) -> tuple[int, int]:
    """Where this line ends and the next one starts (-1: there is no next one)."""
    space = text.rfind(b" ", offset, offset + width + 1)
    if space >= offset:
        return space, space + 1
    if long_words:
        return offset + width, offset + width
    space = text.find(b" ", offset + width)
    return (space, space + 1) if space >= 0 else (len(text), -1)


# Snake, kebab and camel case.


def _connects(char: str) -> bool:
    return char in "-_" or runes.is_space(char)


def _is_alphabet(char: str) -> bool:
    """A letter of a script that has words; CJK has none."""
    return runes.is_letter(char) and not any(low <= char <= high for low, high in _CJK)


_CJK = (("\u3400", "\u4db5"), ("\u4e00", "\u9fcc"), ("\uf900", "\ufaff"), ("\U00020000", "\U0002b81d"))


@function(_TEXT, "snakecase")
def snakecase(run: Run, text: bytes) -> bytes:
    """Words in lower case with underscores between."""
    return _connected(run, text, "_")


@function(_TEXT, "kebabcase")
def kebabcase(run: Run, text: bytes) -> bytes:
    """Words in lower case with dashes between."""
    return _connected(run, text, "-")


def _connected(run: Run, text: bytes, connector: str) -> bytes:
    return runes.encode(_Connector(runes.decode(text), connector, run).joined())


class _Words:
    """A text word by word: numbers, upper case, letters, connectors, punctuation, others.

    Invalid bytes belong to the character after them, or to the last one; a text of nothing else is one word.
    """

    def __init__(self, text: str) -> None:
        whole = _INVALID.search(text) is None
        units: list[str] = list(text) if whole else _UNIT.findall(text)
        if not whole and len(units) > 1 and _INVALID.fullmatch(units[-1]):
            units[-2:] = [units[-2] + units[-1]]
        self._units = units
        self._characters = text if whole else "".join(map(_character, units))
        self._position = 0

    @property
    def left(self) -> bool:
        return self._position < len(self._units)

    def next(self) -> tuple[str, str]:
        """The kind of the next word (empty at the end) and the word."""
        start = self._position
        if not self.left:
            return "", ""
        kind, self._position = _word(self._characters, start)
        return kind, "".join(self._units[start : self._position])


def _character(unit: str) -> str:
    return _INVALID.sub("", unit)[:1] or runes.REPLACEMENT


_UNIT = re.compile("[\ufffd\udc80-\udcff]*[^\ufffd\udc80-\udcff]|[\ufffd\udc80-\udcff]+", re.DOTALL)
_INVALID = re.compile("[\ufffd\udc80-\udcff]+")


def _word(text: str, start: int) -> tuple[str, int]:
    """The kind of the word that starts here, and where it ends."""
    first = text[start]
    if _connects(first):
        return "connector", _end(text, start, _connects)
    if runes.is_punctuation(first):
        return "punctuation", _end(text, start, runes.is_punctuation)
    if runes.is_upper(first):
        return "upper", _upper_end(text, start)
    if _is_alphabet(first):
        return "letters", _end(text, start, _is_small)
    if runes.is_number(first):
        return "number", _end(text, start, runes.is_number)
    return "other", _end(text, start, _is_other)


def _end(text: str, start: int, belongs: Callable[[str], bool]) -> int:
    """Where characters of one class end; the first one is known to belong."""
    end = start + 1
    while end < len(text) and belongs(text[end]):
        end += 1
    return end


def _is_small(char: str) -> bool:
    return _is_alphabet(char) and not runes.is_upper(char)


def _is_other(char: str) -> bool:
    classes = (_connects, _is_alphabet, runes.is_number, runes.is_punctuation)
    return not any(belongs(char) for belongs in classes)


def _upper_end(text: str, start: int) -> int:
    """`Status` whole, of `HTTPStatus` only `HTTP`."""
    second = text[start + 1 : start + 2]
    if not second:
        return start + 1
    if not runes.is_upper(second):
        return _end(text, start, _is_small) if _is_alphabet(second) else start + 1
    end = _end(text, start, runes.is_upper)
    return end - 1 if end < len(text) and _is_alphabet(text[end]) else end


class _Connector:
    """Joins words by a connector, numbers sometimes with the word before."""

    def __init__(self, text: str, connector: str, meter: Meter) -> None:
        self._meter = meter
        self._words = _Words(text)
        self._connector = connector
        self._out: list[str] = []
        self._kind, self._word = self._words.next()

    def joined(self) -> str:
        while self._words.left:
            if self._kind != "connector":
                self._put(self._kind, self._word)
            kind, word = self._kind, self._word
            self._advance()
            if kind == "number":
                self._after_number()
            elif kind == "connector":
                self._put(kind, word)
            elif kind != "punctuation":
                self._after_word()
        self._put(self._kind, self._word)
        return "".join(self._out)

    def _advance(self) -> None:
        self._meter.step()
        self._kind, self._word = self._words.next()

    def _put(self, kind: str, word: str) -> None:
        if kind not in ("upper", "connector"):
            self._out.append(word)
            return
        for char in word:
            if _connects(char):
                self._out.append(self._connector)
            else:
                shown = runes.REPLACEMENT if runes.is_invalid(char) else char
                self._out.append(runes.to_lower(shown) if runes.is_upper(shown) else shown)

    def _join(self) -> None:
        self._out.append(self._connector)

    def _after_number(self) -> None:
        while self._kind in ("letters", "number"):
            self._put(self._kind, self._word)
            self._advance()
        if self._kind not in ("", "punctuation", "connector"):
            self._join()

    def _after_word(self) -> None:
        if self._kind != "number":
            if self._kind not in ("connector", "punctuation"):
                self._join()
            return
        if not self._words.left:
            return
        number = self._word
        self._advance()
        if self._kind != "letters":
            self._put("number", number)
            if self._kind not in ("connector", "punctuation"):
                self._join()
            return
        self._join()
        self._put("number", number)
        self._after_number()


@function(_TEXT, "camelcase")
def camelcase(text: bytes) -> bytes:
    """Words without connectors, each with a capital."""
    characters = runes.repaired(text)
    start = next((at for at, char in enumerate(characters) if not _connects(char)), len(characters))
    if start == len(characters):
        return (characters + characters[-1:]).encode()  # the library's own slip: the last one comes twice
    return (characters[:start] + _pascal(characters[start:])).encode()


def _pascal(text: str) -> str:
    out: list[str] = []
    current, lowers = runes.to_upper(text[0]), runes.is_upper(text[0])
    for char in text[1:]:
        previous, current = current, char
        if _connects(current) and _connects(previous):
            out.append(previous)
        elif _connects(previous):
            lowers = runes.is_upper(current)
            current = runes.to_upper(current)
        else:
            if lowers and runes.is_upper(current):
                current = runes.to_lower(current)
            elif lowers:
                lowers = False
            out.append(previous)
    return "".join([*out, current])
