"""What a write sets off: which views it alters, whether all of them can still be computed, who stands in its way.

Every node that refers to others and could now read differently is computed with the new values before anything is
committed, so a loop, a reference to nothing or one that grew too large is refused whether the write holds it or only
brings it about.
"""

from collections.abc import Collection, Iterable, Mapping

from headwater.domain.errors import InvalidInputError
from headwater.domain.ids import ConfigId
from headwater.domain.names import SecretName
from headwater.domain.references import (
    Node,
    ReferenceLoopError,
    ReferencesTooLargeError,
    UnresolvableReferenceError,
)
from headwater.domain.roles import Action
from headwater.domain.views import Edge, altered_nodes, altered_views
from headwater.usecases.call import Call
from headwater.usecases.world import World

_MOST_NAMED = 10


class StillReferencedError(InvalidInputError):
    """Others refer to what would go or be named otherwise."""

    code = "still_referenced"


class LoopError(InvalidInputError):
    code = "reference_loop"


class GrownTooLargeError(InvalidInputError):
    code = "references_too_large"


def settle(call: Call, touched: Mapping[ConfigId, Collection[SecretName]]) -> World:
    """Mark the views that the writes of this transaction alter, and give back the world after them.

    `touched`: config → the names that were set, unset or renamed in it, auto secrets included.

    Raises:
        UnresolvableReferenceError: a touched secret refers to nothing.
        StillReferencedError, LoopError, GrownTooLargeError: what others made of it.
    """
    world = World.of(call)
    world.expect_writes(touched)
    nodes = altered_nodes(touched, world)
    computed = world.referring(nodes)
    world.expect(computed)
    _check(call, world, computed, {Node(config, name) for config, names in touched.items() for name in names})
    call.repositories.changes.alter_views(altered_views(nodes))
    return world


def check_unnamed(call: Call, what: str, edges: Iterable[Edge]) -> None:
    """Refuse to take `what` away while `edges` name it."""
    referrers = {Node(edge.owner, edge.name) for edge in edges}
    if referrers:
        raise _still_referenced(call, World.of(call), what, referrers)


def _check(call: Call, world: World, nodes: Collection[Node], touched: Collection[Node]) -> None:
    broken: dict[Node, UnresolvableReferenceError] = {}
    for node in sorted(nodes, key=lambda node: (node not in touched, node)):  # what was written is blamed first
        try:
            world.resolver.find(node)
        except UnresolvableReferenceError as error:
            broken[error.referrer] = error
        except ReferenceLoopError as error:
            names = " → ".join(_shown(call, world, one) for one in error.loop)
            raise LoopError(f"the references form a loop: {names}", hint="take one of them out") from error
        except ReferencesTooLargeError as error:
            grown = _shown(call, world, error.referrer)
            raise GrownTooLargeError(f"the references in {grown} come to too much", hint=error.hint) from error
    for node in broken.keys() & touched:
        raise broken[node]
    if broken:
        gone = ", ".join(sorted({error.reference.name for error in broken.values()}))
        raise _still_referenced(call, world, gone, broken.keys())


def _still_referenced(call: Call, world: World, what: str, referrers: Collection[Node]) -> StillReferencedError:
    origins = {_origin(world, node) for node in referrers}
    shown = sorted(_shown(call, world, node) for node in origins if _sees(call, world, node))
    hidden = len(origins) - len(shown)
    named, more = shown[:_MOST_NAMED], shown[_MOST_NAMED:]
    others = [f"{len(more)} more"] * bool(more) + [f"{hidden} that you may not see"] * bool(hidden)
    return StillReferencedError(
        f"{what} is still referenced by {', '.join([*named, *others])}", hint="change the references first"
    )


def _origin(world: World, node: Node) -> Node:
    """Where the value is set that `node` shows: a root with many branches is one referrer."""
    root = world.config(node.config).root
    return node if root is None or world.sets(node.config, node.name) else Node(root, node.name)


def _shown(call: Call, world: World, node: Node) -> str:
    if not _sees(call, world, node):
        return "(a secret that you may not see)"
    config = world.config(node.config)
    return f"{config.project.name}.{config.name}.{node.name}"


def _sees(call: Call, world: World, node: Node) -> bool:
    return call.may(Action.SECRETS_READ, world.config(node.config))
