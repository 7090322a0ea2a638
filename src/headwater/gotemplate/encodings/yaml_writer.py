"""`sigs.k8s.io/yaml.Marshal`: JSON first, then go-yaml v2's block style.

The surprise: what JSON's detour loses is lost here too: control characters past ASCII make the whole result fail, NEL
folds into space, and a whole float is written as an integer.
"""

import re
from typing import cast

from headwater.gotemplate.encodings import json_writer
from headwater.gotemplate.encodings.yaml_resolver import plain_reads_back, resolve
from headwater.gotemplate.errors import GoError, plain
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.numerals import format_float
from headwater.gotemplate.values.values import GoMap, GoObject, GoSlice, Value

_WIDTH = 80
_LONGEST_KEY = 128
_LONGEST_JSON_KEY = 1024
_RAW_NEL = "\x85".encode()
_BREAKS = "\r\n\x85\u2028\u2029"
_UNREADABLE = re.compile("[\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_NEL = re.compile(" *(\x85(?: *\x85)*) *")
_PRINTABLE = re.compile("[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*")
_LEADING = frozenset("#,[]{}&*!|>'\"%@`")
_ESCAPES = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


class _Scalar:
    """What the emitter must know of a text before it chooses a style."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.multiline = any(char in _BREAKS for char in text)
        special = not _PRINTABLE.fullmatch(text.translate({0x85: None, 0x2028: None, 0x2029: None}))
        special = special or "\r" in text or "\x85" in text
        space_break = re.search(f" [{_BREAKS}]", text) is not None
        break_space = re.search(f"[{_BREAKS}] ", text) is not None
        edges = text[:1] == " " or text[-1:] == " " or text[:1] in set(_BREAKS) or text[-1:] in set(_BREAKS)
        hard = special or space_break
        self.plain = not (edges or break_space or hard or self.multiline or _has_indicator(text))
        self.single = not (break_space or hard)
        self.block = bool(text) and not (text[-1:] == " " or hard)


def _has_indicator(text: str) -> bool:
    """Whether a block scalar cannot be plain because of what it starts with or holds."""
    first, blank_follows = text[:1], len(text) == 1 or text[1:2] in {" ", "\t"}
    if text.startswith(("---", "...")) or first in _LEADING:
        return True
    if first in {"?", ":", "-"} and first and blank_follows:
        return True
    return re.search(r":(?:[ \t]|$)|(?<=[ \t\r\n\x85\u2028\u2029])#", text[1:] if first == ":" else text) is not None


class YamlWriter:
    """One value to YAML, at most one level of the surrounding block at a time."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._out: list[str] = []
        self._column = 0

    def write(self, value: Value) -> bytes:
        """Without the last line break.

        Raises: GoError for what JSON or go-yaml cannot hold.
        """
        self._node(value, 0, root=True)
        return "".join(self._out).removesuffix("\n").encode()

    def _put(self, text: str) -> None:
        self._meter.allot(len(text))
        self._out.append(text)
        newline = text.rfind("\n")
        self._column = len(text) - newline - 1 if newline >= 0 else self._column + len(text)

    # Nodes.

    def _node(self, value: Value, indent: int, *, root: bool = False) -> None:
        """A value after `key:` or `-`, or alone; ends with a line break."""
        if isinstance(value, GoObject) and _is_object(value):
            value = GoMap({name: item for name, item in value.struct() if name in value.fields})
        if isinstance(value, GoMap) and not value.nil and value:
            self._mapping(value, indent)
        elif isinstance(value, GoSlice) and not value.nil and value:
            self._sequence(value, indent)
        else:
            self._put("" if root else " ")
            self._scalar(value, indent + 2)
            if not self._out[-1].endswith("\n"):
                self._put("\n")

    def _scalar(self, value: Value, indent: int) -> None:
        if isinstance(value, GoObject):
            value = value.json() or int(value) if isinstance(value, int) else value.json()
        if isinstance(value, bytes):
            self._string(_through_json(value), indent)
        elif isinstance(value, GoSlice | GoMap):
            self._put("null" if value.nil else "[]" if isinstance(value, GoSlice) else "{}")
        elif isinstance(value, float):
            self._put(_number(value))
        else:
            self._put(json_writer.JsonWriter(self._meter).write(value).decode())

    def _mapping(self, value: GoMap, indent: int) -> None:
        self._meter.enter()
        for index, key in enumerate(sorted(value, key=lambda each: _SortKey(runes.repaired(each)))):
            if index or self._column > indent:
                self._line(indent)
            complex_key = self._key(key, indent)
            self._put(":")
            if complex_key and (_is_struct(value[key]) or (isinstance(value[key], GoSlice | GoMap) and value[key])):
                self._put(" ")
                self._node(value[key], indent + 2)
            else:
                self._nested(value[key], indent)
        self._meter.leave()

    def _nested(self, value: Value, indent: int) -> None:
        """The value of a key: maps one level in, lists not."""
        if isinstance(value, GoSlice) and value:
            self._put("\n")
            self._sequence(value, indent)
        elif (isinstance(value, GoMap) and value) or _is_struct(value):
            self._put("\n")
            self._node(value, indent + 2)
        else:
            self._node(value, indent)

    def _line(self, indent: int) -> None:
        """Start a new line at this indent, unless one has just been started."""
        if self._column:
            self._put("\n")
        self._put(" " * indent)

    def _key(self, key: bytes, indent: int) -> bool:
        """Whether it is a complex one, marked by `?`, whose value starts on its own line."""
        if self._column < indent:
            self._put(" " * (indent - self._column))
        written = json_writer.JsonWriter(self._meter).write(key)
        if len(written) > _LONGEST_JSON_KEY or _RAW_NEL in written:
            raise plain("yaml: could not find expected ':'")
        text = _through_json(key)
        scalar = _Scalar(text)
        if scalar.multiline or len(text.encode()) > _LONGEST_KEY:
            self._put("? ")
            self._string(text, indent + 2)
            self._line(indent)
            return True
        self._simple_key(scalar)
        return False

    def _simple_key(self, scalar: _Scalar) -> None:
        if not plain_reads_back(scalar.text.encode()):
            self._double_quoted(scalar.text, None)
        elif scalar.plain and scalar.text:
            self._put(scalar.text)
        elif scalar.single:
            self._put("'" + scalar.text.replace("'", "''") + "'")
        else:
            self._double_quoted(scalar.text, None)

    def _sequence(self, value: GoSlice, indent: int) -> None:
        self._meter.enter()
        for index, item in enumerate(value):
            if index or self._column > indent:
                self._line(indent)
            if self._column < indent:
                self._put(" " * (indent - self._column))
            self._put("-")
            if (isinstance(item, GoSlice | GoMap) and item) or _is_struct(item):
                self._put(" ")
                self._node(item, indent + 2)
            else:
                self._node(item, indent)
        self._meter.leave()

    # Strings.

    def _string(self, text: str, indent: int) -> None:
        scalar = _Scalar(text)
        if "\n" in text:
            if scalar.block:
                self._literal(text, indent)
            else:
                self._double_quoted(text, indent)
        elif not plain_reads_back(text.encode()):
            self._double_quoted(text, indent)
        elif scalar.plain:
            self._folded(text, indent, "")
        elif scalar.single:
            self._folded(text, indent, "'")
        else:
            self._double_quoted(text, indent)

    def _literal(self, text: str, indent: int) -> None:
        hint = "2" if text[0] in " " + _BREAKS else ""
        chomp = "-" if text[-1] not in _BREAKS else "+" if len(text) == 1 or text[-2] in _BREAKS else ""
        self._put(f"|{hint}{chomp}\n")
        for line in re.split(f"(?<=[{_BREAKS}])", text):
            if line:
                self._put((" " * indent if line[0] not in _BREAKS else "") + line)
        if text[-1] not in _BREAKS:
            self._put("\n")

    def _folded(self, text: str, indent: int, mark: str) -> None:
        """A plain or single-quoted scalar, its lines folded at single spaces past the width."""
        self._put(mark)
        last = len(text) - 1
        spaces = breaks = False
        for index, char in enumerate(text):
            if char == " ":
                folds = not spaces and self._column > _WIDTH and text[index + 1 : index + 2] != " "
                if folds and (not mark or 0 < index < last):
                    self._put("\n" + " " * indent)
                else:
                    self._put(" ")
                spaces = True
            elif char in _BREAKS:
                self._put(char)
                self._column = 0
                breaks = True
            else:
                if breaks:
                    self._put((" " * indent) if self._column == 0 else "\n" + " " * indent)
                self._put("''" if mark and char == "'" else char)
                spaces = breaks = False
        if breaks:
            self._put("")
        self._put(mark)

    def _double_quoted(self, text: str, indent: int | None) -> None:
        """`indent` None: a key, which never folds."""
        self._put('"')
        last = len(text) - 1
        spaces = False
        everything = text.startswith("\ufeff")  # go-yaml takes each character after a BOM for one
        for index, char in enumerate(text):
            if char == " " and not everything:
                if indent is not None and not spaces and self._column > _WIDTH and 0 < index < last:
                    self._put("\n" + " " * indent + ("\\" if text[index + 1] == " " else ""))
                else:
                    self._put(" ")
                spaces = True
            else:
                self._put(_escaped(char, always=everything))
                spaces = False
        self._put('"')


def _is_struct(value: Value) -> bool:
    """A struct that shows some field."""
    return _is_object(value) and bool(cast("GoObject", value).fields)


def _is_object(value: Value) -> bool:
    """What JSON has as an object, empty where no field is exported."""
    return isinstance(value, GoObject) and value.json() is None and not isinstance(value, int)


def _escaped(char: str, *, always: bool) -> str:
    if not always and char not in _BREAKS and char not in '"\\\ufeff' and _PRINTABLE.fullmatch(char):
        return char
    if char in _ESCAPES:
        return "\\" + _ESCAPES[char]
    code = ord(char)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004


def _number(value: float) -> str:
    """A float as go-yaml reads its JSON and writes it again."""
    read = resolve(json_writer.number(value).encode())
    return format_float(read, "g") if isinstance(read, float) else str(int(read)) if isinstance(read, int) else "0"


def _through_json(text: bytes) -> str:
    """A string as it comes back from JSON read as YAML.

    Raises: GoError.
    """
    read = runes.repaired(text)
    if _UNREADABLE.search(read):
        raise GoError("yaml: control characters are not allowed", public="control characters are not allowed")
    return _NEL.sub(_fold_nel, read) if "\x85" in read else read


def _fold_nel(match: re.Match[str]) -> str:
    return "\n" * (match[1].count("\x85") - 1) or " "


class _SortKey:
    """go-yaml's natural order: digits as numbers, letters after everything else."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __lt__(self, other: "_SortKey") -> bool:
        left, right = self._text, other._text
        for index in range(min(len(left), len(right))):
            if left[index] != right[index]:
                return _less_at(left, right, index)
        return len(left) < len(right)


def _less_at(left: str, right: str, index: int) -> bool:
    """The order of two keys that first differ here."""
    a, b = left[index], right[index]
    a_letter, b_letter = runes.is_letter(a), runes.is_letter(b)
    if a_letter or b_letter:
        return a < b if a_letter and b_letter else b_letter
    start = 1 if "0" in (a, b) and _digits_before(left, index) else 0
    a_number, a_end = _number_at(left, index, start)
    b_number, b_end = _number_at(right, index, start)
    if a_number != b_number:
        return a_number < b_number
    return a_end < b_end if a_end != b_end else a < b


def _digits_before(text: str, index: int) -> bool:
    """Whether the digits just before are a number other than zero."""
    head = text[:index]
    digits = head[len(head.rstrip("0123456789")) :]
    return digits.strip("0") != ""


def _number_at(text: str, index: int, start: int) -> tuple[int, int]:
    number, end = start, index
    while end < len(text) and runes.is_digit(text[end]):
        number = (number * 10 + ord(text[end]) - ord("0") + (1 << 63)) % (1 << 64) - (1 << 63)
        end += 1
    return number, end
