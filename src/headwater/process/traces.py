"""What a log may say of a failure that nobody expected: types and places, never its text.

A traceback shows values: some libraries put what they could not handle into their messages.
"""

import traceback
from collections.abc import Iterator


def trace_of(error: BaseException) -> list[str]:
    """An error and those that led to it, newest first: its type, then `file:line function`, innermost first."""
    return [line for one in _chain(error) for line in (type(one).__name__, *_places(one))]


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
