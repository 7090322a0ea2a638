"""Calls: arity, the types of arguments, and what an error of a function becomes.

The surprise: an error of the evaluator passes through a call as it is; any other one stands at the call's node.
"""

from typing import Any, NoReturn

from headwater.gotemplate.errors import ExecutionError, GoError, LimitError
from headwater.gotemplate.execute.state import Evaluation, State
from headwater.gotemplate.functions.registry import Function
from headwater.gotemplate.parse.nodes import Node
from headwater.gotemplate.values.gotypes import ANY, ANY_MAP, BOOL, INT, REFLECT_VALUE, STRING, GoType, Signature
from headwater.gotemplate.values.reflected import MISSING, Reflected, plain, validated
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import AnyMap, GoObject, Method, Value, type_of

# The Python type whose values a parameter takes as they are; all others `validated` looks at.
_TAKEN: dict[GoType, type] = {
    STRING: bytes,
    ANY: bytes,
    REFLECT_VALUE: bytes,
    INT: int,
    BOOL: bool,
    ANY_MAP: AnyMap,
}
_NONE_TAKEN = object


def parameter(signature: Signature, index: int) -> GoType:
    """The type of the argument at this place."""
    return signature.params[min(len(signature.params) - 1, index)]


def wrong_arity(function: Function, written: int, *, piped: bool) -> str | None:
    """What is wrong with this many written arguments, if anything is; the pipeline may add one."""
    signature, given = function.signature, written + piped
    if given == signature.fixed or (given > signature.fixed and signature.variadic):
        return None
    name = repaired(function.name)
    if signature.variadic:
        return f"wrong number of args for {name}: want at least {signature.fixed} got {written}"
    return f"wrong number of args for {name}: want {signature.fixed} got {given}"


def validating(evaluate: Evaluation, wanted: GoType | None) -> Evaluation:
    """The evaluation, refused where its value is not of the wanted type (None: any is)."""
    if wanted is None:
        return evaluate
    taken = _TAKEN.get(wanted, _NONE_TAKEN)

    def validate(state: State, dot: Reflected, _: Reflected) -> Reflected:
        value = evaluate(state, dot, MISSING)
        return value if type(value) is taken else validated(value, wanted)

    return validate


def callee_text(given: list[Node]) -> Evaluation:
    """What `call` names in its error: the argument as written, or `reflect.Value.String` of what was piped to it."""
    written = given[0].string() if given else None

    def text(_: State, __: Reflected, final: Reflected) -> Reflected:
        return written if written is not None else _reflected_text(plain(final))

    return text


def _reflected_text(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    return b"<invalid Value>" if value is None else b"<" + type_of(value).name.encode() + b" Value>"


def call(
    function: Function, places: tuple[Node | None, Node], arguments: list[Evaluation], wanted: GoType | None
) -> Evaluation:
    """The call of its arguments, and of what came down the pipeline, a value of the wanted type (None: nothing came).

    `places`: where the state stands before the first argument (None: where it stood), and while the call runs.
    """
    start, node = places
    body, takes_run, returns_any = function.body, function.takes_run, function.signature.result is ANY
    taken = _TAKEN.get(wanted, _NONE_TAKEN) if wanted is not None else _NONE_TAKEN

    def evaluate(state: State, dot: Reflected, final: Reflected) -> Reflected:
        if start is not None:
            state.node = start
        values: list[Any] = [state] if takes_run else []
        for argument in arguments:
            values.append(argument(state, dot, final))  # noqa: PERF401 - a comprehension is a call more
        if wanted is not None:
            values.append(final if type(final) is taken else validated(final, wanted))
        try:
            result = body(*values)
            state.called(len(result) if type(result) is bytes else 0)
        except GoError as error:
            _fail(function, node, state, error)
        return (result,) if returns_any else result

    def evaluate_piped(state: State, _: Reflected, final: Reflected) -> Reflected:
        """The same for what most calls are: of what came down the pipeline alone."""
        if start is not None:
            state.node = start
        value = final if type(final) is taken else validated(final, wanted)
        try:
            result = body(state, value) if takes_run else body(value)
            state.called(len(result) if type(result) is bytes else 0)
        except GoError as error:
            _fail(function, node, state, error)
        return (result,) if returns_any else result

    return evaluate if arguments or wanted is None else evaluate_piped


def _fail(function: Function, node: Node, state: State, error: GoError) -> NoReturn:
    """The evaluator's own errors pass as they are; of these only limits stand at the call."""
    if isinstance(error, ExecutionError):
        state.node = node if isinstance(error, LimitError) else state.node
        raise error
    state.node = node
    raise _call_failed(function.name, error) from error


def _call_failed(name: bytes, error: GoError) -> ExecutionError:
    shown = error.public if error.public is not None else "[masked]"
    return ExecutionError(
        b"error calling " + name + b": " + error.text, public=f"error calling {repaired(name)}: {shown}"
    )


def bound(name: bytes, method: Method, receiver: GoObject) -> Function:
    """A method of this value as a function."""
    signature, body = method

    def call(*args: Value) -> Value:
        return body(receiver, *args)

    return Function(
        name=name, signature=signature, body=call, takes_run=False, builtin=False, family="methods", summary=""
    )
