"""The one registry: every function with its Go signature, declared once, where its body stands.

The surprise: a body whose first parameter is called `run` is handed the rendering's clock, randomness and meter; all
others see their arguments alone.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from headwater.gotemplate.ambient import Ambient
from headwater.gotemplate.limits import Meter
from headwater.gotemplate.printing.printer import show
from headwater.gotemplate.values.gotypes import Signature, signature
from headwater.gotemplate.values.values import Value

_Body = TypeVar("_Body", bound=Callable[..., Value])


class Run(Meter):
    """What one rendering lends to functions: its clock and randomness, and the count of what it has taken."""

    __slots__ = ("ambient",)

    def __init__(self, ambient: Ambient) -> None:
        super().__init__(ambient.limits, deadline=ambient.deadline)
        self.ambient = ambient

    def show(self, value: Value) -> bytes:
        """`%v`."""
        return show(value, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function of the language. `family` is where the reference lists it, `summary` its line there."""

    name: bytes
    signature: Signature
    body: Callable[..., Value]
    takes_run: bool
    builtin: bool
    family: str
    summary: str


FUNCTIONS: dict[bytes, Function] = {}


def function(go_type: str, *names: str, builtin: bool = False) -> Callable[[_Body], _Body]:
    """Declare a function under one or more names.

    Names ending in `*` stand for two: `first*` is `first` and `mustFirst`, whose type adds an error.
    """

    def declare(body: _Body) -> _Body:
        takes_run = next(iter(inspect.signature(body).parameters), "") == "run"
        family = body.__module__.rpartition(".")[2]
        summary = (inspect.getdoc(body) or "").partition("\n")[0]
        for name, text in _twins(names, go_type):
            _register(
                Function(
                    name=name.encode(),
                    signature=signature(text),
                    body=body,
                    takes_run=takes_run,
                    builtin=builtin,
                    family=family,
                    summary=summary,
                )
            )
        return body

    return declare


def _twins(names: tuple[str, ...], go_type: str) -> list[tuple[str, str]]:
    twins = []
    for name in names:
        bare = name.removesuffix("*")
        twins.append((bare, go_type))
        if bare != name:
            head, _, result = go_type.rpartition(") ")
            twins.append(("must" + bare[0].upper() + bare[1:], f"{head}) ({result}, error)"))
    return twins


def _register(declared: Function) -> None:
    if declared.name in FUNCTIONS:
        raise ValueError(f"declared twice: {declared.name!r}")
    FUNCTIONS[declared.name] = declared
