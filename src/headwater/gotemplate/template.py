"""The public face: parse a template once, render it on data as often as one likes.

The surprise: parsed templates are cached by their text, so calling `Template.parse` each time costs a look-up.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from headwater.gotemplate.ambient import Ambient
from headwater.gotemplate.errors import GoError, Stage, TemplateError
from headwater.gotemplate.execute.fields import MissingKey
from headwater.gotemplate.execute.state import Program, State
from headwater.gotemplate.execute.walker import compiled
from headwater.gotemplate.functions.catalogue import FUNCTIONS
from headwater.gotemplate.limits import Limits
from headwater.gotemplate.parse.cursor import ParseError
from headwater.gotemplate.parse.nodes import Node, Trees
from headwater.gotemplate.parse.parser import parse
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.reflected import INVALID
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import GoMap, MapMap, StringMap, Value

Strings: TypeAlias = Mapping[str, bytes | str]
Data: TypeAlias = Strings | Mapping[str, Strings]
DELIMITERS = ("{{", "}}")
_SHORT = 1 << 10
_LONG = 1 << 14
_LONGEST_NAME = 40


class Template:
    """A parsed template: immutable, usable from any thread. It is compiled when it is first rendered."""

    __slots__ = ("_missing_key", "_name", "_program", "_text", "_trees")

    def __init__(self, text: bytes, name: bytes, trees: Trees, missing_key: MissingKey) -> None:
        self._text = text
        self._name = name
        self._trees = trees
        self._missing_key = missing_key
        self._program: Program | None = None

    @classmethod
    def parse(
        cls,
        text: str | bytes,
        *,
        name: str,
        delimiters: tuple[str, str] = DELIMITERS,
        missing_key: MissingKey = MissingKey.ERROR,
    ) -> "Template":
        """Read a template; `name` is what messages call it, empty delimiters mean Go's own.

        Raises: TemplateError.
        """
        source = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
        return _reader(len(source))(source, name, delimiters, missing_key)

    def render(self, data: Data | GoMap, *, ambient: Ambient) -> bytes:
        """The output for `data`: strings by name, or (for webhooks) maps of strings by name, or what `dot_of` made.

        Raises: TemplateError.
        """
        return self.render_value(data if type(data) is StringMap else dot_of(data), ambient=ambient)

    def render_value(self, dot: Value, *, ambient: Ambient) -> bytes:
        """As `render`, with any value of the language as dot."""
        program = self._program if self._program is not None else self._compiled()
        state = State(program, self._name, dot if dot is not None else INVALID, ambient)
        try:
            state.start(dot.longest if type(dot) is StringMap and dot.longest is not None else _longest(dot))
            return state.execute()
        except GoError as error:
            raise self._failed(state, error) from error
        except RecursionError as error:
            raise self._failed(state, _too_deep()) from error

    def _compiled(self) -> Program:
        """Two threads may both do it: the result is the same.

        Raises: TemplateError.
        """
        try:
            self._program = compiled(self._trees, FUNCTIONS, self._missing_key)
        except RecursionError as error:
            raise _unparsed(self._name, 1, _too_deep().text) from error
        return self._program

    def _failed(self, state: State, error: GoError) -> TemplateError:
        node = state.node
        line, column = _place(self._text, node)
        place = b"template: %s:%d:%d: executing %s at <%s>: " % (
            self._name,
            line,
            column,
            quote(state.name),
            node.string() if node is not None else b"",
        )
        at = repaired(node.string()) if node is not None else ""
        public = error.public if error.public is not None else "[masked]"
        return TemplateError(
            f"template {_shown(self._name)}, line {line}, column {column}: at <{at}>: {public}",
            stage=Stage.EXECUTE,
            exact=place + error.text,
            line=line,
            column=column,
        )


def _longest(dot: Value) -> int:
    """The longest string in data, remembered by it; other values are not looked into."""
    if type(dot) is not StringMap:
        return 0
    dot.longest = max(map(len, dot.values()), default=0)  # type: ignore[arg-type] # they are all bytes
    return dot.longest


def _too_deep() -> GoError:
    text = "template is nested too deep"
    return GoError(text, public=text)


def _shown(name: bytes) -> str:
    """A template's name for publication: ESO names some templates by their whole text."""
    first = repaired(name).partition("\n")[0]
    return first if len(first) <= _LONGEST_NAME else first[:_LONGEST_NAME] + "…"


def _place(text: bytes, node: Node | None) -> tuple[int, int]:
    """Line, from 1, and the byte in it, from 0."""
    before = text[: node.position] if node is not None else b""
    return before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1)


def dot_of(data: Data | GoMap) -> GoMap:
    """Data in the language's own form; templates cannot change it, so it may be made once for many of them."""
    if isinstance(data, GoMap):
        return data
    try:
        return StringMap({key.encode(): _plain_bytes(value) for key, value in data.items()})
    except (AttributeError, UnicodeEncodeError):
        return _unusual_dot(data)


def _plain_bytes(value: object) -> bytes:
    """The common case; maps have no `encode`, and a lone surrogate has no UTF-8."""
    return value if type(value) is bytes else value.encode()  # type: ignore[attr-defined] # see above


def _unusual_dot(data: Data) -> GoMap:
    strings = StringMap()
    for key, value in data.items():
        if not isinstance(value, str | bytes):
            return MapMap({_bytes(name): dot_of(each) for name, each in data.items() if isinstance(each, Mapping)})
        strings[_bytes(key)] = _bytes(value)
    return strings


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def _parse(source: bytes, name: str, delimiters: tuple[str, str], missing_key: MissingKey) -> Template:
    named = name.encode("utf-8", "surrogateescape")
    marks = (_bytes(delimiters[0]), _bytes(delimiters[1]))
    try:
        trees = parse(source, name=named, delimiters=marks, functions=FUNCTIONS, limits=Limits())
    except ParseError as error:
        raise _unparsed(named, error.line, error.text) from error
    except RecursionError as error:
        raise _unparsed(named, 1, _too_deep().text) from error
    return Template(source, named, trees, missing_key)


def _unparsed(name: bytes, line: int, text: bytes) -> TemplateError:
    return TemplateError(
        f"template {_shown(name)}, line {line}: {repaired(text)}",
        stage=Stage.PARSE,
        exact=b"template: %s:%d: %s" % (name, line, text),
        line=line,
        column=None,
    )


# A compiled template can take 600 times its source, so fewer long ones are kept.
_parse_short = lru_cache(maxsize=512)(_parse)
_parse_long = lru_cache(maxsize=16)(_parse)


def _reader(length: int) -> Callable[[bytes, str, tuple[str, str], MissingKey], Template]:
    if length <= _SHORT:
        return _parse_short
    return _parse_long if length <= _LONG else _parse
