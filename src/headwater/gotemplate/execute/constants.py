"""Constants as arguments: a literal takes the type of the parameter that it stands for."""

from headwater.gotemplate.execute.state import Evaluation, State
from headwater.gotemplate.parse import nodes
from headwater.gotemplate.parse.nodes import Node
from headwater.gotemplate.values.gotypes import ANY, REFLECT_VALUE, SIGNED, UNSIGNED, GoType, Kind
from headwater.gotemplate.values.reflected import Reflected, can_be_nil, fault, nil_of
from headwater.gotemplate.values.runes import repaired
from headwater.gotemplate.values.values import Value, integer


def refusing(node: Node | None, text: str) -> Evaluation:
    """Always an error, at this node (None: where the state stands)."""

    def refuse(state: State, _: Reflected, __: Reflected) -> Reflected:
        state.node = node if node is not None else state.node
        raise fault(text)

    return refuse


def nil_argument(node: nodes.NilNode, wanted: GoType | None) -> Evaluation:
    """A new nil of the wanted type each time, since functions may change it."""
    if wanted is None or not can_be_nil(wanted):
        return refusing(node, f"cannot assign nil to {wanted}")

    def nil(state: State, _: Reflected, __: Reflected) -> Reflected:
        state.node = node
        return nil_of(wanted)

    return nil


def constant_argument(node: Node, wanted: GoType | None) -> Evaluation:
    """The constant as the parameter has it; None and interfaces leave its own type."""
    if wanted is None or wanted is ANY or wanted is REFLECT_VALUE:
        return ideal_constant(node)
    value, word = _typed(node, wanted)
    if value is not None:
        return _always(node, value)
    shown = repaired(node.string())
    if word is None:
        return refusing(node, f"can't handle {shown} for arg of type {wanted}")
    return refusing(node, f"expected {word}; found {shown}")


def _always(node: Node, value: Value) -> Evaluation:
    def constant(state: State, _: Reflected, __: Reflected) -> Reflected:
        state.node = node
        return value

    return constant


def ideal_constant(node: Node) -> Evaluation:
    """The constant where nothing says its type but its own syntax; there is no unsigned one."""
    match node:
        case nodes.BoolNode():
            return _always(node, node.true)
        case nodes.StringNode():
            return _always(node, node.text)
        case nodes.NumberNode(as_complex=number) if number is not None:
            return _always(node, number)
        case nodes.NumberNode(as_float=number) if number is not None and _is_floating(node.text):
            return _always(node, number)
        case nodes.NumberNode(as_int=number) if number is not None:
            return _always(node, number)
        case _:
            return refusing(node, f"{repaired(node.string())} overflows int")


def _is_floating(text: bytes) -> bool:
    """Whether the syntax is that of a float; `0x1e` and `'e'` are not."""
    is_hex = len(text) > 2 and text[:2] in (b"0x", b"0X") and not set(text) & set(b"pP")  # noqa: PLR2004 - a prefix
    return not is_hex and text[:1] != b"'" and bool(set(text) & set(b".eEpP"))


def _typed(node: Node, wanted: GoType) -> tuple[Value, str | None]:
    """The constant in the wanted type (None: it has none), and what that type is called (None: no constant has it)."""
    kind = wanted.kind
    number = node if isinstance(node, nodes.NumberNode) else nodes.NumberNode(node.position, b"")
    if kind is Kind.STRING:
        return (node.text if isinstance(node, nodes.StringNode) else None), "string"
    if kind is Kind.BOOL:
        return (node.true if isinstance(node, nodes.BoolNode) else None), "bool"
    if kind is Kind.FLOAT64:
        return number.as_float, "float"
    if kind in SIGNED:
        return _sized(number.as_int, wanted), "integer"
    if kind in UNSIGNED:
        return _sized(number.as_uint, wanted), "unsigned integer"
    return None, None


def _sized(number: int | None, wanted: GoType) -> Value:
    return integer(number, wanted) if number is not None else None
