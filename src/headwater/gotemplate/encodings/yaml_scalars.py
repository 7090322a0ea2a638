"""PyYAML's scalars and tags, changed where go-yaml reads other texts, or words its refusals otherwise.

The surprise: problems are worded here as go-yaml words them; `yaml_errors` rewords those of PyYAML alone.
"""

from typing import NoReturn

import yaml

_BREAKS = "\r\n\x85\u2028\u2029"
_BLANKS = " \t"
_ENDS = "\0 \t" + _BREAKS
_FLOW_ENDS = ",?[]{}"
_LONGEST_HEX = {"x": 2, "u": 4, "U": 8}
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "'": "'", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_HEX = frozenset("0123456789abcdefABCDEF")
_URI = frozenset("-;/?:@&=+$,_.!~*'()[]%" + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_NAME = frozenset("-_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LAST_RUNE = 0x10FFFF
_LEADS = {1: (0x80, 0), 2: (0xE0, 0xC0), 3: (0xF0, 0xE0), 4: (0xF8, 0xF0)}


class Scalars(yaml.SafeLoader):
    """Plain, quoted and block scalars, and tags."""

    def refuse(self, start: yaml.Mark | None, problem: str) -> NoReturn:
        """Raises: ScannerError."""
        raise yaml.scanner.ScannerError("while scanning", start, problem, self.get_mark())

    def _line_break(self) -> str:
        found: str = self.scan_line_break()  # type: ignore[no-untyped-call] # its stubs leave this one out
        return found

    def _skip(self, characters: str) -> None:
        while self.peek() in characters:
            self.forward()

    def _skip_comment(self) -> None:
        if self.peek() == "#":
            while self.peek() not in "\0" + _BREAKS:
                self.forward()

    # Plain scalars.

    def scan_plain(self) -> yaml.ScalarToken:
        start = end = self.get_mark()
        indent, chunks, spaces = self.indent + 1, list[str](), list[str]()
        while self.peek() != "#":
            length = self._plain_length()
            if not length:
                break
            self.allow_simple_key = False
            chunks += [*spaces, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            spaces = self.scan_plain_spaces(indent, start) or []
            if not spaces or (not self.flow_level and self.column < indent):
                break
        return yaml.ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003 - plain

    def _plain_length(self) -> int:
        length = 0
        while True:
            char = self.peek(length)
            if char in _ENDS or (char == ":" and self.peek(length + 1) in _ENDS):
                return length
            if self.flow_level and char in _FLOW_ENDS:
                return length
            length += 1

    def scan_plain_spaces(self, indent: int, start_mark: yaml.Mark) -> list[str] | None:
        """The space and the line breaks inside a plain scalar; None before a document's end."""
        length = 0
        while self.peek(length) in _BLANKS:
            length += 1
        blanks = self.prefix(length)
        self.forward(length)
        if self.peek() not in _BREAKS:
            return [blanks] if blanks else []
        first, breaks = self._line_break(), []
        self.allow_simple_key = True
        while True:
            if self.column == 0 and self.prefix(3) in ("---", "...") and self.peek(3) in _ENDS:
                return None
            if self.peek() == "\t" and self.column < indent:
                self.refuse(start_mark, "found a tab character that violates indentation")
            if self.peek() in _BLANKS:
                self.forward()
            elif self.peek() in _BREAKS:
                breaks.append(self._line_break())
            else:
                return [*([first] if first != "\n" else [" "] if not breaks else []), *breaks]

    # Quoted scalars.

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: yaml.Mark) -> list[str]:  # noqa: FBT001 - PyYAML's own
        chunks: list[str] = []
        while True:
            length = 0
            while self.peek(length) not in "'\"\\" + _ENDS:
                length += 1
            chunks.append(self.prefix(length))
            self.forward(length)
            char = self.peek()
            if not double and char == "'" and self.peek(1) == "'":
                chunks.append("'")
                self.forward(2)
            elif (double and char == "'") or (not double and char in '"\\'):
                chunks.append(char)
                self.forward()
            elif double and char == "\\":
                chunks += self._escape(start_mark)
            else:
                return chunks

    def _escape(self, start: yaml.Mark) -> list[str]:
        letter = self.peek(1)
        if letter in _BREAKS:
            self.forward()
            self._line_break()
            breaks: list[str] = self.scan_flow_scalar_breaks(True, start)  # noqa: FBT003 - double
            return breaks
        if letter not in _ESCAPES and letter not in _LONGEST_HEX:
            self.refuse(start, "found unknown escape character")
        self.forward(2)
        return [_ESCAPES[letter] if letter in _ESCAPES else self._coded(start, _LONGEST_HEX[letter])]

    def _coded(self, start: yaml.Mark, length: int) -> str:
        digits = self.prefix(length)
        if len(digits) < length or not _HEX.issuperset(digits):
            self.refuse(start, "did not find expected hexdecimal number")
        code = int(digits, 16)
        if 0xD800 <= code < 0xE000 or code > _LAST_RUNE:  # noqa: PLR2004 - surrogates
            self.refuse(start, "found invalid Unicode character escape code")
        self.forward(length)
        return chr(code)

    # Block scalars.

    def scan_block_scalar_indicators(self, start_mark: yaml.Mark) -> tuple[bool | None, int | None]:
        """Whether line breaks at the end are kept (None: one of them), and how much deeper the text stands."""
        chomping, increment = self._chomping(), None
        if self.peek() in "0123456789":
            if self.peek() == "0":
                self.refuse(start_mark, "found an indentation indicator equal to 0")
            increment = int(self.peek())
            self.forward()
            chomping = self._chomping() if chomping is None else chomping
        return chomping, increment

    def _chomping(self) -> bool | None:
        sign: str = self.peek()
        if sign not in "+-":
            return None
        self.forward()
        return sign == "+"

    def scan_block_scalar_ignored_line(self, start_mark: yaml.Mark) -> None:
        self._skip(_BLANKS)
        self._skip_comment()
        if self.peek() not in "\0" + _BREAKS:
            self.refuse(start_mark, "did not find expected comment or line break")
        self._line_break()

    def scan_block_scalar_indentation(self) -> tuple[list[str], int, yaml.Mark]:
        found: tuple[list[str], int, yaml.Mark] = super().scan_block_scalar_indentation()
        self._refuse_tab()
        return found

    def scan_block_scalar_breaks(self, indent: int) -> tuple[list[str], yaml.Mark]:
        found: tuple[list[str], yaml.Mark] = super().scan_block_scalar_breaks(indent)
        if self.column < indent:
            self._refuse_tab()
        return found

    def _refuse_tab(self) -> None:
        if self.peek() == "\t":
            self.refuse(None, "found a tab character where an indentation space is expected")

    # Tags.

    def scan_tag(self) -> yaml.TagToken:
        start = self.get_mark()
        handle: str | None = None
        if self.peek(1) == "<":
            self.forward(2)
            suffix = self._uri(start, "")
            if self.peek() != ">":
                self.refuse(start, "did not find the expected '>'")
            self.forward()
        else:
            handle, suffix = self._handle_and_suffix(start)
        if self.peek() not in _ENDS:
            self.refuse(start, "did not find expected whitespace or line break")
        return yaml.TagToken((handle, suffix), start, self.get_mark())

    def _handle_and_suffix(self, start: yaml.Mark) -> tuple[str | None, str]:
        handle = self.scan_tag_handle("tag", start)
        if len(handle) > 1 and handle.endswith("!"):
            return handle, self._uri(start, "")
        suffix = self._uri(start, handle)
        return ("!", suffix) if suffix else (None, "!")

    def scan_tag_handle(self, name: str, start_mark: yaml.Mark) -> str:
        if self.peek() != "!":
            self.refuse(start_mark, "did not find expected '!'")
        length = 1
        while self.peek(length) in _NAME:
            length += 1
        if self.peek(length) == "!":
            length += 1
        handle: str = self.prefix(length)
        self.forward(length)
        if name == "directive" and handle != "!" and (len(handle) == 1 or not handle.endswith("!")):
            self.refuse(start_mark, "did not find expected '!'")
        return handle

    def scan_tag_uri(self, name: str, start_mark: yaml.Mark) -> str:  # noqa: ARG002 - PyYAML's own parameter
        return self._uri(start_mark, "")

    def _uri(self, start: yaml.Mark, head: str) -> str:
        """What follows a handle that turned out to be none (`head`), or nothing; it may not be empty without one."""
        chunks, found = [head[1:]], bool(head)
        while self.peek() in _URI:
            found = True
            if self.peek() == "%":
                chunks.append(self._octets(start))
            else:
                chunks.append(self.peek())
                self.forward()
        if not found:
            self.refuse(start, "did not find expected tag URI")
        return "".join(chunks)

    def _octets(self, start: yaml.Mark) -> str:
        """One character, as many escapes as it has octets."""
        octets = bytes([self._octet(start)])
        width = next((size for size, (mask, lead) in _LEADS.items() if octets[0] & mask == lead), 0)
        if not width:
            self.refuse(start, "found an incorrect leading UTF-8 octet")
        while len(octets) < width:
            octets += bytes([self._octet(start)])
            if octets[-1] & 0xC0 != 0x80:  # noqa: PLR2004 - a continuation
                self.refuse(start, "found an incorrect trailing UTF-8 octet")
        return octets.decode("utf-8", "surrogateescape")

    def _octet(self, start: yaml.Mark) -> int:
        escape = self.prefix(3)
        if len(escape) < len("%00") or escape[0] != "%" or not _HEX.issuperset(escape[1:]):
            self.refuse(start, "did not find URI escaped octet")
        self.forward(3)
        return int(escape[1:], 16)
