"""The evaluator: pipelines, commands, arguments, field chains and calls.

The surprise: an error is raised without its place; the node the state stands at (`node`) is the place, so every step
that can fail moves it first, exactly where Go does, and `execute` adds it.
"""

from collections.abc import Callable
from enum import Enum
from typing import ClassVar, cast

from headwater.gotemplate.errors import ExecutionError, GoError, LimitError
from headwater.gotemplate.functions.registry import Function, Run
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.nodes import Node
from headwater.gotemplate.values.gotypes import ANY, REFLECT_VALUE, SIGNED, UNSIGNED, GoType, Kind
from headwater.gotemplate.values.quoting import quote
from headwater.gotemplate.values.reflected import (
    INVALID,
    MISSING,
    Interface,
    Reflected,
    can_be_nil,
    element,
    fault,
    indirect,
    nil_of,
    plain,
    static_type,
    validated,
)
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import GoMap, GoObject, Method, StringMap, Value, integer, truth, type_of


class MissingKey(Enum):
    """What a field that a map lacks gives: Go's option missingkey."""

    ERROR = "error"
    DEFAULT = "default"


class Evaluator:
    """The state of an execution: variables, and where it stands."""

    def __init__(self, functions: dict[bytes, Function], missing_key: MissingKey, run: Run) -> None:
        self.node: Node | None = None
        self._functions = functions
        self._missing_key = missing_key
        self._run = run
        self._meter = run.meter
        self._vars: list[tuple[bytes, Reflected]] = []

    # Variables.

    def _push(self, name: bytes, value: Reflected) -> None:
        self._vars.append((name, value))

    def _mark(self) -> int:
        return len(self._vars)

    def _pop(self, mark: int) -> None:
        del self._vars[mark:]

    def _var_index(self, name: bytes) -> int:
        """Where the innermost variable of that name stands."""
        for index in range(len(self._vars) - 1, -1, -1):
            if self._vars[index][0] == name:
                return index
        raise fault(f"undefined variable: {repaired(name)}")

    def _set_var(self, name: bytes, value: Reflected) -> None:
        self._vars[self._var_index(name)] = (name, value)

    # Pipelines and commands.

    def _eval_pipeline(self, dot: Reflected, pipe: nodes.PipeNode | None) -> Reflected:
        """The last command's value, without its static type; variables are set or pushed."""
        if pipe is None:
            return INVALID
        self.node = pipe
        value: Reflected = MISSING
        for command in pipe.cmds:
            value = self._eval_command(dot, command, value)
            if value is None or type(value) is Interface:
                value = indirect(value)
        for variable in pipe.decl:
            if pipe.is_assign:
                self._set_var(variable.ident[0], value)
            else:
                self._push(variable.ident[0], value)
        return value

    def _not_a_function(self, args: list[Node], final: Reflected) -> None:
        if len(args) > 1 or final is not MISSING:
            raise fault(f"can't give argument to non-function {repaired(args[0].string())}")

    def _eval_command(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        first = command.args[0]
        evaluate = self._COMMANDS.get(type(first), Evaluator._eval_operand)
        return evaluate(self, dot, command, final)

    def _command_field(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        return self._eval_field_node(dot, cast("nodes.FieldNode", command.args[0]), command.args, final)

    def _command_chain(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        return self._eval_chain_node(dot, cast("nodes.ChainNode", command.args[0]), command.args, final)

    def _command_function(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        node = cast("nodes.IdentifierNode", command.args[0])
        self.node = node
        return self._eval_call(dot, self._functions[node.ident], command, command.args, final)

    def _command_variable(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        return self._eval_variable_node(dot, cast("nodes.VariableNode", command.args[0]), command.args, final)

    def _command_pipe(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        self._not_a_function(command.args, final)
        return self._eval_pipeline(dot, cast("nodes.PipeNode", command.args[0]))

    def _eval_operand(self, dot: Reflected, command: nodes.CommandNode, final: Reflected) -> Reflected:
        """Dot or a constant, which takes no arguments."""
        first = command.args[0]
        self.node = first
        self._not_a_function(command.args, final)
        if isinstance(first, nodes.NilNode):
            raise fault("nil is not a command")
        return dot if isinstance(first, nodes.DotNode) else self._constant(first)

    def _constant(self, node: Node) -> Value:
        """The value of a constant where nothing says its type."""
        match node:
            case nodes.BoolNode():
                return node.true
            case nodes.StringNode():
                return node.text
            case nodes.NumberNode():
                return self._ideal_constant(node)
            case _:  # pragma: no cover - the parser lets nothing else stand here
                raise fault(f"can't handle assignment of {repaired(node.string())} to empty interface argument")

    def _ideal_constant(self, node: nodes.NumberNode) -> Value:
        """The literal's own syntax says its type; there is no unsigned one."""
        self.node = node
        if node.as_complex is not None:
            return node.as_complex
        if node.as_float is not None and _is_floating(node.text):
            return node.as_float
        if node.as_int is not None:
            return node.as_int
        raise fault(f"{repaired(node.text)} overflows int")

    # Fields and variables.

    def _eval_field_node(self, dot: Reflected, field: nodes.FieldNode, args: list[Node], final: Reflected) -> Reflected:
        self.node = field
        ident = field.ident
        receiver = dot
        if type(dot) is StringMap and len(ident) == 1 and final is MISSING and len(args) <= 1 and ident[0] in dot:
            return dot[ident[0]]
        for name in ident[:-1]:
            receiver = self._eval_field(dot, (name, field), [], MISSING, receiver)
        return self._eval_field(dot, (ident[-1], field), args, final, receiver)

    def _eval_chain_node(self, dot: Reflected, chain: nodes.ChainNode, args: list[Node], final: Reflected) -> Reflected:
        self.node = chain
        receiver = self._eval_arg(dot, None, chain.node)
        return self._eval_field_chain(dot, receiver, (chain.fields, chain), args, final)

    def _eval_variable_node(
        self, dot: Reflected, variable: nodes.VariableNode, args: list[Node], final: Reflected
    ) -> Reflected:
        self.node = variable
        value = self._vars[self._var_index(variable.ident[0])][1]
        if len(variable.ident) == 1:
            self._not_a_function(args, final)
            return value
        return self._eval_field_chain(dot, value, (variable.ident[1:], variable), args, final)

    def _eval_field_chain(
        self, dot: Reflected, receiver: Reflected, chain: tuple[list[bytes], Node], args: list[Node], final: Reflected
    ) -> Reflected:
        """`.X.Y.Z`, walked from the receiver; only the last one takes arguments."""
        names, node = chain
        for name in names[:-1]:
            receiver = self._eval_field(dot, (name, node), [], MISSING, receiver)
        return self._eval_field(dot, (names[-1], node), args, final, receiver)

    def _eval_field(
        self, dot: Reflected, field: tuple[bytes, Node], args: list[Node], final: Reflected, receiver: Reflected
    ) -> Reflected:
        """A method, a struct's field or a map's element."""
        name, node = field
        inner = receiver if isinstance(receiver, GoMap) else indirect(receiver)
        if isinstance(inner, GoMap):
            return self._map_element(inner, name, has_args=len(args) > 1 or final is not MISSING)
        if receiver is INVALID:
            if self._missing_key is MissingKey.ERROR:
                raise fault(f"nil data; no entry for key {repaired(quote(name))}")
            return INVALID
        if inner is INVALID:
            raise fault(f"nil pointer evaluating {static_type(receiver)}.{repaired(name)}")
        if isinstance(inner, GoObject):
            method = inner.methods.get(name)
            if method is not None:
                return self._eval_call(dot, _bound(name, method, inner), node, args, final)
            self._check_struct(receiver, inner, name, has_args=len(args) > 1 or final is not MISSING)
            return inner.field(name)
        raise fault(f"can't evaluate field {repaired(name)} in type {static_type(receiver)}")

    def _map_element(self, receiver: GoMap, name: bytes, *, has_args: bool) -> Reflected:
        if has_args:
            raise fault(f"{repaired(name)} is not a method but has arguments")
        if name in receiver:
            return element(receiver[name], receiver.go_type.elem)
        if self._missing_key is MissingKey.ERROR:
            raise fault(f"map has no entry for key {repaired(quote(name))}")
        return INVALID

    def _check_struct(self, receiver: Reflected, inner: GoObject, name: bytes, *, has_args: bool) -> None:
        """Refuse what is not an exported field of this struct."""
        static = static_type(receiver)
        if name in inner.hidden:
            raise fault(f"{repaired(name)} is an unexported field of struct type {static}")
        if name not in inner.fields:
            raise fault(f"can't evaluate field {repaired(name)} in type {static}")
        if has_args:
            raise fault(f"{repaired(name)} has arguments but cannot be invoked as function")

    # Calls.

    def _eval_call(
        self, dot: Reflected, function: Function, node: Node, args: list[Node], final: Reflected
    ) -> Reflected:
        """Arity first, then each argument, then the call; `args` starts with the function's own node."""
        given = args[1:]
        signature = function.signature
        count = len(given) if final is MISSING else len(given) + 1
        if count != signature.fixed and (count < signature.fixed or not signature.variadic):
            raise _wrong_arity(function, len(given), count)
        if function.name in _SHORT_CIRCUIT:
            return self._short_circuit(dot, given, final, stop_at=function.name == b"or")
        params = signature.params
        last = len(params) - 1
        values: list[Reflected] = []
        for index, arg in enumerate(given):
            values.append(self._eval_arg(dot, params[min(last, index)], arg))
        if final is not MISSING:
            index = len(values)
            values.append(validated(final, params[min(last, index)]))
        if function.name == b"call":
            values.insert(0, given[0].string() if given else _reflected_text(plain(final)))
        return self._call(function, node, values)

    def _short_circuit(self, dot: Reflected, args: list[Node], final: Reflected, *, stop_at: bool) -> Reflected:
        """`and` and `or`: the operand that decides."""
        value: Reflected = INVALID
        for arg in args:
            value = self._eval_arg(dot, REFLECT_VALUE, arg)
            if truth(plain(value)) == stop_at:
                return value
        return value if final is MISSING else validated(final, REFLECT_VALUE)

    def _call(self, function: Function, node: Node, values: list[Reflected]) -> Reflected:
        self._meter.step()
        try:
            result = function.body(self._run, *values) if function.takes_run else function.body(*values)
        except ExecutionError as error:
            self.node = node if isinstance(error, LimitError) else self.node
            raise
        except GoError as error:
            self.node = node
            raise _call_failed(function.name, error) from error
        if type(result) is bytes:
            self._meter.result(len(result))
        return Interface(result) if function.signature.result is ANY else result

    # Arguments.

    def _eval_arg(self, dot: Reflected, wanted: GoType | None, node: Node) -> Reflected:
        self.node = node
        evaluate = self._ARGUMENTS.get(type(node))
        if evaluate is not None:
            return validated(evaluate(self, dot, node), wanted)
        if isinstance(node, nodes.NilNode):
            if wanted is None or not can_be_nil(wanted):
                raise fault(f"cannot assign nil to {wanted}")
            return nil_of(wanted)
        if wanted is None or wanted is ANY or wanted is REFLECT_VALUE:
            return self._constant(node)
        return _typed_constant(node, wanted)

    def _arg_dot(self, dot: Reflected, _: Node) -> Reflected:
        return dot

    def _arg_field(self, dot: Reflected, node: nodes.FieldNode) -> Reflected:
        return self._eval_field_node(dot, node, [node], MISSING)

    def _arg_variable(self, dot: Reflected, node: nodes.VariableNode) -> Reflected:
        return self._eval_variable_node(dot, node, [], MISSING)

    def _arg_function(self, dot: Reflected, node: nodes.IdentifierNode) -> Reflected:
        self.node = node
        return self._eval_call(dot, self._functions[node.ident], node, [], MISSING)

    def _arg_chain(self, dot: Reflected, node: nodes.ChainNode) -> Reflected:
        return self._eval_chain_node(dot, node, [], MISSING)

    _COMMANDS: ClassVar[
        dict[type[Node], Callable[["Evaluator", Reflected, nodes.CommandNode, Reflected], Reflected]]
    ] = {
        nodes.FieldNode: _command_field,
        nodes.ChainNode: _command_chain,
        nodes.IdentifierNode: _command_function,
        nodes.VariableNode: _command_variable,
        nodes.PipeNode: _command_pipe,
    }
    _ARGUMENTS: ClassVar[dict[type[Node], Callable[..., Reflected]]] = {
        nodes.DotNode: _arg_dot,
        nodes.FieldNode: _arg_field,
        nodes.VariableNode: _arg_variable,
        nodes.PipeNode: _eval_pipeline,
        nodes.IdentifierNode: _arg_function,
        nodes.ChainNode: _arg_chain,
    }


def _is_floating(text: bytes) -> bool:
    """Whether the syntax is that of a float; `0x1e` and `'e'` are not."""
    is_hex = len(text) > 2 and text[:2] in (b"0x", b"0X") and not set(text) & set(b"pP")  # noqa: PLR2004 - a prefix
    return not is_hex and text[:1] != b"'" and bool(set(text) & set(b".eEpP"))


def _reflected_text(value: Value) -> bytes:
    """`reflect.Value.String`."""
    if isinstance(value, bytes):
        return value
    return b"<invalid Value>" if value is None else b"<" + type_of(value).name.encode() + b" Value>"


def _wrong_arity(function: Function, written: int, given: int) -> ExecutionError:
    """`given` counts the pipeline's value too."""
    wanted, name = function.signature.fixed, repaired(function.name)
    if function.signature.variadic:
        return fault(f"wrong number of args for {name}: want at least {wanted} got {written}")
    return fault(f"wrong number of args for {name}: want {wanted} got {given}")


_SHORT_CIRCUIT = (b"and", b"or")


def _call_failed(name: bytes, error: GoError) -> ExecutionError:
    shown = error.public if error.public is not None else "[masked]"
    return ExecutionError(
        b"error calling " + name + b": " + error.text, public=f"error calling {repaired(name)}: {shown}"
    )


def _bound(name: bytes, method: Method, receiver: GoObject) -> Function:
    signature, body = method
    return Function(
        name=name,
        signature=signature,
        body=lambda *args: body(receiver, *args),
        takes_run=False,
        builtin=False,
        family="methods",
        summary="",
    )


def _typed_constant(node: Node, wanted: GoType) -> Value:
    """A constant as the parameter's kind has it.

    Raises: ExecutionError.
    """
    kind = wanted.kind
    number = node if isinstance(node, nodes.NumberNode) else nodes.NumberNode(node.position, b"")
    value: Value = None
    if kind is Kind.STRING:
        value, word = (node.text if isinstance(node, nodes.StringNode) else None), "string"
    elif kind is Kind.BOOL:
        value, word = (node.true if isinstance(node, nodes.BoolNode) else None), "bool"
    elif kind in SIGNED:
        value, word = number.as_int, "integer"
    elif kind in UNSIGNED:
        value, word = number.as_uint, "unsigned integer"
    elif kind is Kind.FLOAT64:
        value, word = number.as_float, "float"
    else:
        raise fault(f"can't handle {repaired(node.string())} for arg of type {wanted}")
    if value is None:
        raise fault(f"expected {word}; found {repaired(node.string())}")
    return integer(value, wanted) if isinstance(value, int) and kind is not Kind.BOOL else value
