"""Long lists of ids in parts: SQLite and PostgreSQL both bound the variables of a statement."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

_MOST = 500


def batches(of: Collection[T]) -> Iterator[list[T]]:
    rest = iter(of)
    while part := list(islice(rest, _MOST)):
        yield part
