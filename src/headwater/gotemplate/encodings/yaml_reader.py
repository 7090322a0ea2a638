"""`sigs.k8s.io/yaml.Unmarshal` into a map: go-yaml v2's reading, then JSON's types.

The surprise: PyYAML scans and parses; every message is then worded as go-yaml words it, since they end up in a Secret,
under the key `Error`.
"""

import base64
import binascii
import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from headwater.gotemplate.encodings.yaml_resolver import resolve
from headwater.gotemplate.errors import GoError
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.numerals import format_float
from headwater.gotemplate.values.values import AnyMap, AnySlice, Uint64, Value

_TAG = "tag:yaml.org,2002:"
_WANTED = {
    _TAG + "int": "!!int",
    _TAG + "float": "!!float",
    _TAG + "bool": "!!bool",
    _TAG + "null": "!!null",
    _TAG + "timestamp": "!!timestamp",
}
_PROBLEMS = (
    (r"found character .* that cannot start any token", "found character that cannot start any token"),
    (r"expected ',' or ']', but got .*", "did not find expected ',' or ']'"),
    (r"expected ',' or '}', but got .*", "did not find expected ',' or '}'"),
    (r"expected the node content, but found .*", "did not find expected node content"),
    (r"expected '<document start>', but found .*", "did not find expected <document start>"),
    (r"mapping values are not allowed here", "mapping values are not allowed in this context"),
    (r"sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
    (r"mapping keys are not allowed here", "mapping keys are not allowed in this context"),
    (
        r"expected alphabetic or numeric character, but found .*",
        "did not find expected alphabetic or numeric character",
    ),
    (r"expected chomping or indentation indicators, but found .*", "did not find expected comment or line break"),
    (r"expected a comment or a line break, but found .*", "did not find expected comment or line break"),
    (r"expected a digit or '.', but found .*", "did not find expected digit or '.' character"),
    (r"expected a digit, but found .*", "did not find expected version number"),
    (r"found unknown escape character .*", "found unknown escape character"),
    (r"expected escape sequence of .*", "did not find expected hexdecimal number"),
    (r"found undefined tag handle .*", "found undefined tag handle"),
    (r"expected (?:URI|' '|'!'|'>').*, but found .*", "did not find expected tag URI"),
    (r"expected indentation indicator in the range 1-9, but found 0", "found an indentation indicator equal to 0"),
)


@dataclass(slots=True, eq=False)
class _Node:
    kind: str
    value: bytes = b""
    tag: str = ""
    implicit: bool = False
    children: list["_Node"] = field(default_factory=list)
    alias: "_Node | None" = None


class _YamlError(GoError):
    """An error of go-yaml itself."""

    def __init__(self, text: str) -> None:
        super().__init__(f"yaml: {text}")


def _line_break(loader: yaml.SafeLoader) -> str:
    found: str = loader.scan_line_break()  # type: ignore[no-untyped-call] # its stubs leave this one out
    return found


class _Loader(yaml.SafeLoader):
    """PyYAML's scanner, but for tabs: go-yaml takes them for space in the middle of a line."""

    def scan_to_next_token(self) -> None:
        if self.index == 0 and self.peek() == "\ufeff":
            self.forward()
        while True:
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0\r\n\x85\u2028\u2029":
                    self.forward()
            if not _line_break(self):
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_directive_name(self, start_mark: yaml.Mark) -> str:
        name: str = super().scan_directive_name(start_mark)  # type: ignore[no-untyped-call] # as above
        if name not in ("YAML", "TAG"):
            problem = "found unknown directive name"
            raise yaml.scanner.ScannerError("while scanning a directive", start_mark, problem, self.get_mark())
        return name

    def scan_plain_spaces(self, indent: int, start_mark: yaml.Mark) -> list[str] | None:
        """The space and the line breaks inside a plain scalar; None before a document's end."""
        length = 0
        while self.peek(length) in " \t":
            length += 1
        blanks = self.prefix(length)
        self.forward(length)
        if self.peek() not in "\r\n\x85\u2028\u2029":
            return [blanks] if blanks else []
        first, breaks = _line_break(self), []
        self.allow_simple_key = True
        while True:
            if self.column == 0 and self.prefix(3) in ("---", "...") and self.peek(3) in "\0 \t\r\n\x85\u2028\u2029":
                return None
            if self.peek() == "\t" and self.column < indent:
                problem = "found a tab character that violates indentation"
                raise yaml.scanner.ScannerError("while scanning a plain scalar", start_mark, problem, self.get_mark())
            if self.peek() in " \t":
                self.forward()
            elif self.peek() in "\r\n\x85\u2028\u2029":
                breaks.append(_line_break(self))
            else:
                return [*([first] if first != "\n" else [" "] if not breaks else []), *breaks]


class YamlReader:
    def __init__(self, text: bytes, meter: Meter) -> None:
        self._text = text
        self._meter = meter
        self._anchors: dict[str, _Node] = {}
        self._aliases: set[int] = set()

    def read(self) -> Value:
        """The first document as JSON's types hold it.

        Raises: GoError.
        """
        try:
            node = self._document()
        except yaml.YAMLError as error:
            raise _YamlError(_worded(error, len(runes.decode(self._text)))) from error
        value = self._decode(node) if node is not None else None
        return self._jsonable(value)

    # Events to nodes.

    def _document(self) -> _Node | None:
        events = yaml.parse(_readable(self._text), Loader=_Loader)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                node = self._compose(next(events), events)
                self._expect_end(events)
                return node
        return None

    def _expect_end(self, events: Iterator[yaml.Event]) -> None:
        """Go's parser stops after the first document, but has read its end."""
        next(events)

    def _compose(self, event: yaml.Event, events: Iterator[yaml.Event]) -> _Node:
        self._meter.step()
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor or "")
        if isinstance(event, yaml.ScalarEvent):
            node = _Node("scalar", runes.encode(event.value), event.tag or "", event.implicit[0])
            self._anchor(event.anchor, node)
            return node
        node = _Node("sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping")
        self._anchor(getattr(event, "anchor", None), node)
        self._meter.enter()
        for child in events:
            if isinstance(child, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                break
            node.children.append(self._compose(child, events))
        self._meter.leave()
        return node

    def _anchor(self, name: str | None, node: _Node) -> None:
        if name is not None:
            self._anchors[name] = node

    def _alias(self, name: str) -> _Node:
        if name not in self._anchors:
            raise _YamlError(f"unknown anchor '{name}' referenced")
        return _Node("alias", name.encode(), alias=self._anchors[name])

    # Nodes to YAML's values: maps are lists of pairs, since keys may be anything.

    def _decode(self, node: _Node) -> "_Decoded":
        self._meter.enter()
        try:
            if node.alias is not None:
                return self._decode_alias(node, node.alias)
            if node.kind == "scalar":
                return _scalar(node)
            if node.kind == "sequence":
                return [self._decode(child) for child in node.children]
            return self._mapping(node)
        finally:
            self._meter.leave()

    def _decode_alias(self, node: _Node, target: _Node) -> "_Decoded":
        if id(node) in self._aliases:
            raise _YamlError(f"anchor '{runes.repaired(node.value)}' value contains itself")
        self._aliases.add(id(node))
        value = self._decode(target)
        self._aliases.discard(id(node))
        return value

    def _mapping(self, node: _Node) -> "_Pairs":
        pairs = _Pairs()
        for key_node, value_node in zip(node.children[::2], node.children[1::2], strict=True):
            if key_node.kind == "scalar" and key_node.value == b"<<" and (key_node.implicit or _is_merge(key_node)):
                self._merge(value_node, pairs)
                continue
            key = self._decode(key_node)
            if isinstance(key, list | _Pairs):
                raise _YamlError(f"invalid map key: {_go_syntax(key)}")
            pairs.set(key, self._decode(value_node))
        return pairs

    def _merge(self, node: _Node, pairs: "_Pairs") -> None:
        """`<<`: later keys of the mapping itself overwrite; earlier ones are overwritten."""
        sources = list(reversed(node.children)) if node.kind == "sequence" else [node]
        for source in sources:
            target = source.alias if source.alias is not None else source
            if target.kind != "mapping":
                raise _YamlError("map merge requires map or sequence of maps as the value")
            merged = self._decode(source)
            if isinstance(merged, _Pairs):
                for key, value in merged.items():
                    pairs.set(key, value)

    # YAML's values to JSON's.

    def _jsonable(self, value: "_Decoded") -> Value:
        self._meter.step()
        if isinstance(value, list):
            return AnySlice(self._jsonable(item) for item in value)
        if isinstance(value, _Pairs):
            return AnyMap((_key(key, item), self._jsonable(item)) for key, item in value.items())
        return _json_scalar(value)


class _Pairs:
    """A map whose keys may be any scalar; equal keys are of equal type too."""

    def __init__(self) -> None:
        self._items: dict[tuple[type, object], tuple[Value, _Decoded]] = {}

    def set(self, key: Value, value: "_Decoded") -> None:
        self._items[type(key), key] = (key, value)

    def items(self) -> list[tuple[Value, "_Decoded"]]:
        return list(self._items.values())


_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff\udc80-\udcff]")
_Decoded = Value | list["_Decoded"] | _Pairs


def _readable(text: bytes) -> str:
    """The text as go-yaml's reader takes it.

    Raises: GoError.
    """
    decoded = runes.decode(text)
    bad = _UNREADABLE.search(decoded)
    if bad is not None and runes.is_invalid(bad[0]):
        raise _YamlError(_bad_octet(text, len(decoded[: bad.start()].encode())))
    if bad is not None:
        raise _YamlError("control characters are not allowed")
    return decoded


def _bad_octet(text: bytes, at: int) -> str:
    first = text[at]
    width = 2 if first & 0xE0 == 0xC0 else 3 if first & 0xF0 == 0xE0 else 4 if first & 0xF8 == 0xF0 else 0  # noqa: PLR2004
    if not width:
        return "invalid leading UTF-8 octet"
    if at + width > len(text):
        return "incomplete UTF-8 octet sequence"
    if any(octet & 0xC0 != 0x80 for octet in text[at + 1 : at + width]):  # noqa: PLR2004 - a continuation
        return "invalid trailing UTF-8 octet"
    return "invalid length of a UTF-8 sequence"


def _worded(error: yaml.YAMLError, length: int) -> str:
    """`length` is that of the text; at its end go-yaml has already begun a new line."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", "") or ""
    context = getattr(error, "context", None) or ""
    mark = getattr(error, "problem_mark", None)
    at_end = getattr(mark, "index", 0) >= length and bool(getattr(mark, "column", 0))
    problem_line = _line(mark) + (at_end and problem.endswith(("'<stream end>'", "could not find expected ':'")))
    context_line = _line(getattr(error, "context_mark", None))
    line = problem_line + isinstance(error, yaml.scanner.ScannerError) if problem_line else context_line
    if "directive" in context and problem.startswith("expected alphabetic"):
        return (f"line {line}: " if line else "") + _directive_problem(error)
    return (f"line {line}: " if line else "") + _reworded(problem, context)


def _directive_problem(error: yaml.YAMLError) -> str:
    start, found = (getattr(getattr(error, name), "column", 0) for name in ("context_mark", "problem_mark"))
    return (
        "could not find expected directive name"
        if found == start + 1
        else "found unexpected non-alphabetical character"
    )


def _line(mark: object) -> int:
    line = getattr(mark, "line", 0)
    return line if isinstance(line, int) else 0


def _reworded(problem: str, context: str) -> str:
    if problem.startswith("expected <block end>"):
        return "did not find expected key" if "mapping" in context else "did not find expected '-' indicator"
    for pattern, text in _PROBLEMS:
        if re.fullmatch(pattern, problem, re.DOTALL):
            return text
    return problem


def _is_merge(node: _Node) -> bool:
    return node.tag == _TAG + "merge"


def _scalar(node: _Node) -> Value:
    if node.tag == _TAG + "binary":
        try:
            return base64.b64decode(re.sub(rb"[\r\n]", b"", node.value), validate=True)
        except binascii.Error as error:
            raise _YamlError("!!binary value contains invalid base64 data") from error
    if (not node.tag and not node.implicit) or node.tag == _TAG + "str":
        return node.value
    if node.tag and node.tag not in _WANTED:
        return node.value
    value = resolve(node.value)
    return _tagged(node, value) if node.tag in _WANTED else value


def _tagged(node: _Node, value: Value) -> Value:
    """The value, if it is what its tag says."""
    wanted, actual = _WANTED[node.tag], _type_name(node.value, value)
    if wanted == actual or (wanted == "!!timestamp" and actual == "!!str"):
        return value
    if wanted == "!!float" and actual == "!!int" and isinstance(value, int):
        return float(value)
    raise _YamlError(f"cannot decode {actual} `{runes.repaired(node.value)}` as a {wanted}")


def _type_name(text: bytes, value: Value) -> str:
    match value:
        case None:
            return "!!null"
        case bool():
            return "!!bool"
        case int():
            return "!!int"
        case float():
            return "!!float"
        case _:
            return "!!merge" if text == b"<<" else "!!str"


def _key(key: Value, value: "_Decoded") -> bytes:
    """A key as JSON holds it.

    Raises: GoError.
    """
    match key:
        case bytes():
            return key
        case bool():
            return b"true" if key else b"false"
        case Uint64():
            pass
        case int():
            return b"%d" % key
        case float():
            return {"+Inf": b".inf", "-Inf": b"-.inf", "NaN": b".nan"}.get(_float32(key), _float32(key).encode())
        case _:
            pass
    shown = "%!s(<nil>)" if key is None else type(key).__name__.lower()
    texts = ("<nil>" if each is None else _go_syntax(each) for each in (key, value))
    key_text, value_text = texts
    raise GoError(f"unsupported map key of type: {shown}, key: {key_text}, value: {value_text}")


def _float32(number: float) -> str:
    """The shortest digits that read back as the same 32-bit float."""
    if not math.isfinite(number):
        return format_float(number, "g")
    try:
        single = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return "-Inf" if number < 0 else "+Inf"
    for digits in range(1, 10):
        candidate = float(f"{single:.{digits}g}")
        if struct.unpack("f", struct.pack("f", candidate))[0] == single:
            return format_float(candidate, "g")
    return format_float(single, "g")  # pragma: no cover - nine digits always suffice


def _go_syntax(value: "_Decoded") -> str:
    """`%#v` of a key, as far as one can be in a document."""
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(_go_syntax, value)) + "}"
    if isinstance(value, _Pairs):
        pairs = (f"{_go_syntax(key)}:{_go_syntax(item)}" for key, item in value.items())
        return "map[interface {}]interface {}{" + ", ".join(pairs) + "}"
    if isinstance(value, bytes):
        return '"' + runes.repaired(value) + '"'
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "interface {}(nil)"}[value]
    if isinstance(value, Uint64):
        return f"{int(value):#x}"
    return format_float(value, "g") if isinstance(value, float) else str(value)


def _json_scalar(value: Value) -> Value:
    """A number becomes a float64; infinities have no JSON."""
    if isinstance(value, bytes):
        return runes.repaired(value).encode()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        number = float(value)
        if not math.isfinite(number):
            raise GoError(f"json: unsupported value: {format_float(number, 'g')}")
        return number
    return value


_KINDS = {bytes: "string", bool: "bool", float: "number", AnySlice: "array"}


def read_yaml(text: bytes, meter: Meter) -> AnyMap:
    """The document's map; on an error, a map that holds it under `Error`."""
    try:
        value = YamlReader(text, meter).read()
    except GoError as error:
        if type(error) not in (GoError, _YamlError):
            raise
        return AnyMap({b"Error": b"error converting YAML to JSON: " + error.text})
    if value is None:
        return AnyMap()
    if isinstance(value, AnyMap):
        return value
    kind = _KINDS[type(value)]
    problem = f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
    return AnyMap({b"Error": f"error unmarshaling JSON: while decoding JSON: {problem}".encode()})
