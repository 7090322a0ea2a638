"""One execution: its variables, its output, and where it stands.

The surprise: an error is raised without its place; the node the state stands at (`node`) is the place, so every step
that can fail moves it first, exactly where Go does.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from headwater.gotemplate.ambient import Ambient
from headwater.gotemplate.functions.registry import Run
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.parse.nodes import Node
from headwater.gotemplate.values.reflected import INVALID, Reflected, fault, plain
from headwater.gotemplate.values.runes import repaired

Evaluation: TypeAlias = Callable[["State", Reflected, Reflected], Reflected]
"""A compiled pipeline, command or argument: of the state, dot, and what came down the pipeline (MISSING: nothing)."""

Walk: TypeAlias = Callable[["State", Reflected], None]
"""A compiled list, text, action, branch or loop: of the state and dot."""

Program: TypeAlias = Mapping[bytes, Walk]
"""The compiled templates of a text, by name."""


_VARIABLES_A_STEP = 64


class State(Run):
    """`name` is the template that it is in, `depth` how many templates called each other to get there."""

    __slots__ = ("depth", "name", "node", "out", "program", "variables")
    node: Node | None

    def __init__(self, program: Program, name: bytes, dot: Reflected, ambient: Ambient) -> None:
        Meter.__init__(self, ambient.limits, deadline=ambient.deadline)
        self.ambient = ambient
        self.program = program
        self.name = name
        self.node = None
        self.depth = 0
        self.out: list[bytes] = []
        self.variables: list[tuple[bytes, Reflected]] = [(b"$", dot)]

    def execute(self) -> bytes:
        """The output; errors leave `node` and `name` standing where they happened.

        Raises: ExecutionError.
        """
        self.program[self.name](self, self.variables[0][1])
        return self.output(self.out)

    def variable(self, name: bytes) -> Reflected:
        """The innermost variable of that name; a long search counts as steps."""
        self.step(len(self.variables) // _VARIABLES_A_STEP)
        for known, value in reversed(self.variables):
            if known == name:
                return value
        raise fault(f"undefined variable: {repaired(name)}")

    def set_variable(self, name: bytes, value: Reflected) -> None:
        self.step(len(self.variables) // _VARIABLES_A_STEP)
        for index in range(len(self.variables) - 1, -1, -1):
            if self.variables[index][0] == name:
                self.variables[index] = (name, value)
                return
        raise fault(f"undefined variable: {repaired(name)}")

    def printed(self, value: Reflected) -> bytes:
        return b"<no value>" if value is None or value is INVALID else self.show(plain(value))
