"""What a kind adds to the common walk of a write; each part has a usual form that does nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headwater.devcluster.objects import Object
from headwater.devcluster.status import Cause


def as_it_is(found: Object) -> Object:
    return found


def no_problems(_new: Object, _old: Object | None) -> Iterable[Cause]:
    return ()


def keep_nothing(new: Object, _old: Object) -> Object:
    return new


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """`defaults` fills in what a person left out; `create` and `update` put what only the server may say.

    `problems` gets the object as it would be stored, and the one before, if there is one.
    """

    defaults: Callable[[Object], Object] = as_it_is
    create: Callable[[Object], Object] = as_it_is
    update: Callable[[Object, Object], Object] = keep_nothing
    problems: Callable[[Object, Object | None], Iterable[Cause]] = no_problems
    has_generation: bool = False
    """Whether a change of `spec` counts in `metadata.generation`."""
