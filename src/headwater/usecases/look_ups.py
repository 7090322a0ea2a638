"""`LookUps`: what use cases ask of storage, answered by a transaction or, on the loop, from memory.

Memory holds answers of the newest commit alone: whoever commits a change puts a new one in its place.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar, TypeVarTuple, cast

from headwater.storage.repositories import Repositories

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Memory = dict[Hashable, object]
_ABSENT = object()


class LookUpMissedError(Exception):
    """Not in memory, and no connection at hand. Never leaves the edge."""


class LookUps:
    """What use cases ask of storage.

    With repositories every answer comes from their transaction, so that all answers of one call fit together, and is
    remembered if there is a memory; without, it comes from memory. What was not found is not remembered: anybody
    can ask for any name.
    """

    __slots__ = ("_memory", "_repositories")

    def __init__(self, repositories: Repositories | None, memory: Memory | None = None) -> None:
        self._repositories = repositories
        self._memory = memory

    @property
    def repositories(self) -> Repositories:
        """Raises: LookUpMissedError, on the loop."""
        if self._repositories is None:
            raise LookUpMissedError
        return self._repositories

    def __call__(self, find: Callable[[Repositories, *Ts], T], *key: *Ts) -> T:
        """`find(repositories, *key)`, from memory on the loop; so `find` is a module's function and `key` hashable.

        Raises:
            LookUpMissedError: on the loop, and not in memory.
        """
        if self._repositories is None:
            return self._recall(find, *key)
        found = find(self._repositories, *key)
        if self._memory is not None and found is not None:
            self._memory[(find, *key)] = found
        return found

    def remembers(self, find: Callable[[Repositories, *Ts], T], *key: *Ts) -> bool:
        """Whether the answer is in memory, so that asking costs nothing."""
        return self._memory is not None and (find, *key) in self._memory

    def leave_the_loop(self) -> None:
        """Before saying that something is not there, whether it is absent or hidden from whoever asks.

        What is absent is never in memory, so it costs a trip to a reader; were what is hidden answered from memory,
        time would tell the two apart.

        Raises:
            LookUpMissedError: on the loop.
        """
        if self._repositories is None:
            raise LookUpMissedError

    def _recall(self, find: Callable[[Repositories, *Ts], T], *key: *Ts) -> T:
        known = _ABSENT if self._memory is None else self._memory.get((find, *key), _ABSENT)
        if known is _ABSENT:
            raise LookUpMissedError
        return cast("T", known)
