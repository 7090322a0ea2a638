"""What can go wrong in a template, and how much of it may be shown.

The surprise: Go's own messages quote values (`range can't iterate over <the password>`), so each error carries two
texts, and only the public one is the exception's message.
"""

from enum import StrEnum

from headwater.domain.errors import InvalidInputError


class Stage(StrEnum):
    """Where a template failed: reading it, or running it."""

    PARSE = "parse"
    EXECUTE = "execute"


class GoError(Exception):
    """An error or panic inside the language: Go's text, and what of it may be published (None: nothing)."""

    def __init__(self, text: bytes | str, *, public: str | None = None) -> None:
        self.text = text.encode() if isinstance(text, str) else text
        self.public = public
        super().__init__(public if public is not None else "[masked]")


def plain(text: str) -> GoError:
    """An error whose text holds types, names and numbers of the template alone, never a value."""
    return GoError(text, public=text)


class ExecutionError(GoError):
    """An error of the evaluator itself; where it happened is the node that the state stands at."""


class LimitError(ExecutionError):
    """A limit of ours (`limits`) was met: the one kind of error that Go does not have."""

    def __init__(self, text: str) -> None:
        super().__init__(text, public=text)


class TemplateError(InvalidInputError):
    """A template that cannot be parsed or executed.

    The message is the published form: position and reason, without any fetched value. `exact` is Go's own text and
    may quote fetched values: it is for conformance and for the person who typed the data, never for events,
    conditions or logs.
    """

    code = "template"

    def __init__(self, message: str, *, stage: Stage, exact: bytes, line: int, column: int | None) -> None:
        super().__init__(message)
        self.stage = stage
        self.exact = exact
        self.line = line
        self.column = column
