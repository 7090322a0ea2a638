"""What a reader of a config sees: the overlay of a branch over its root, and which views a write alters.

A view is found altered by names alone: overlay, inheritance and reference edges, never a value. So the closure runs
over nodes (config being viewed, name), and is complete: whatever could read differently is in it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from headwater.domain.hidden import Hidden
from headwater.domain.ids import ConfigId
from headwater.domain.names import SecretName
from headwater.domain.references import Node, Reference
from headwater.domain.secrets import AUTO_SECRETS, ValueType, Visibility

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewedSecret:
    """A secret as seen in a config. `origin` is the config that sets it: the viewed one, or its root."""

    name: SecretName
    raw: Hidden[str]
    computed: Hidden[str]
    origin: ConfigId
    visibility: Visibility = Visibility.MASKED
    value_type: ValueType = ValueType.STRING
    note: str = ""

    @property
    def is_auto(self) -> bool:
        return self.name in AUTO_SECRETS


View = Mapping[SecretName, ViewedSecret]
"""name → secret, sorted by name, auto secrets included."""


def overlay(root: Mapping[SecretName, V] | None, own: Mapping[SecretName, V]) -> dict[SecretName, V]:
    """What a config shows: its own, over its root's."""
    return dict(own) if root is None else {**root, **own}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """That the value set for `name` in `owner` holds `reference`."""

    owner: ConfigId
    name: SecretName
    reference: Reference


class Shape(Protocol):
    """Names and edges of the installation, as they are after a write."""

    def branches(self, config: ConfigId) -> Collection[ConfigId]:
        """The branches of a root config; none of a branch."""

    def sets(self, config: ConfigId, name: SecretName) -> bool:
        """Whether `config` itself sets `name`, so that it shows nothing of its root's."""

    def edges_to(self, node: Node) -> Iterable[Edge]:
        """Every edge whose target, as written, may mean `node` from where somebody views it."""


def altered_nodes(touched: Mapping[ConfigId, Collection[SecretName]], shape: Shape) -> frozenset[Node]:
    """Every node that may read differently once `touched` (config → names set, unset or renamed in it) is written."""
    found: set[Node] = set()
    waiting = [node for config, names in touched.items() for name in names for node in _seen_as(config, name, shape)]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(_referrers(node, shape))
    return frozenset(found)


def altered_views(nodes: Iterable[Node]) -> frozenset[ConfigId]:
    return frozenset(node.config for node in nodes)


def _seen_as(config: ConfigId, name: SecretName, shape: Shape) -> Iterator[Node]:
    """Where what `config` sets for `name` shows: in itself, and in the branches that do not set their own."""
    yield Node(config, name)
    if name not in AUTO_SECRETS:
        yield from (Node(branch, name) for branch in shape.branches(config) if not shape.sets(branch, name))


def _referrers(node: Node, shape: Shape) -> Iterator[Node]:
    """The nodes that show a value which refers to `node`.

    A reference without a config means the config being viewed: of all who show such a value, only `node.config` counts.
    """
    for edge in shape.edges_to(node):
        if edge.reference.config is not None:
            yield from _seen_as(edge.owner, edge.name, shape)
        elif _shows(node.config, edge, shape):
            yield Node(node.config, edge.name)


def _shows(config: ConfigId, edge: Edge, shape: Shape) -> bool:
    """Whether the value that holds `edge` shows in `config`: its owner's, or its owner's branch's that sets none."""
    if config == edge.owner:
        return True
    return config in shape.branches(edge.owner) and not shape.sets(config, edge.name)
