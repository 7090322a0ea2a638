"""The walk over a tree: text, actions, branches, loops and templates become functions that write their output.

The surprise: `break` and `continue` are exceptions, as they are panics in Go, since any depth of `if` and `with` may
lie between them and their `range`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NoReturn

from headwater.gotemplate.errors import ExecutionError
from headwater.gotemplate.execute.evaluator import Evaluator
from headwater.gotemplate.execute.fields import MissingKey
from headwater.gotemplate.execute.state import Program, State, Walk
from headwater.gotemplate.functions.registry import Function
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.nodes import Node, Trees
from headwater.gotemplate.values.gotypes import ANY, SIGNED, UNSIGNED, GoType
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.reflected import INVALID, MISSING, Reflected, fault, plain
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import GoMap, GoSlice, StringMap, Value, integer, truth, type_of

_GO_TEMPLATE_DEPTH = 100_000
_LENGTH_BETWEEN_LOOKS = 1_000  # bytes of pipelines
_ELEMENTS_A_STEP = 16  # to copy and sort, before the first turn


class _Break(Exception):  # noqa: N818 - no error
    pass


class _Continue(Exception):  # noqa: N818 - no error
    pass


def compiled(trees: Trees, functions: Mapping[bytes, Function], missing_key: MissingKey) -> Program:
    """All templates of a text, ready to run."""
    walker = _Walker(Evaluator(functions, missing_key))
    return {name: walker.walk(tree) for name, tree in trees.items()}


class _Walker:
    """Compiles all but pipelines, which its evaluator does."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def walk(self, node: Node) -> Walk:  # noqa: PLR0911 - one for each kind of node
        """Of all but text and actions that print, which their list sees to."""
        match node:
            case nodes.ListNode():
                return self._list(node)
            case nodes.ActionNode():
                return self._declaration(node)
            case nodes.IfNode() | nodes.WithNode():
                return self._if_or_with(node)
            case nodes.RangeNode():
                return self._range(node)
            case nodes.TemplateNode():
                return self._template(node)
            case nodes.BreakNode():
                return _break
            case _:
                return _continue

    def _list(self, node: nodes.ListNode) -> Walk:
        walks = list(self._walks(node.nodes))
        steps = 1 + len(node.nodes)

        def walk(state: State, dot: Reflected) -> None:
            state.node = node
            state.step(steps)
            for each in walks:
                each(state, dot)

        return walk

    def _walks(self, children: list[Node]) -> Iterator[Walk]:
        """One for each child, but that an action writes the text before it too, and plain fields go together."""
        for are_fields, segments in groupby(_segments(children), lambda segment: _plain_field(segment[1]) is not None):
            if are_fields:
                yield self._fields(list(segments))
            else:
                yield from self._watched(segments)

    def _watched(self, segments: Iterable[tuple[bytes, Node | None]]) -> Iterator[Walk]:
        """Their walks; long ones look at the clock in between, since a list counts its steps before it takes them."""
        written = 0
        for before, node in segments:
            written += _length(node)
            if written > _LENGTH_BETWEEN_LOOKS:
                written = 0
                yield _look
            yield from self._walks_of(before, node)

    def _walks_of(self, before: bytes, node: Node | None) -> Iterator[Walk]:
        if isinstance(node, nodes.ActionNode) and not node.pipe.decl:
            yield self._action(node, before)
            return
        if before:
            yield _text(before)
        if node is not None:
            yield self.walk(node)

    def _declaration(self, node: nodes.ActionNode) -> Walk:
        """An action that declares or sets variables, which last until the next end, prints nothing."""
        evaluate = self._evaluator.pipeline(node.pipe)

        def declare(state: State, dot: Reflected) -> None:
            evaluate(state, dot, MISSING)

        return declare

    def _action(self, node: nodes.ActionNode, before: bytes) -> Walk:
        evaluate = self._evaluator.commands(node.pipe)

        def write(state: State, dot: Reflected) -> None:
            value = evaluate(state, dot, MISSING)
            if type(value) is tuple:
                value = value[0]
            if type(value) is not bytes:
                state.node = node
                value = state.printed(value)
            state.out += (before, value)

        return write

    def _fields(self, segments: list[tuple[bytes, Node | None]]) -> Walk:
        """Fields of dot and the text before each: most of what most templates are, so there is a short way.

        It is taken where dot is a map of strings that has them all.
        """
        names = [name for _, node in segments if (name := _plain_field(node)) is not None]
        parts = [part for before, _ in segments for part in (before, b"")]
        the_long_way = [walk for before, node in segments for walk in self._walks_of(before, node)]
        values = itemgetter(*names)
        places = slice(1, None, 2) if len(names) > 1 else 1  # of one name, `itemgetter` gives the value alone

        def write(state: State, dot: Reflected) -> None:
            written = parts.copy()
            try:
                written[places] = values(dot if type(dot) is StringMap else {})
            except KeyError:
                for walk in the_long_way:
                    walk(state, dot)
            else:
                state.out += written

        return write

    def _if_or_with(self, node: nodes.IfNode | nodes.WithNode) -> Walk:
        evaluate = self._evaluator.pipeline(node.pipe)
        then, otherwise = self.walk(node.list), self._otherwise(node)
        sets_dot = isinstance(node, nodes.WithNode)

        def walk(state: State, dot: Reflected) -> None:
            mark = len(state.variables)
            value = evaluate(state, dot, MISSING)
            if value if type(value) is bool or type(value) is bytes else truth(plain(value)):
                then(state, value if sets_dot else dot)
            else:
                otherwise(state, dot)
            del state.variables[mark:]

        return walk

    def _otherwise(self, node: nodes.BranchNode) -> Walk:
        return self.walk(node.else_list) if node.else_list is not None else _nothing

    # Loops.

    def _range(self, node: nodes.RangeNode) -> Walk:
        evaluate, otherwise = self._evaluator.pipeline(node.pipe), self._otherwise(node)
        assign, body = _turn_variables(node.pipe), self.walk(node.list)

        def walk(state: State, dot: Reflected) -> None:
            mark = len(state.variables)
            turns = _iterations(state, node, plain(evaluate(state, dot, MISSING)))
            inner = len(state.variables)
            ran = False
            try:
                for index, item in turns:
                    ran = True
                    if assign is not None:
                        assign(state, index, item)
                    try:  # noqa: SIM105 - suppress() takes longer than many a body
                        body(state, item)
                    except _Continue:
                        pass
                    del state.variables[inner:]
            except _Break:
                pass
            if not ran:
                otherwise(state, dot)
            del state.variables[mark:]

        return walk

    # Templates.

    def _template(self, node: nodes.TemplateNode) -> Walk:
        """Another template, with its own variables."""
        evaluate = self._evaluator.pipeline(node.pipe) if node.pipe is not None else _no_dot

        def walk(state: State, dot: Reflected) -> None:
            state.node = node
            template = state.program.get(node.name)
            if template is None:
                raise fault(f"template {repaired(quote(node.name))} not defined")
            if state.depth >= state.limits.templates:
                raise fault(f"exceeded maximum template depth ({_GO_TEMPLATE_DEPTH})")
            value = evaluate(state, dot, MISSING)
            outer = state.variables, state.name
            state.variables, state.name = [(b"$", value)], node.name
            state.depth += 1
            template(state, value)
            state.depth -= 1
            state.variables, state.name = outer

        return walk


def _length(node: Node | None) -> int:
    """How long a node's pipeline is written: what there is to evaluate, up to nested lists."""
    pipe = getattr(node, "pipe", None)
    return len(pipe.string()) if pipe is not None else 0


def _look(state: State, _: Reflected) -> None:
    state.look()


def _segments(children: list[Node]) -> Iterator[tuple[bytes, Node | None]]:
    """Each child that is no text, and the text before it; the last one may be text alone."""
    texts: list[bytes] = []
    for node in children:
        if isinstance(node, nodes.TextNode):
            texts.append(node.text)
        else:
            yield b"".join(texts), node
            texts.clear()
    if texts:
        yield b"".join(texts), None


def _plain_field(node: Node | None) -> bytes | None:
    """The name in an action that is one field of dot and nothing else."""
    if not isinstance(node, nodes.ActionNode) or node.pipe.decl or len(node.pipe.cmds) > 1:
        return None
    args = node.pipe.cmds[0].args
    field = args[0]
    return field.ident[0] if len(args) == 1 and isinstance(field, nodes.FieldNode) and len(field.ident) == 1 else None


def _text(text: bytes) -> Walk:
    def write(state: State, _: Reflected) -> None:
        state.out.append(text)

    return write


def _break(_: State, __: Reflected) -> NoReturn:
    raise _Break


def _continue(_: State, __: Reflected) -> NoReturn:
    raise _Continue


def _nothing(_: State, __: Reflected) -> None:
    """The other list of a branch that has none."""


def _no_dot(_: State, __: Reflected, ___: Reflected) -> Reflected:
    """What a template is given that is given nothing."""
    return INVALID


def _iterations(state: State, node: nodes.RangeNode, value: Value) -> Iterable[tuple[Reflected, Reflected]]:
    """Index or key and element of each turn, of a list or map as it is now; none for nil."""
    if isinstance(value, GoSlice | GoMap):
        state.step(len(value) // _ELEMENTS_A_STEP)
    if isinstance(value, GoSlice):
        return enumerate(_elements(value, value.go_type))
    if isinstance(value, GoMap):
        keys = sorted(value)
        return zip(keys, _elements(map(value.__getitem__, keys), value.go_type), strict=True)
    if value is None:
        return ()
    if isinstance(value, int) and type_of(value).kind in SIGNED | UNSIGNED:
        return _counted(state, node, value)
    text = b"range can't iterate over " + state.show(value)
    raise ExecutionError(text, public=f"range can't iterate over {type_of(value)}")


def _elements(items: Iterable[Value], go_type: GoType) -> list[Reflected]:
    return [(item,) for item in items] if go_type.elem is ANY else list(items)


def _counted(state: State, node: nodes.RangeNode, value: int) -> Iterable[tuple[Reflected, Reflected]]:
    if len(node.pipe.decl) > 1:
        text = b"can't use " + state.show(value) + b" to iterate over more than one variable"
        raise ExecutionError(text, public="can't use a number to iterate over more than one variable")
    static = type_of(value)
    return ((INVALID, integer(turn, static)) for turn in range(value))


def _turn_variables(pipe: nodes.PipeNode) -> Callable[[State, Reflected, Reflected], None] | None:
    """One variable takes the element, two take index and element; none: dot alone is set."""
    names = [variable.ident[0] for variable in pipe.decl]

    def assign(state: State, index: Reflected, item: Reflected) -> None:
        for name, value in zip(names, (index, item)[-len(names) :], strict=True):
            state.set_variable(name, value)

    def declare(state: State, index: Reflected, item: Reflected) -> None:
        """They were pushed with the pipeline's value, and are the innermost ones at each turn."""
        values = (index, item)[-len(names) :]
        state.variables[-len(names) :] = zip(names, values, strict=True)

    if not names:
        return None
    return assign if pipe.is_assign else declare
