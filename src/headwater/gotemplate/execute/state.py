"""The walk over a tree's nodes: text, actions, branches, loops, templates.

The surprise: `break` and `continue` are exceptions, as they are panics in Go, since any depth of `if` and `with` may
lie between them and their `range`.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import ClassVar

from headwater.gotemplate.errors import ExecutionError
from headwater.gotemplate.execute.evaluator import Evaluator, MissingKey
from headwater.gotemplate.functions.registry import Function, Run
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.nodes import Node, Trees
from headwater.gotemplate.values.gotypes import SIGNED, UNSIGNED
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.reflected import INVALID, Reflected, element, fault, plain
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import GoMap, GoSlice, Value, integer, truth, type_of

_GO_TEMPLATE_DEPTH = 100_000


class _Break(Exception):  # noqa: N818 - no error
    pass


class _Continue(Exception):  # noqa: N818 - no error
    pass


class State(Evaluator):
    """One execution. `name` is the template that it is in."""

    def __init__(
        self, trees: Trees, name: bytes, functions: dict[bytes, Function], missing_key: MissingKey, run: Run
    ) -> None:
        super().__init__(functions, missing_key, run)
        self.name = name
        self._trees = trees
        self._depth = 0
        self._out: list[bytes] = []

    def execute(self, dot: Reflected) -> bytes:
        """The output; errors leave `node` and `name` standing where they happened.

        Raises: ExecutionError.
        """
        self._push(b"$", dot)
        self._walk(dot, self._trees[self.name])
        return b"".join(self._out)

    def _write(self, text: bytes) -> None:
        self._meter.write(len(text))
        self._out.append(text)

    def _walk(self, dot: Reflected, node: Node) -> None:
        self.node = node
        self._meter.step()
        self._WALKS[type(node)](self, dot, node)

    def _walk_list(self, dot: Reflected, node: nodes.ListNode) -> None:
        for each in node.nodes:
            if type(each) is nodes.TextNode:
                self._write(each.text)
            else:
                self._walk(dot, each)

    def _walk_text(self, _: Reflected, node: nodes.TextNode) -> None:
        self._write(node.text)

    def _walk_break(self, *_: object) -> None:
        raise _Break

    def _walk_continue(self, *_: object) -> None:
        raise _Continue

    def _walk_action(self, dot: Reflected, node: nodes.ActionNode) -> None:
        """Print the value, unless the action declares variables, which last until the next end."""
        value = self._eval_pipeline(dot, node.pipe)
        if not node.pipe.decl:
            self.node = node
            self._write(value if type(value) is bytes else self._printed(value))

    def _printed(self, value: Reflected) -> bytes:
        return b"<no value>" if value is INVALID else self._run.show(plain(value))

    def _walk_if_or_with(self, dot: Reflected, node: nodes.BranchNode) -> None:
        mark = self._mark()
        value = self._eval_pipeline(dot, node.pipe)
        if truth(plain(value)):
            self._walk(value if isinstance(node, nodes.WithNode) else dot, node.list)
        elif node.else_list is not None:
            self._walk(dot, node.else_list)
        self._pop(mark)

    # Loops.

    def _walk_range(self, dot: Reflected, node: nodes.RangeNode) -> None:
        mark = self._mark()
        value = plain(self._eval_pipeline(dot, node.pipe))
        ran = False
        try:
            for index, item in self._iterations(node, value):
                ran = True
                self._one_iteration(node, index, item)
        except _Break:
            pass
        if not ran and node.else_list is not None:
            self._walk(dot, node.else_list)
        self._pop(mark)

    def _iterations(self, node: nodes.RangeNode, value: Value) -> Iterable[tuple[Reflected, Reflected]]:
        """Index and element of each turn; none for nil."""
        if value is None:
            return ()
        if isinstance(value, GoSlice):
            static = value.go_type.elem
            return ((index, element(item, static)) for index, item in enumerate(list(value)))
        if isinstance(value, GoMap):
            items, static = dict(value), value.go_type.elem
            return ((key, element(items[key], static)) for key in sorted(items))
        if isinstance(value, int) and type_of(value).kind in SIGNED | UNSIGNED:
            return self._counted(node, value)
        raise ExecutionError(
            b"range can't iterate over " + self._run.show(value), public=f"range can't iterate over {type_of(value)}"
        )

    def _counted(self, node: nodes.RangeNode, value: int) -> Iterable[tuple[Reflected, Reflected]]:
        if len(node.pipe.decl) > 1:
            text = b"can't use " + self._run.show(value) + b" to iterate over more than one variable"
            raise ExecutionError(text, public="can't use a number to iterate over more than one variable")
        static = type_of(value)
        return ((INVALID, integer(turn, static)) for turn in range(value))

    def _one_iteration(self, node: nodes.RangeNode, index: Reflected, item: Reflected) -> None:
        self._meter.step()
        self._assign_turn(node.pipe, index, item)
        mark = self._mark()
        with suppress(_Continue):
            self._walk(item, node.list)
        self._pop(mark)

    def _assign_turn(self, pipe: nodes.PipeNode, index: Reflected, item: Reflected) -> None:
        """One variable takes the element, two take index and element."""
        names = [variable.ident[0] for variable in pipe.decl]
        values = (item,) if len(names) == 1 else (index, item)
        for place, (name, value) in enumerate(zip(names, values, strict=False)):
            if pipe.is_assign:
                self._set_var(name, value)
            else:
                self._vars[place - len(names)] = (name, value)

    # Templates.

    def _walk_template(self, dot: Reflected, node: nodes.TemplateNode) -> None:
        """Another template, with its own variables."""
        tree = self._trees.get(node.name)
        if tree is None:
            raise fault(f"template {repaired(quote(node.name))} not defined")
        if self._depth >= self._meter.limits.templates:
            raise fault(f"exceeded maximum template depth ({_GO_TEMPLATE_DEPTH})")
        dot = self._eval_pipeline(dot, node.pipe)
        outer_vars, outer_name = self._vars, self.name
        self._vars, self.name = [(b"$", dot)], node.name
        self._depth += 1
        self._walk(dot, tree)
        self._depth -= 1
        self._vars, self.name = outer_vars, outer_name

    _WALKS: ClassVar[dict[type[Node], Callable[..., None]]] = {
        nodes.ListNode: _walk_list,
        nodes.TextNode: _walk_text,
        nodes.ActionNode: _walk_action,
        nodes.IfNode: _walk_if_or_with,
        nodes.WithNode: _walk_if_or_with,
        nodes.RangeNode: _walk_range,
        nodes.TemplateNode: _walk_template,
        nodes.BreakNode: _walk_break,
        nodes.ContinueNode: _walk_continue,
    }
