"""Who has to be woken when something changes: which objects point at which."""

from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
T = TypeVar("T", bound=Hashable)


class Links(Generic[S, T]):
    """From sources to what they point at, and back; what nobody points at takes no room."""

    def __init__(self) -> None:
        self._targets: dict[S, frozenset[T]] = {}
        self._sources: defaultdict[T, set[S]] = defaultdict(set)

    def point(self, source: S, targets: Collection[T]) -> None:
        """`source` points at exactly these now; at none, it is forgotten."""
        before, after = self._targets.pop(source, frozenset()), frozenset(targets)
        for target in before - after:
            self._sources[target].discard(source)
            if not self._sources[target]:
                del self._sources[target]
        for target in after - before:
            self._sources[target].add(source)
        if after:
            self._targets[source] = after

    def pointing_at(self, target: T) -> frozenset[S]:
        return frozenset(self._sources.get(target, ()))
