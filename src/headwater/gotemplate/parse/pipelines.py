"""The parser of pipelines: declarations, commands, operands and terms."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import ClassVar

from headwater.gotemplate.limits import Limits
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.constants import ConstantError, new_number
from headwater.gotemplate.parse.cursor import Cursor, ParseError
from headwater.gotemplate.parse.items import (
    ASSIGN,
    BOOL,
    CHAR,
    CHAR_CONSTANT,
    COMPLEX,
    DECLARE,
    DOT,
    ERROR,
    FIELD,
    IDENTIFIER,
    LEFT_PAREN,
    NIL,
    NUMBER,
    PIPE,
    RAW_STRING,
    RIGHT_DELIM,
    RIGHT_PAREN,
    SPACE,
    STRING,
    VARIABLE,
    Item,
    ItemType,
)
from headwater.gotemplate.parse.nodes import Node, PipeNode, Trees
from headwater.gotemplate.values.quoting import InvalidSyntaxError, quote, unquote

_NOT_EXECUTABLE = (nodes.BoolNode, nodes.DotNode, nodes.NilNode, nodes.NumberNode, nodes.StringNode)
_NO_FIELDS = _NOT_EXECUTABLE
_LONGER_WITH_FIELDS = (nodes.FieldNode, nodes.VariableNode)


@dataclass(slots=True, kw_only=True)
class Source:
    """What the trees of one text share.

    `filled` names the trees that hold more than space, and `depth` counts the parentheses and blocks that are open.
    """

    name: bytes
    items: Cursor
    functions: Collection[bytes]
    limits: Limits
    trees: Trees
    filled: set[bytes]
    depth: int = 0


class PipelineParser:
    """What a tree knows while it is parsed: its variables, and the action that it is in."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._items = source.items
        self._vars = {b"$": None}  # in the order of their first declarations, as a set has none
        self._action_start: Item | None = None

    # Errors.

    def _error(self, text: bytes) -> ParseError:
        return self._items.error(text)

    def _unexpected(self, item: Item, context: bytes) -> ParseError:
        if item.type is not ERROR:
            return self._error(b"unexpected " + item.shown() + b" in " + context)
        start = self._items.line_of(self._action_start) if self._action_start is not None else 0
        extra = b""
        if start not in (0, self._items.line_of(item)):
            started = b"started at %s:%d" % (self._source.name, start)
            extra = (b" " if item.value.endswith(b" action") else b" in action ") + started
        return self._error(item.value + extra)

    def _enter(self) -> None:
        """One level deeper in parentheses or blocks; `_leave` is the way back."""
        self._source.depth += 1
        if self._source.depth > self._source.limits.nesting:
            raise self._error(b"max expression depth exceeded")

    def _leave(self) -> None:
        self._source.depth -= 1

    # Pipelines.

    def _pipeline(self, context: bytes, end: ItemType) -> PipeNode:
        item = self._items.peek_non_space()
        pipe = PipeNode(item.position, [], False, [])  # noqa: FBT003 - names take longer than the rest of it
        if item.type is VARIABLE:
            while self._declaration(pipe, context):
                pass
            item = self._items.peek_non_space()
        while item.type is not end:
            if item.type not in self._TERMS:
                raise self._unexpected(item, context)
            pipe.cmds.append(self._command(item.position))
            item = self._items.peek_non_space()
        self._items.next()
        if len(pipe.cmds) != 1:
            self._check(pipe, context)
        return pipe

    def _declaration(self, pipe: PipeNode, context: bytes) -> bool:
        """A variable that the pipeline sets, if one stands here; True when another one may follow."""
        variable = self._items.peek_non_space()
        if variable.type is not VARIABLE:
            return False
        self._items.next()
        mark = self._items.mark()
        following = self._items.peek_non_space()
        if following.type is ASSIGN or following.type is DECLARE:
            pipe.is_assign = following.type is ASSIGN
            self._declare(pipe, variable)
            return False
        if following.type is CHAR and following.value == b",":
            self._declare(pipe, variable)
            return self._second_variable(pipe, context)
        self._items.reset(mark)
        self._items.backup()
        return False

    def _declare(self, pipe: PipeNode, variable: Item) -> None:
        self._items.next_non_space()
        pipe.decl.append(nodes.VariableNode(variable.position, [variable.value]))
        self._vars[variable.value] = None

    def _second_variable(self, pipe: PipeNode, context: bytes) -> bool:
        if context == b"range" and len(pipe.decl) < 2:  # noqa: PLR2004 - index and element
            if self._items.peek_non_space().type in (VARIABLE, RIGHT_DELIM, RIGHT_PAREN):
                return True
            raise self._error(b"range can only initialize variables")
        raise self._error(b"too many declarations in " + context)

    def _check(self, pipe: PipeNode, context: bytes) -> None:
        if not pipe.cmds:
            raise self._error(b"missing value for " + context)
        for stage in range(1, len(pipe.cmds)):
            if isinstance(pipe.cmds[stage].args[0], _NOT_EXECUTABLE):
                raise self._error(b"non executable command in pipeline stage %d" % (stage + 1))

    # Commands.

    def _command(self, position: int) -> nodes.CommandNode:
        """Operands up to a pipe, which is taken, or to the pipeline's end, which is left."""
        items = self._items
        args: list[Node] = []
        while True:
            item = items.next()
            term = self._TERMS[item.type](self, item)
            args.append(term if items.peek().type is not FIELD else self._with_fields(term))
            item = items.next()
            if item.type is not SPACE:
                break
            if items.peek().type not in self._TERMS:
                item = items.next()
                break
        if item.type is RIGHT_DELIM or item.type is RIGHT_PAREN:
            items.backup()
        elif item.type is not PIPE:
            raise self._unexpected(item, b"operand")
        return nodes.CommandNode(position, args)

    def _with_fields(self, term: Node) -> Node:
        position, fields = self._items.peek().position, []
        while self._items.peek().type is FIELD:
            fields.append(self._items.next().value[1:])
        if isinstance(term, _LONGER_WITH_FIELDS):
            return type(term)(position, [*term.ident, *fields])
        if isinstance(term, _NO_FIELDS):
            raise self._error(b"unexpected . after term " + quote(term.string()))
        return nodes.ChainNode(position, term, fields)

    # Terms.

    def _function(self, item: Item) -> Node:
        if item.value not in self._source.functions:
            raise self._error(b"function " + quote(item.value) + b" not defined")
        return nodes.IdentifierNode(item.position, item.value)

    def _dot(self, item: Item) -> Node:
        return nodes.DotNode(item.position)

    def _nil(self, item: Item) -> Node:
        return nodes.NilNode(item.position)

    def _variable(self, item: Item) -> Node:
        if item.value not in self._vars:
            raise self._error(b"undefined variable " + quote(item.value))
        return nodes.VariableNode(item.position, [item.value])

    def _field(self, item: Item) -> Node:
        return nodes.FieldNode(item.position, [item.value[1:]])

    def _bool(self, item: Item) -> Node:
        return nodes.BoolNode(item.position, item.value == b"true")

    def _number(self, item: Item) -> Node:
        try:
            return new_number(item.position, item.value, item.type)
        except ConstantError as fault:
            raise self._error(str(fault).encode()) from fault

    def _parenthesized(self, _: Item) -> Node:
        self._enter()
        pipe = self._pipeline(b"parenthesized pipeline", RIGHT_PAREN)
        self._leave()
        return pipe

    def _string(self, item: Item) -> Node:
        return nodes.StringNode(item.position, item.value, self._unquote(item))

    def _unquote(self, item: Item) -> bytes:
        try:
            return unquote(item.value)
        except InvalidSyntaxError as fault:
            raise self._error(str(fault).encode()) from fault

    # What the first item of a term leads to; nothing else starts an operand.
    _TERMS: ClassVar[dict[ItemType, Callable[["PipelineParser", Item], Node]]] = {
        IDENTIFIER: _function,
        DOT: _dot,
        NIL: _nil,
        VARIABLE: _variable,
        FIELD: _field,
        BOOL: _bool,
        NUMBER: _number,
        COMPLEX: _number,
        CHAR_CONSTANT: _number,
        LEFT_PAREN: _parenthesized,
        STRING: _string,
        RAW_STRING: _string,
    }
