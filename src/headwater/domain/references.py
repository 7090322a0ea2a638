"""References: `${NAME}`, `${config.NAME}` and `${project.config.NAME}` inside a value, and what they come to.

Text that does not match this grammar stays as it is, so a shell's `${home}` or `$NAME` needs no escape.
A reference keeps its target as written: `${X}` in a value that a branch inherits means the X of that branch.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from headwater.domain.errors import InvalidInputError, TooLargeError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import ConfigId
from headwater.domain.names import (
    CONFIG_NAME_PATTERN,
    PROJECT_NAME_PATTERN,
    SECRET_NAME_PATTERN,
    ConfigName,
    ProjectName,
    SecretName,
)
from headwater.domain.secrets import MAX_VALUE_BYTES

_REFERENCE = re.compile(
    r"\$\{"
    rf"(?:(?:(?P<project>{PROJECT_NAME_PATTERN})\.)?(?P<config>{CONFIG_NAME_PATTERN})\.)?"
    rf"(?P<name>{SECRET_NAME_PATTERN})"
    r"\}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A target as written: `config` None is the config being viewed, `project` None is the referring one's."""

    name: SecretName
    config: ConfigName | None = None
    project: ProjectName | None = None

    def __str__(self) -> str:
        """As it stands in a value."""
        return "${" + ".".join(part for part in (self.project, self.config, self.name) if part) + "}"


class Node(NamedTuple):
    """A secret as somebody sees it: the config being viewed (not the one where the value is set), and the name."""

    config: ConfigId
    name: SecretName


class ReferenceLoopError(InvalidInputError):
    """`loop` starts and ends with the same node."""

    code = "reference_loop"

    def __init__(self, loop: tuple[Node, ...]) -> None:
        super().__init__("the references form a loop: " + " → ".join(node.name for node in loop))
        self.loop = loop


class UnresolvableReferenceError(InvalidInputError):
    """`referrer` holds `reference`, which leads nowhere."""

    code = "unresolvable_reference"

    def __init__(self, referrer: Node, reference: Reference) -> None:
        super().__init__(
            f"the reference {reference} in {referrer.name} leads nowhere", hint="set its target first, or correct it"
        )
        self.referrer = referrer
        self.reference = reference


def references_in(value: Hidden[str]) -> frozenset[Reference]:
    return frozenset(_reference(match) for match in _REFERENCE.finditer(value.reveal()))


class ReferencesTooLargeError(TooLargeError):
    """What the references in `referrer` come to is larger than a value may be.

    Were it only the config's own limit, 1,200 names for one value would make a view of half a gigabyte.
    """

    code = "references_too_large"

    def __init__(self, referrer: Node) -> None:
        super().__init__(
            f"the references in {referrer.name} come to more than {MAX_VALUE_BYTES} characters",
            hint="refer to fewer or smaller secrets",
        )
        self.referrer = referrer


Raw = Callable[[Node], Hidden[str] | None]
"""The raw value that a node shows, its own or inherited; None when there is none."""
Target = Callable[[ConfigId, Reference], Node | None]
"""The node that a reference means, seen from a config; None when there is no such config."""


class Resolver:
    """Computes values; what it computed once it keeps, so make one per consistent state of the world."""

    def __init__(self, raw: Raw, target: Target) -> None:
        self._raw = raw
        self._target = target
        self._computed: dict[Node, Hidden[str]] = {}

    def find(self, node: Node) -> Hidden[str] | None:
        """The computed value of `node`, or None where there is no such secret.

        Raises:
            ReferenceLoopError, UnresolvableReferenceError, ReferencesTooLargeError: what it refers to comes to nothing.
        """
        if node not in self._computed and not self._compute(node):
            return None
        return self._computed[node]

    def _compute(self, start: Node) -> bool:
        """Depth first, on a stack of our own: a chain of references may be longer than Python's."""
        raw = self._raw(start)
        if raw is None:
            return False
        if not _REFERENCE.search(raw.reveal()):  # as most are; a large change-set asks for tens of thousands
            self._computed[start] = raw
            return True
        path = {start: _Frame(raw)}
        while path:
            node, frame = next(reversed(path.items()))
            reference = next(frame.pending, None)
            if reference is None:
                self._computed[node] = frame.join(node, self._computed)
                del path[node]
            else:
                self._step(path, node, reference)
        return True

    def _step(self, path: "dict[Node, _Frame]", node: Node, reference: Reference) -> None:
        target = self._target(node.config, reference)
        if target in path:
            nodes = list(path)
            raise ReferenceLoopError((*nodes[nodes.index(target) :], target))
        if target is not None:
            path[node].targets[reference] = target
            if target in self._computed:
                return
            frame = self._frame(target)
            if frame is not None:
                path[target] = frame
                return
        raise UnresolvableReferenceError(node, reference)

    def _frame(self, node: Node) -> "_Frame | None":
        raw = self._raw(node)
        return None if raw is None else _Frame(raw)


class _Frame:
    """One value on its way: the references still to follow, and where the followed ones led."""

    def __init__(self, raw: Hidden[str]) -> None:
        self._raw = raw
        self.pending: Iterator[Reference] = iter(dict.fromkeys(map(_reference, _REFERENCE.finditer(raw.reveal()))))
        self.targets: dict[Reference, Node] = {}

    def join(self, node: Node, computed: Mapping[Node, Hidden[str]]) -> Hidden[str]:
        if not self.targets:
            return self._raw
        pieces, size = [], 0
        for piece in self._pieces(computed):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_VALUE_BYTES:
                raise ReferencesTooLargeError(node)
        return Hidden("".join(pieces))

    def _pieces(self, computed: Mapping[Node, Hidden[str]]) -> Iterator[str]:
        raw, end = self._raw.reveal(), 0
        for match in _REFERENCE.finditer(raw):
            yield raw[end : match.start()]
            yield computed[self.targets[_reference(match)]].reveal()
            end = match.end()
        yield raw[end:]


def _reference(match: re.Match[str]) -> Reference:
    project, config = match["project"], match["config"]
    return Reference(
        name=SecretName(match["name"]),
        config=None if config is None else ConfigName(config),
        project=None if project is None else ProjectName(project),
    )
