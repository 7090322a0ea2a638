"""The parser's place among the items: Go's look-ahead of three.

The surprise: an error's line is that of the last item the lexer had given out, as in Go, not that of the item at fault.
"""

from headwater.gotemplate.errors import GoError
from headwater.gotemplate.parse.items import SPACE, Item
from headwater.gotemplate.values.runes import repaired

_LOOK_AHEAD = 3


class ParseError(GoError):
    """What Go says of a text that is no template, without the template's name before it.

    `line` counts from 1.
    """

    def __init__(self, line: int, text: bytes) -> None:
        super().__init__(text, public=repaired(text))
        self.line = line


class Cursor:
    """The items of one text; shared by its trees."""

    __slots__ = ("_furthest", "_items", "_next", "_text")

    def __init__(self, text: bytes, items: list[Item]) -> None:
        self._text = text
        self._items = [*items, *items[-1:] * _LOOK_AHEAD]
        self._next = 0
        self._furthest = 0

    def next(self) -> Item:
        index = self._next
        if index > self._furthest:  # noqa: PLR1730 - max() would take longer than all the rest
            self._furthest = index
        self._next = index + 1
        return self._items[index]

    def peek(self) -> Item:
        index = self._next
        if index > self._furthest:  # noqa: PLR1730 - as above
            self._furthest = index
        return self._items[index]

    def backup(self) -> None:
        self._next -= 1

    def mark(self) -> int:
        return self._next

    def reset(self, mark: int) -> None:
        self._next = mark

    def next_non_space(self) -> Item:
        index = self._next + (self._items[self._next].type is SPACE)
        if index > self._furthest:  # noqa: PLR1730 - as above
            self._furthest = index
        self._next = index + 1
        return self._items[index]

    def peek_non_space(self) -> Item:
        index = self._next + (self._items[self._next].type is SPACE)
        if index > self._furthest:  # noqa: PLR1730 - as above
            self._furthest = index
        self._next = index
        return self._items[index]

    def line_of(self, item: Item) -> int:
        """Where an item starts; lines count from 1."""
        return self._text.count(b"\n", 0, item.position) + 1

    def furthest(self) -> Item:
        """The last item that the lexer has given out."""
        return self._items[self._furthest]

    def line(self) -> int:
        """The line of an error that happens here."""
        return self.line_of(self.furthest())

    def error(self, text: bytes) -> ParseError:
        return ParseError(self.line(), text)
