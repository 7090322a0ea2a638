"""What the log may say of a failure: types and places, never the text of an error that is not ours.

A traceback shows values: some libraries put what they could not handle into their messages.
"""

import traceback
from collections.abc import Iterator

from headwater.domain.errors import UnavailableError


def trace_of(error: BaseException) -> list[str]:
    """An error and those that led to it, newest first: its type, then `file:line function`, innermost first."""
    return [line for one in _chain(error) for line in (type(one).__name__, *_places(one))]


def reason_of(error: UnavailableError) -> str:
    """What the database said when it could not be used; it knows no values at such a moment."""
    said = getattr(error.__cause__, "orig", None)
    return str(said).partition("\n")[0] if said is not None else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
