"""The parser: from items to trees, one tree per template that the text defines."""

from collections.abc import Callable, Collection
from typing import ClassVar

from headwater.gotemplate.limits import Limits
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.cursor import Cursor, ParseError
from headwater.gotemplate.parse.items import (
    BLOCK,
    BREAK,
    CONTINUE,
    DEFINE,
    ELSE,
    END,
    EOF,
    IF,
    LEFT_DELIM,
    RANGE,
    RAW_STRING,
    RIGHT_DELIM,
    STRING,
    TEMPLATE,
    TEXT,
    WITH,
    Item,
    ItemType,
)
from headwater.gotemplate.parse.lexer import lex
from headwater.gotemplate.parse.nodes import ListNode, Node, PipeNode, Trees
from headwater.gotemplate.parse.pipelines import PipelineParser, Source
from headwater.gotemplate.values.quoting import quote

_CLOSING = (nodes.EndNode, nodes.ElseNode)


class Tree(PipelineParser):
    """One template of a text: lists of text and actions, and how deep in `range` it is."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._range_depth = 0

    def _expect(self, context: bytes, *expected: ItemType) -> Item:
        item = self._items.next_non_space()
        if item.type not in expected:
            raise self._unexpected(item, context)
        return item

    # Trees and lists.

    def parse(self) -> None:
        """The whole text: like an item list, but `define` is allowed."""
        root = ListNode(self._items.peek().position)
        while (item := self._items.next()).type is not EOF:
            if item.type is LEFT_DELIM and self._items.peek_non_space().type is DEFINE:
                self._items.next()
                Tree(self._source).define()
                continue
            node = self._text_or_action(item)
            if isinstance(node, _CLOSING):
                raise self._error(b"unexpected " + node.string())
            root.nodes.append(node)
        self.add(self._source.name, root)

    def define(self) -> None:
        """`"name"}} list {{end}}`, after `{{define`."""
        context = b"define clause"
        name = self._unquote(self._expect(context, STRING, RAW_STRING))
        self._expect(context, RIGHT_DELIM)
        body, end = self.item_list()
        if not isinstance(end, nodes.EndNode):
            raise self._error(b"unexpected " + end.string() + b" in " + context)
        self.add(name, body)

    def add(self, name: bytes, root: ListNode) -> None:
        trees, filled = self._source.trees, self._source.filled
        is_empty = nodes.is_empty(root)
        if name not in filled:
            trees[name] = root
        elif not is_empty:
            raise self._error(b"template: multiple definition of template " + quote(name))
        if not is_empty:
            filled.add(name)

    def item_list(self) -> tuple[ListNode, Node]:
        """Text and actions up to `{{end}}` or `{{else}}`, which is returned apart."""
        body = ListNode(self._items.peek_non_space().position)
        while (item := self._items.next_non_space()).type is not EOF:
            node = self._text_or_action(item)
            if isinstance(node, _CLOSING):
                return body, node
            body.nodes.append(node)
        raise self._error(b"unexpected EOF")

    def _text_or_action(self, item: Item) -> Node:
        if item.type is TEXT:
            return nodes.TextNode(item.position, item.value)
        if item.type is not LEFT_DELIM:
            raise self._unexpected(item, b"input")
        self._action_start = item
        node = self._action()
        self._action_start = None
        return node

    # Actions.

    def _action(self) -> Node:
        item = self._items.peek_non_space()
        control = self._CONTROLS.get(item.type)
        if control is None:
            return nodes.ActionNode(item.position, self._pipeline(b"command", RIGHT_DELIM))
        self._items.next()
        return control(self, item)

    def _break(self, item: Item) -> Node:
        self._in_range(b"{{break}}")
        return nodes.BreakNode(item.position)

    def _continue(self, item: Item) -> Node:
        self._in_range(b"{{continue}}")
        return nodes.ContinueNode(item.position)

    def _in_range(self, word: bytes) -> None:
        self._expect(word, RIGHT_DELIM)
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
        self._enter()
        outer = len(self._vars)
        pipe = self._pipeline(context, RIGHT_DELIM)
        self._range_depth += context == b"range"
        body, end = self.item_list()
        self._range_depth -= context == b"range"
        otherwise = self._otherwise(context, end) if isinstance(end, nodes.ElseNode) else None
        while len(self._vars) > outer:
            self._vars.popitem()
        self._leave()
        return pipe.position, pipe, body, otherwise

    def _otherwise(self, context: bytes, end: Node) -> ListNode:
        """`{{else if x}}` is `{{else}}{{if x}}` whose second end is understood."""
        chained = {b"if": (IF, self._if), b"with": (WITH, self._with)}.get(context)
        if chained is not None and self._items.peek().type is chained[0]:
            return ListNode(end.position, [chained[1](self._items.next())])
        body, end = self.item_list()
        if not isinstance(end, nodes.EndNode):
            raise self._error(b"expected end; found " + end.string())
        return body

    def _end(self, _: Item) -> Node:
        return nodes.EndNode(self._expect(b"end", RIGHT_DELIM).position)

    def _else(self, _: Item) -> Node:
        peeked = self._items.peek_non_space()
        if peeked.type in (IF, WITH):
            return nodes.ElseNode(peeked.position)
        return nodes.ElseNode(self._expect(b"else", RIGHT_DELIM).position)

    def _block(self, _: Item) -> Node:
        """`{{block "name" pipeline}} list {{end}}`: a definition and its use in one."""
        context = b"block clause"
        item, name = self._template_name(context)
        pipe = self._pipeline(context, RIGHT_DELIM)
        self._enter()
        seen = self._items.furthest()  # what the tree of the block reads, this one has not seen
        block = Tree(self._source)
        body, end = block.item_list()
        if not isinstance(end, nodes.EndNode):
            raise ParseError(self._items.line_of(seen), b"unexpected " + end.string() + b" in " + context)
        block.add(name, body)
        self._leave()
        return nodes.TemplateNode(item.position, name, pipe)

    def _template(self, _: Item) -> Node:
        context = b"template clause"
        item, name = self._template_name(context)
        pipe = None
        if self._items.next_non_space().type is not RIGHT_DELIM:
            self._items.backup()
            pipe = self._pipeline(context, RIGHT_DELIM)
        return nodes.TemplateNode(item.position, name, pipe)

    def _template_name(self, context: bytes) -> tuple[Item, bytes]:
        item = self._expect(context, STRING, RAW_STRING)
        return item, self._unquote(item)

    # What the first item of an action leads to; all others start a pipeline.
    _CONTROLS: ClassVar[dict[ItemType, Callable[["Tree", Item], Node]]] = {
        BLOCK: _block,
        BREAK: _break,
        CONTINUE: _continue,
        ELSE: _else,
        END: _end,
        IF: _if,
        RANGE: _range,
        TEMPLATE: _template,
        WITH: _with,
    }


def parse(
    text: bytes, *, name: bytes, delimiters: tuple[bytes, bytes], functions: Collection[bytes], limits: Limits
) -> Trees:
    """The trees of all templates in a text, by name; `name` is that of the text itself.

    Raises: ParseError.
    """
    if len(text) > limits.source:
        raise ParseError(1, b"template is longer than %d bytes" % limits.source)
    items = lex(text, *delimiters)
    if len(items) > limits.items:
        raise ParseError(1, b"template has more than %d items" % limits.items)
    source = Source(name=name, items=Cursor(text, items), functions=functions, limits=limits, trees={}, filled=set())
    Tree(source).parse()
    return source.trees
