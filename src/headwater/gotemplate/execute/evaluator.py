"""The evaluator: pipelines, commands, arguments, field chains and calls become functions that evaluate them.

The surprise: all that the text alone decides is decided here, once per template: arity, the types of constants,
whether something takes arguments. What is wrong becomes a function that raises when Go would have noticed.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from headwater.gotemplate.execute.calls import (
    bound,
    call,
    callee_text,
    parameter,
    validating,
    wrong_arity,
)
from headwater.gotemplate.execute.constants import constant_argument, ideal_constant, nil_argument, refusing
from headwater.gotemplate.execute.fields import MissingKey, field_of_nothing, missing_element, struct_field
from headwater.gotemplate.execute.state import Evaluation, State
from headwater.gotemplate.functions.registry import Function
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.nodes import Node
from headwater.gotemplate.values.gotypes import REFLECT_VALUE, GoType
from headwater.gotemplate.values.reflected import (
    INVALID,
    MISSING,
    Reflected,
    element,
    fault,
    indirect,
    plain,
    static_type,
    validated,
)
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import AnyMap, GoMap, GoObject, StringMap, truth

_Selection: TypeAlias = Callable[[State, Reflected, Reflected, Reflected], Reflected]
"""A field of a receiver: of the state, dot, the receiver, and what came down the pipeline."""

_SHORT_CIRCUIT = (b"and", b"or")


class Evaluator:
    """Compiles for one set of functions and one way with missing keys."""

    def __init__(self, functions: Mapping[bytes, Function], missing_key: MissingKey) -> None:
        self._functions = functions
        self._missing_key = missing_key

    # Pipelines and commands.

    def pipeline(self, pipe: nodes.PipeNode) -> Evaluation:
        """The last command's value, without its static type; variables are set or pushed."""
        last = self.commands(pipe)

        def evaluate(state: State, dot: Reflected, _: Reflected) -> Reflected:
            value = last(state, dot, MISSING)
            if type(value) is tuple:
                value = value[0]
            return value if value is not None else INVALID

        return _declaring(pipe, evaluate) if pipe.decl else evaluate

    def commands(self, pipe: nodes.PipeNode) -> Evaluation:
        """The last command's value; each takes the one before it, without its static type."""
        commands = [self._command(each, pipe, piped=place > 0) for place, each in enumerate(pipe.cmds)]
        match commands:
            case [only]:
                return only
            case [first, second]:
                return _piped(first, second)
            case _:
                return _piped(_piped_all(commands[:-1]), commands[-1])

    def _command(self, command: nodes.CommandNode, pipe: nodes.PipeNode, *, piped: bool) -> Evaluation:
        """Whether something is handed to it is known: only to the first command of a pipeline nothing is."""
        first, takes_none = command.args[0], len(command.args) == 1 and not piped
        match first:
            case nodes.FieldNode():
                return self._field(first, command.args, piped=piped)
            case nodes.ChainNode():
                return self._chain(first, command.args, piped=piped)
            case nodes.IdentifierNode():
                return self._call(self._functions[first.ident], (first, command), command.args, piped=piped)
            case nodes.VariableNode():
                return self._variable(first, command.args, piped=piped)
            case nodes.PipeNode():
                return self.pipeline(first) if takes_none else refusing(None if piped else pipe, _no_function(first))
            case _:
                return _operand(first) if takes_none else refusing(first, _no_function(first))

    # Fields and variables.

    def _field(self, field: nodes.FieldNode, args: list[Node], *, piped: bool) -> Evaluation:
        select = self._selections(field.ident, field, args, piped=piped)
        name = field.ident[0]
        if len(field.ident) == 1 and len(args) <= 1 and not piped:
            return _field_of_dot(field, name, select)

        def evaluate(state: State, dot: Reflected, final: Reflected) -> Reflected:
            state.node = field
            return select(state, dot, dot, final)

        return evaluate

    def _chain(self, chain: nodes.ChainNode, args: list[Node], *, piped: bool) -> Evaluation:
        receiver = self._argument(chain.node, None)
        select = self._selections(chain.fields, chain, args, piped=piped)

        def evaluate(state: State, dot: Reflected, final: Reflected) -> Reflected:
            state.node = chain
            return select(state, dot, receiver(state, dot, MISSING), final)

        return evaluate

    def _variable(self, variable: nodes.VariableNode, args: list[Node], *, piped: bool) -> Evaluation:
        name, *fields = variable.ident
        if not fields:
            return _bare_variable(variable, name, refused=len(args) > 1 or piped)
        select = self._selections(fields, variable, args, piped=piped)

        def evaluate(state: State, dot: Reflected, final: Reflected) -> Reflected:
            state.node = variable
            innermost, value = state.variables[-1]
            return select(state, dot, value if innermost == name else state.variable(name), final)

        return evaluate

    def _selections(self, names: list[bytes], node: Node, args: list[Node], *, piped: bool) -> _Selection:
        """`.X.Y.Z`, walked from the receiver; only the last one takes arguments."""
        last = self._selection(names[-1], node, args, piped=piped)
        if len(names) == 1:
            return last
        before = [(name, self._selection(name, node, [], piped=False)) for name in names[:-1]]

        def select(state: State, dot: Reflected, receiver: Reflected, final: Reflected) -> Reflected:
            for name, each in before:
                inner = receiver.get(name) if type(receiver) is AnyMap else None
                receiver = inner if type(inner) is AnyMap else each(state, dot, receiver, MISSING)
            return last(state, dot, receiver, final)

        return select

    def _selection(self, name: bytes, node: Node, args: list[Node], *, piped: bool) -> _Selection:
        """A map's element, a method or a struct's field: which one, only the value can tell."""
        missing_key, has_args = self._missing_key, len(args) > 1 or piped

        def select(state: State, dot: Reflected, receiver: Reflected, final: Reflected) -> Reflected:
            inner = receiver[0] if type(receiver) is tuple else receiver
            if type(inner) is AnyMap and name in inner and not has_args:
                value = inner[name]
                return value if type(value) is AnyMap else (value,)
            if isinstance(inner, GoMap):
                if has_args:
                    raise fault(f"{repaired(name)} is not a method but has arguments")
                if name in inner:
                    return element(inner[name], inner.go_type.elem)
                return missing_element(name, missing_key)
            inner = indirect(inner)
            if inner is INVALID:
                return field_of_nothing(receiver, name, missing_key)
            if not isinstance(inner, GoObject):
                raise fault(f"can't evaluate field {repaired(name)} in type {static_type(receiver)}")
            method = inner.methods.get(name)
            if method is None:
                return struct_field(receiver, inner, name, has_args=has_args)
            return self._call(bound(name, method, inner), (None, node), args, piped=piped)(state, dot, final)

        return select

    # Calls.

    def _call(
        self, function: Function, places: tuple[Node | None, Node], args: list[Node], *, piped: bool
    ) -> Evaluation:
        """Arity first, then each argument, then the call; `args` starts with the function's own node.

        `places`: where the state stands before the first argument (None: where it stood), and while the call runs.
        """
        start, given = places[0], args[1:]
        problem = wrong_arity(function, len(given), piped=piped)
        if problem is not None:
            return refusing(start, problem)
        if function.name in _SHORT_CIRCUIT:
            return self._short_circuit(start, given, piped=piped, stop_at=function.name == b"or")
        arguments = [self._argument(arg, parameter(function.signature, place)) for place, arg in enumerate(given)]
        if function.name == b"call":
            arguments.insert(0, callee_text(given))
        return call(function, places, arguments, parameter(function.signature, len(given)) if piped else None)

    def _short_circuit(self, start: Node | None, given: list[Node], *, piped: bool, stop_at: bool) -> Evaluation:
        """`and` and `or`: the operand that decides."""
        arguments = [self._argument(node, REFLECT_VALUE) for node in given]

        def evaluate(state: State, dot: Reflected, final: Reflected) -> Reflected:
            state.node = start
            value: Reflected = INVALID
            for argument in arguments:
                value = argument(state, dot, MISSING)
                if truth(plain(value)) == stop_at:
                    return value
            return validated(final, REFLECT_VALUE) if piped else value

        return evaluate

    # Arguments.

    def _argument(self, node: Node, wanted: GoType | None) -> Evaluation:  # noqa: PLR0911 - one for each kind of node
        match node:
            case nodes.NilNode():
                return nil_argument(node, wanted)
            case nodes.DotNode():
                return validating(_operand(node), wanted)
            case nodes.FieldNode():
                return validating(self._field(node, [node], piped=False), wanted)
            case nodes.VariableNode():
                return validating(self._variable(node, [], piped=False), wanted)
            case nodes.PipeNode():
                return validating(self.pipeline(node), wanted)
            case nodes.IdentifierNode():
                function = self._functions[node.ident]
                return validating(self._call(function, (node, node), [], piped=False), wanted)
            case nodes.ChainNode():
                return validating(self._chain(node, [], piped=False), wanted)
            case _:
                return constant_argument(node, wanted)


def _piped(first: Evaluation, second: Evaluation) -> Evaluation:
    def evaluate(state: State, dot: Reflected, _: Reflected) -> Reflected:
        value = first(state, dot, MISSING)
        if type(value) is tuple:
            value = value[0]
        return second(state, dot, value if value is not None else INVALID)

    return evaluate


def _piped_all(commands: list[Evaluation]) -> Evaluation:
    def evaluate(state: State, dot: Reflected, _: Reflected) -> Reflected:
        value = commands[0](state, dot, MISSING)
        for command in commands[1:]:
            value = command(state, dot, indirect(value))
        return value

    return evaluate


def _no_function(node: Node) -> str:
    return f"can't give argument to non-function {repaired(node.string())}"


def _operand(node: Node) -> Evaluation:
    """Dot or a constant."""
    if isinstance(node, nodes.NilNode):
        return refusing(node, "nil is not a command")
    if not isinstance(node, nodes.DotNode):
        return ideal_constant(node)

    def evaluate(state: State, dot: Reflected, _: Reflected) -> Reflected:
        state.node = node
        return dot

    return evaluate


def _bare_variable(variable: nodes.VariableNode, name: bytes, *, refused: bool) -> Evaluation:
    """The variable itself, which takes no arguments; whether it is there comes first."""

    def evaluate(state: State, _: Reflected, __: Reflected) -> Reflected:
        state.node = variable
        value = state.variable(name)
        if refused:
            raise fault(_no_function(variable))
        return value

    return evaluate


def _field_of_dot(field: nodes.FieldNode, name: bytes, select: _Selection) -> Evaluation:
    """The field that most templates are made of, where dot is what most templates are given."""

    def evaluate(state: State, dot: Reflected, _: Reflected) -> Reflected:
        state.node = field
        value = dot.get(name) if type(dot) is StringMap else None
        return value if value is not None else select(state, dot, dot, MISSING)

    return evaluate


def _declaring(pipe: nodes.PipeNode, evaluate: Evaluation) -> Evaluation:
    """The evaluation, whose value is then set to variables, or pushed as new ones."""
    names = [variable.ident[0] for variable in pipe.decl]

    def assign(state: State, dot: Reflected, _: Reflected) -> Reflected:
        value = evaluate(state, dot, MISSING)
        for name in names:
            state.set_variable(name, value)
        return value

    def declare(state: State, dot: Reflected, _: Reflected) -> Reflected:
        value = evaluate(state, dot, MISSING)
        for name in names:
            state.variables.append((name, value))
        return value

    return assign if pipe.is_assign else declare
