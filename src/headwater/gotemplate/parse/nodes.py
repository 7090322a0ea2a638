"""The nodes of a parsed template.

`string` gives a node's text as Go reprints it in messages (`at <…>`), which is not always what was written.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from headwater.gotemplate.values.quoting import quote


@dataclass(slots=True, eq=False)
class Node:
    """`position` is the byte in the source that messages point at."""

    position: int

    def string(self) -> bytes:
        raise NotImplementedError  # pragma: no cover - every node has its own


@dataclass(slots=True, eq=False)
class TextNode(Node):
    text: bytes

    def string(self) -> bytes:
        return self.text


@dataclass(slots=True, eq=False)
class IdentifierNode(Node):
    """A function's name."""

    ident: bytes

    def string(self) -> bytes:
        return self.ident


@dataclass(slots=True, eq=False)
class VariableNode(Node):
    """`$x.a.b`: the variable, then fields."""

    ident: list[bytes]

    def string(self) -> bytes:
        return b".".join(self.ident)


@dataclass(slots=True, eq=False)
class DotNode(Node):
    def string(self) -> bytes:
        return b"."


@dataclass(slots=True, eq=False)
class NilNode(Node):
    def string(self) -> bytes:
        return b"nil"


@dataclass(slots=True, eq=False)
class FieldNode(Node):
    """`.a.b`."""

    ident: list[bytes]

    def string(self) -> bytes:
        return b"".join(b"." + name for name in self.ident)


@dataclass(slots=True, eq=False)
class ChainNode(Node):
    """A field chain on a term: `(pipeline).a.b`."""

    node: Node
    fields: list[bytes]

    def string(self) -> bytes:
        return b".".join([_argument(self.node), *self.fields])


@dataclass(slots=True, eq=False)
class BoolNode(Node):
    true: bool

    def string(self) -> bytes:
        return b"true" if self.true else b"false"


@dataclass(slots=True, eq=False)
class NumberNode(Node):
    """A constant in every type that can hold it (None: this one cannot)."""

    text: bytes
    as_int: int | None = None
    as_uint: int | None = None
    as_float: float | None = None
    as_complex: complex | None = None

    def string(self) -> bytes:
        return self.text


@dataclass(slots=True, eq=False)
class StringNode(Node):
    quoted: bytes
    text: bytes

    def string(self) -> bytes:
        return self.quoted


@dataclass(slots=True, eq=False)
class CommandNode(Node):
    """A term and its arguments."""

    args: list[Node] = field(default_factory=list)

    def string(self) -> bytes:
        return b" ".join(map(_argument, self.args))


@dataclass(slots=True, eq=False)
class PipeNode(Node):
    """Commands that hand their result on, and the variables that take the last one."""

    decl: list[VariableNode] = field(default_factory=list)
    is_assign: bool = False
    cmds: list[CommandNode] = field(default_factory=list)

    def string(self) -> bytes:
        commands = b" | ".join(command.string() for command in self.cmds)
        if not self.decl:
            return commands
        names = b", ".join(variable.string() for variable in self.decl)
        return names + (b" = " if self.is_assign else b" := ") + commands


@dataclass(slots=True, eq=False)
class ListNode(Node):
    nodes: list[Node] = field(default_factory=list)

    def string(self) -> bytes:
        return b"".join(node.string() for node in self.nodes)


@dataclass(slots=True, eq=False)
class ActionNode(Node):
    pipe: PipeNode

    def string(self) -> bytes:
        return b"{{" + self.pipe.string() + b"}}"


@dataclass(slots=True, eq=False)
class BranchNode(Node):
    """What `if`, `range` and `with` share."""

    pipe: PipeNode
    list: ListNode
    else_list: ListNode | None

    def string(self) -> bytes:
        otherwise = b"{{else}}" + self.else_list.string() if self.else_list is not None else b""
        word = _BRANCH_WORDS[type(self)]
        return b"{{" + word + b" " + self.pipe.string() + b"}}" + self.list.string() + otherwise + b"{{end}}"


@dataclass(slots=True, eq=False)
class IfNode(BranchNode):
    pass


@dataclass(slots=True, eq=False)
class RangeNode(BranchNode):
    pass


@dataclass(slots=True, eq=False)
class WithNode(BranchNode):
    pass


_BRANCH_WORDS: dict[type[BranchNode], bytes] = {IfNode: b"if", RangeNode: b"range", WithNode: b"with"}


@dataclass(slots=True, eq=False)
class BreakNode(Node):
    def string(self) -> bytes:
        return b"{{break}}"


@dataclass(slots=True, eq=False)
class ContinueNode(Node):
    def string(self) -> bytes:
        return b"{{continue}}"


@dataclass(slots=True, eq=False)
class TemplateNode(Node):
    name: bytes
    pipe: PipeNode | None

    def string(self) -> bytes:
        argument = b" " + self.pipe.string() if self.pipe is not None else b""
        return b"{{template " + quote(self.name) + argument + b"}}"


@dataclass(slots=True, eq=False)
class EndNode(Node):
    """Only while parsing: what closes a list."""

    def string(self) -> bytes:
        return b"{{end}}"


@dataclass(slots=True, eq=False)
class ElseNode(Node):
    """Only while parsing: what closes the first list of a branch."""

    def string(self) -> bytes:
        return b"{{else}}"


Trees: TypeAlias = dict[bytes, ListNode]


def _argument(node: Node) -> bytes:
    return b"(" + node.string() + b")" if isinstance(node, PipeNode) else node.string()


def is_empty(node: Node) -> bool:
    """Whether a tree holds nothing but space."""
    if isinstance(node, ListNode):
        return all(map(is_empty, node.nodes))
    return isinstance(node, TextNode) and not node.text.strip()
