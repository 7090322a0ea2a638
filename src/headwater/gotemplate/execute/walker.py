"""The walk over a tree: text, actions, branches, loops and templates become functions that write their output.

The surprise: `break` and `continue` are exceptions, as they are panics in Go, since any depth of `if` and `with` may
lie between them and their `range`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
from headwater.gotemplate.values.reflected import INVALID, MISSING, Interface, Reflected, fault, plain
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import GoMap, GoSlice, StringMap, Value, integer, truth, type_of

_GO_TEMPLATE_DEPTH = 100_000


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
            state.meter.step(steps)
            for each in walks:
                each(state, dot)

        return walk

    def _walks(self, children: list[Node]) -> Iterator[Walk]:
        """One for each child, but that an action writes the text before it too."""
        before = b""
        for node in children:
            if isinstance(node, nodes.ActionNode) and not node.pipe.decl:
                yield self._action(node, before)
                before = b""
                continue
            if before:
                yield _text(before)
                before = b""
            if isinstance(node, nodes.TextNode):
                before = node.text
            else:
                yield self.walk(node)
        if before:
            yield _text(before)

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
            if type(value) is not bytes:
                state.node = node
                value = state.printed(value)
            state.out += (before, value)

        return _field_first(node.pipe, before, write)

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

        def turn(state: State, index: Reflected, item: Reflected) -> None:
            if assign is not None:
                assign(state, index, item)
            mark = len(state.variables)
            try:  # noqa: SIM105 - suppress() takes longer than many a body
                body(state, item)
            except _Continue:
                pass
            del state.variables[mark:]

        def walk(state: State, dot: Reflected) -> None:
            mark = len(state.variables)
            value = plain(evaluate(state, dot, MISSING))
            ran = False
            try:
                for index, item in _iterations(state, node, value):
                    ran = True
                    turn(state, index, item)
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
            if state.depth >= state.meter.limits.templates:
                raise fault(f"exceeded maximum template depth ({_GO_TEMPLATE_DEPTH})")
            value = evaluate(state, dot, MISSING)
            outer = state.variables, state.name
            state.variables, state.name = [(b"$", value)], node.name
            state.depth += 1
            template(state, value)
            state.depth -= 1
            state.variables, state.name = outer

        return walk


def _field_first(pipe: nodes.PipeNode, before: bytes, write: Walk) -> Walk:
    """The short way for what most actions are: one field, and dot a map of strings that has it."""
    field = pipe.cmds[0].args[0]
    if pipe.string() != field.string() or not isinstance(field, nodes.FieldNode) or len(field.ident) > 1:
        return write
    name = field.ident[0]

    def write_field(state: State, dot: Reflected) -> None:
        if type(dot) is StringMap and name in dot:
            state.out += (before, dot[name])  # type: ignore[arg-type] # a map of strings
        else:
            write(state, dot)

    return write_field


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
    return [Interface(item) for item in items] if go_type.elem is ANY else list(items)


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
