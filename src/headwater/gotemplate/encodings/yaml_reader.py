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
from typing import cast

import yaml

from headwater.gotemplate.encodings.yaml_errors import YamlError, worded
from headwater.gotemplate.encodings.yaml_octets import readable
from headwater.gotemplate.encodings.yaml_resolver import is_timestamp, resolve
from headwater.gotemplate.encodings.yaml_scanner import Loader
from headwater.gotemplate.errors import GoError
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.values import runes
from headwater.gotemplate.values.numerals import format_float
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.values import AnyMap, AnySlice, Uint64, Value

_TAG = "tag:yaml.org,2002:"
_WANTED = {
    _TAG + "int": "!!int",
    _TAG + "float": "!!float",
    _TAG + "bool": "!!bool",
    _TAG + "null": "!!null",
    _TAG + "timestamp": "!!timestamp",
}


@dataclass(slots=True, eq=False)
class _Node:
    kind: str
    value: bytes = b""
    tag: str = ""
    implicit: bool = False
    children: list["_Node"] = field(default_factory=list)
    alias: "_Node | None" = None


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
            raise YamlError(worded(error)) from error
        value = self._decode(node) if node is not None else None
        return self._jsonable(value)

    # Events to nodes.

    def _document(self) -> _Node | None:
        events = yaml.parse(readable(self._text), Loader=Loader)
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
            raise YamlError(f"unknown anchor '{name}' referenced")
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
            raise YamlError(f"anchor '{runes.repaired(node.value)}' value contains itself")
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
                raise YamlError(f"invalid map key: {_go_syntax(key)}")
            pairs.set(key, self._decode(value_node))
        return pairs

    def _merge(self, node: _Node, pairs: "_Pairs") -> None:
        """`<<`: later keys of the mapping itself overwrite; earlier ones are overwritten."""
        sources = list(reversed(node.children)) if node.kind == "sequence" else [node]
        for source in sources:
            target = source.alias if source.alias is not None else source
            if target.kind != "mapping":
                raise YamlError("map merge requires map or sequence of maps as the value")
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


_Decoded = Value | list["_Decoded"] | _Pairs


def _is_merge(node: _Node) -> bool:
    return node.tag == _TAG + "merge"


def _scalar(node: _Node) -> Value:
    if node.tag == _TAG + "binary":
        return _binary(re.sub(rb"[\r\n]", b"", node.value))
    if (not node.tag and not node.implicit) or node.tag == _TAG + "str":
        return node.value
    if node.tag and node.tag not in _WANTED:
        return node.value
    value = resolve(node.value)
    return _tagged(node, value) if node.tag in _WANTED else value


def _binary(text: bytes) -> bytes:
    """Raises: YamlError."""
    problem = "!!binary value contains invalid base64 data"
    if len(text) % 4:
        raise YamlError(problem)
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise YamlError(problem) from error


def _tagged(node: _Node, value: Value) -> Value:
    """The value, if it is what its tag says."""
    wanted, actual = _WANTED[node.tag], _type_name(value)
    if wanted == actual or (wanted == "!!timestamp" and is_timestamp(node.value)):
        return value
    if wanted == "!!float" and actual == "!!int" and isinstance(value, int):
        return float(value)
    raise YamlError(f"cannot decode {actual} `{runes.repaired(node.value)}` as a {wanted}")


def _type_name(value: Value) -> str:
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
            return "!!str"


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
        items = value.items()
        if all(isinstance(key, bytes) for key, _ in items):
            items.sort(key=lambda pair: cast("bytes", pair[0]))
        pairs = (f"{_go_syntax(key)}:{_go_syntax(item)}" for key, item in items)
        return "map[interface {}]interface {}{" + ", ".join(pairs) + "}"
    if isinstance(value, bytes):
        return quote(value).decode()
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
        if type(error) not in (GoError, YamlError):
            raise
        return AnyMap({b"Error": b"error converting YAML to JSON: " + error.text})
    if value is None:
        return AnyMap()
    if isinstance(value, AnyMap):
        return value
    kind = _KINDS[type(value)]
    problem = f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
    return AnyMap({b"Error": f"error unmarshaling JSON: while decoding JSON: {problem}".encode()})
