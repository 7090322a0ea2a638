"""The parser: from items to trees, one tree per template that the text defines.

The surprise: an error's line is that of the last item the lexer had given out, as in Go, not that of the item at fault;
`_Items.line` keeps count of it.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from headwater.gotemplate.errors import GoError
from headwater.gotemplate.limits import Limits
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.constants import ConstantError, new_number
from headwater.gotemplate.parse.items import Item, ItemType
from headwater.gotemplate.parse.lexer import lex
from headwater.gotemplate.parse.nodes import ListNode, Node, PipeNode, Trees
from headwater.gotemplate.values.quoting import InvalidSyntaxError, quote, unquote
from headwater.gotemplate.values.runes import repaired


class ParseError(GoError):
    """What Go says of a text that is no template, without the template's name before it.

    `line` counts from 1.
    """

    def __init__(self, line: int, text: bytes) -> None:
        super().__init__(text, public=repaired(text))
        self.line = line


_LOOK_AHEAD = 3


class _Items:
    """The items with Go's three tokens of look-ahead; shared by the trees of one text."""

    def __init__(self, items: list[Item]) -> None:
        self._items = [*items, *items[-1:] * _LOOK_AHEAD]
        self._next = 0
        self._furthest = 0

    def next(self) -> Item:
        index = self._next
        if index > self._furthest:  # noqa: PLR1730 - as in peek
            self._furthest = index
        self._next = index + 1
        return self._items[index]

    def peek(self) -> Item:
        if self._next > self._furthest:  # noqa: PLR1730 - max() would take longer than all the rest
            self._furthest = self._next
        return self._items[self._next]

    def backup(self) -> None:
        self._next -= 1

    def mark(self) -> int:
        return self._next

    def reset(self, mark: int) -> None:
        self._next = mark

    def next_non_space(self) -> Item:
        item = self.next()
        return self.next() if item.type is ItemType.SPACE else item

    def peek_non_space(self) -> Item:
        if self.peek().type is ItemType.SPACE:
            self._next += 1
        return self.peek()

    @property
    def line(self) -> int:
        return self._items[self._furthest].line


_CONSTANTS = (ItemType.CHAR_CONSTANT, ItemType.COMPLEX, ItemType.NUMBER)
_OPERANDS = frozenset(
    (
        ItemType.BOOL,
        *_CONSTANTS,
        ItemType.DOT,
        ItemType.FIELD,
        ItemType.IDENTIFIER,
        ItemType.NIL,
        ItemType.RAW_STRING,
        ItemType.STRING,
        ItemType.VARIABLE,
        ItemType.LEFT_PAREN,
    )
)
_NOT_EXECUTABLE = (nodes.BoolNode, nodes.DotNode, nodes.NilNode, nodes.NumberNode, nodes.StringNode)
_NO_FIELDS = _NOT_EXECUTABLE


@dataclass(slots=True, kw_only=True)
class _Source:
    """What the trees of one text share; `depth` counts the parentheses and blocks that are open."""

    name: bytes
    items: _Items
    functions: Collection[bytes]
    limits: Limits
    trees: Trees
    depth: int = 0


class Tree:
    """One template of a text: its variables, and how deep in `range` it is."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._items = source.items
        self._vars = [b"$"]
        self._range_depth = 0
        self._action_line = 0

    # Errors.

    def _error(self, text: bytes) -> ParseError:
        return ParseError(self._items.line, text)

    def _unexpected(self, item: Item, context: bytes) -> ParseError:
        if item.type is not ItemType.ERROR:
            return self._error(b"unexpected " + item.shown() + b" in " + context)
        extra = b""
        if self._action_line not in (0, item.line):
            started = b"started at %s:%d" % (self._source.name, self._action_line)
            extra = (b" " if item.value.endswith(b" action") else b" in action ") + started
        return self._error(item.value + extra)

    def _expect(self, context: bytes, *expected: ItemType) -> Item:
        item = self._items.next_non_space()
        if item.type not in expected:
            raise self._unexpected(item, context)
        return item

    @contextmanager
    def _nested(self) -> Iterator[None]:
        """One level deeper in parentheses or blocks."""
        self._source.depth += 1
        if self._source.depth > self._source.limits.nesting:
            raise self._error(b"max expression depth exceeded")
        yield
        self._source.depth -= 1

    # Trees and lists.

    def parse(self) -> None:
        """The whole text: like an item list, but `define` is allowed."""
        root = ListNode(self._items.peek().position)
        while self._items.peek().type is not ItemType.EOF:
            if self._parse_definition():
                continue
            node = self._text_or_action()
            if isinstance(node, nodes.EndNode | nodes.ElseNode):
                raise self._error(b"unexpected " + node.string())
            root.nodes.append(node)
        self._add(self._source.name, root)

    def _parse_definition(self) -> bool:
        """`{{define "name"}} list {{end}}`, if one starts here."""
        if self._items.peek().type is not ItemType.LEFT_DELIM:
            return False
        mark = self._items.mark()
        self._items.next()
        if self._items.next_non_space().type is not ItemType.DEFINE:
            self._items.reset(mark)
            return False
        Tree(self._source).define()
        return True

    def define(self) -> None:
        context = b"define clause"
        name = self._unquote(self._expect(context, ItemType.STRING, ItemType.RAW_STRING))
        self._expect(context, ItemType.RIGHT_DELIM)
        self.define_as(name, context)

    def define_as(self, name: bytes, context: bytes) -> None:
        body, end = self._item_list()
        if not isinstance(end, nodes.EndNode):
            raise self._error(b"unexpected " + end.string() + b" in " + context)
        self._add(name, body)

    def _add(self, name: bytes, root: ListNode) -> None:
        known = self._source.trees.get(name)
        if known is None or nodes.is_empty(known):
            self._source.trees[name] = root
        elif not nodes.is_empty(root):
            raise self._error(b"template: multiple definition of template " + quote(name))

    def _item_list(self) -> tuple[ListNode, Node]:
        """Text and actions up to `{{end}}` or `{{else}}`, which is returned apart."""
        body = ListNode(self._items.peek_non_space().position)
        while self._items.peek_non_space().type is not ItemType.EOF:
            node = self._text_or_action()
            if isinstance(node, nodes.EndNode | nodes.ElseNode):
                return body, node
            body.nodes.append(node)
        raise self._error(b"unexpected EOF")

    def _text_or_action(self) -> Node:
        item = self._items.next_non_space()
        if item.type is ItemType.TEXT:
            return nodes.TextNode(item.position, item.value)
        if item.type is not ItemType.LEFT_DELIM:
            raise self._unexpected(item, b"input")
        self._action_line = item.line
        node = self._action()
        self._action_line = 0
        return node

    # Actions.

    def _action(self) -> Node:
        item = self._items.next_non_space()
        control = self._CONTROLS.get(item.type)
        if control is not None:
            return control(self, item)
        self._items.backup()
        return nodes.ActionNode(self._items.peek().position, self._pipeline(b"command", ItemType.RIGHT_DELIM))

    def _break(self, item: Item) -> Node:
        self._in_range(b"{{break}}")
        return nodes.BreakNode(item.position)

    def _continue(self, item: Item) -> Node:
        self._in_range(b"{{continue}}")
        return nodes.ContinueNode(item.position)

    def _in_range(self, word: bytes) -> None:
        self._expect(word, ItemType.RIGHT_DELIM)
        if not self._range_depth:
            raise self._error(word + b" outside {{range}}")

    def _if(self, _: Item) -> Node:
        return nodes.IfNode(*self._control(b"if"))

    def _range(self, _: Item) -> Node:
        return nodes.RangeNode(*self._control(b"range"))

    def _with(self, _: Item) -> Node:
        return nodes.WithNode(*self._control(b"with"))

    def _control(self, context: bytes) -> tuple[int, PipeNode, ListNode, ListNode | None]:
        """Pipeline, list and other list of a branch; its variables end with it."""
        with self._nested():
            outer = len(self._vars)
            pipe = self._pipeline(context, ItemType.RIGHT_DELIM)
            self._range_depth += context == b"range"
            body, end = self._item_list()
            self._range_depth -= context == b"range"
            otherwise = self._otherwise(context, end) if isinstance(end, nodes.ElseNode) else None
            del self._vars[outer:]
        return pipe.position, pipe, body, otherwise

    def _otherwise(self, context: bytes, end: Node) -> ListNode:
        """`{{else if x}}` is `{{else}}{{if x}}` whose second end is understood."""
        chained = {b"if": (ItemType.IF, self._if), b"with": (ItemType.WITH, self._with)}.get(context)
        if chained is not None and self._items.peek().type is chained[0]:
            return ListNode(end.position, [chained[1](self._items.next())])
        body, end = self._item_list()
        if not isinstance(end, nodes.EndNode):
            raise self._error(b"expected end; found " + end.string())
        return body

    def _end(self, _: Item) -> Node:
        return nodes.EndNode(self._expect(b"end", ItemType.RIGHT_DELIM).position)

    def _else(self, _: Item) -> Node:
        peeked = self._items.peek_non_space()
        if peeked.type in (ItemType.IF, ItemType.WITH):
            return nodes.ElseNode(peeked.position)
        return nodes.ElseNode(self._expect(b"else", ItemType.RIGHT_DELIM).position)

    def _block(self, _: Item) -> Node:
        """`{{block "name" pipeline}} list {{end}}`: a definition and its use in one."""
        context = b"block clause"
        item, name = self._template_name(context)
        pipe = self._pipeline(context, ItemType.RIGHT_DELIM)
        with self._nested():
            Tree(self._source).define_as(name, context)
        return nodes.TemplateNode(item.position, name, pipe)

    def _template(self, _: Item) -> Node:
        context = b"template clause"
        item, name = self._template_name(context)
        pipe = None
        if self._items.next_non_space().type is not ItemType.RIGHT_DELIM:
            self._items.backup()
            pipe = self._pipeline(context, ItemType.RIGHT_DELIM)
        return nodes.TemplateNode(item.position, name, pipe)

    def _template_name(self, context: bytes) -> tuple[Item, bytes]:
        item = self._expect(context, ItemType.STRING, ItemType.RAW_STRING)
        return item, self._unquote(item)

    # Pipelines.

    def _pipeline(self, context: bytes, end: ItemType) -> PipeNode:
        pipe = PipeNode(self._items.peek_non_space().position)
        while self._declaration(pipe, context):
            pass
        while True:
            item = self._items.next_non_space()
            if item.type is end:
                self._check(pipe, context)
                return pipe
            if item.type not in _OPERANDS:
                raise self._unexpected(item, context)
            self._items.backup()
            pipe.cmds.append(self._command())

    def _declaration(self, pipe: PipeNode, context: bytes) -> bool:
        """A variable that the pipeline sets, if one stands here; True when another one may follow."""
        variable = self._items.peek_non_space()
        if variable.type is not ItemType.VARIABLE:
            return False
        self._items.next()
        mark = self._items.mark()
        following = self._items.peek_non_space()
        if following.type in (ItemType.ASSIGN, ItemType.DECLARE):
            pipe.is_assign = following.type is ItemType.ASSIGN
            self._declare(pipe, variable)
            return False
        if following.type is ItemType.CHAR and following.value == b",":
            self._declare(pipe, variable)
            return self._second_variable(pipe, context)
        self._items.reset(mark)
        self._items.backup()
        return False

    def _declare(self, pipe: PipeNode, variable: Item) -> None:
        self._items.next_non_space()
        pipe.decl.append(nodes.VariableNode(variable.position, [variable.value]))
        self._vars.append(variable.value)

    def _second_variable(self, pipe: PipeNode, context: bytes) -> bool:
        if context == b"range" and len(pipe.decl) < 2:  # noqa: PLR2004 - index and element
            if self._items.peek_non_space().type in (ItemType.VARIABLE, ItemType.RIGHT_DELIM, ItemType.RIGHT_PAREN):
                return True
            raise self._error(b"range can only initialize variables")
        raise self._error(b"too many declarations in " + context)

    def _check(self, pipe: PipeNode, context: bytes) -> None:
        if not pipe.cmds:
            raise self._error(b"missing value for " + context)
        for stage, command in enumerate(pipe.cmds[1:], 2):
            if isinstance(command.args[0], _NOT_EXECUTABLE):
                raise self._error(b"non executable command in pipeline stage %d" % stage)

    def _command(self) -> nodes.CommandNode:
        """Operands up to a pipe, which is taken, or to the pipeline's end, which is left."""
        command = nodes.CommandNode(self._items.peek_non_space().position)
        while True:
            self._items.peek_non_space()
            operand = self._operand()
            if operand is not None:
                command.args.append(operand)
            item = self._items.next()
            if item.type is not ItemType.SPACE:
                break
        if item.type in (ItemType.RIGHT_DELIM, ItemType.RIGHT_PAREN):
            self._items.backup()
        elif item.type is not ItemType.PIPE:
            raise self._unexpected(item, b"operand")
        return command

    def _operand(self) -> Node | None:
        """A term and the fields on it."""
        term = self._term()
        if term is None or self._items.peek().type is not ItemType.FIELD:
            return term
        position, fields = self._items.peek().position, []
        while self._items.peek().type is ItemType.FIELD:
            fields.append(self._items.next().value[1:])
        if isinstance(term, nodes.FieldNode | nodes.VariableNode):
            return type(term)(position, [*term.ident, *fields])
        if isinstance(term, _NO_FIELDS):
            raise self._error(b"unexpected . after term " + quote(term.string()))
        return nodes.ChainNode(position, term, fields)

    # Terms.

    def _term(self) -> Node | None:
        item = self._items.next_non_space()
        term = self._TERMS.get(item.type)
        if term is not None:
            return term(self, item)
        self._items.backup()
        return None

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
        with self._nested():
            return self._pipeline(b"parenthesized pipeline", ItemType.RIGHT_PAREN)

    def _string(self, item: Item) -> Node:
        return nodes.StringNode(item.position, item.value, self._unquote(item))

    def _unquote(self, item: Item) -> bytes:
        try:
            return unquote(item.value)
        except InvalidSyntaxError as fault:
            raise self._error(str(fault).encode()) from fault

    # What the first item of an action, and that of a term, leads to.

    _CONTROLS: ClassVar[dict[ItemType, Callable[["Tree", Item], Node]]] = {
        ItemType.BLOCK: _block,
        ItemType.BREAK: _break,
        ItemType.CONTINUE: _continue,
        ItemType.ELSE: _else,
        ItemType.END: _end,
        ItemType.IF: _if,
        ItemType.RANGE: _range,
        ItemType.TEMPLATE: _template,
        ItemType.WITH: _with,
    }
    _TERMS: ClassVar[dict[ItemType, Callable[["Tree", Item], Node]]] = {
        ItemType.IDENTIFIER: _function,
        ItemType.DOT: _dot,
        ItemType.NIL: _nil,
        ItemType.VARIABLE: _variable,
        ItemType.FIELD: _field,
        ItemType.BOOL: _bool,
        **dict.fromkeys(_CONSTANTS, _number),
        ItemType.LEFT_PAREN: _parenthesized,
        ItemType.STRING: _string,
        ItemType.RAW_STRING: _string,
    }


def parse(
    text: bytes, *, name: bytes, delimiters: tuple[bytes, bytes], functions: Collection[bytes], limits: Limits
) -> Trees:
    """The trees of all templates in a text, by name; `name` is that of the text itself.

    Raises: ParseError.
    """
    if len(text) > limits.source:
        raise ParseError(1, b"template is longer than %d bytes" % limits.source)
    items = _Items(lex(text, *delimiters))
    source = _Source(name=name, items=items, functions=functions, limits=limits, trees={})
    Tree(source).parse()
    return source.trees
