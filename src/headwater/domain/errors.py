"""The base of all expected failures, and one family per kind of answer.

A leaf stands beside its noun and inherits from the family that says what a caller can do about it; each program
maps families to replies in one table.
"""

from typing import ClassVar


class HeadwaterError(Exception):
    """Base of all expected failures; anything else that escapes is a bug, answered as `internal`.

    `message` and `hint` may reach the caller, so neither may hold a secret value or a token.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """The message, then the hint, as one line for a person."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class InvalidInputError(HeadwaterError):
    """The caller sent something that can never succeed as it stands."""

    code = "invalid_input"


class UnauthenticatedError(HeadwaterError):
    """Nobody we know: no token, a wrong one, a revoked one or an expired one, all alike."""

    code = "unauthenticated"


class ForbiddenError(HeadwaterError):
    """Somebody we know, who may know of the thing but not do this to it."""

    code = "forbidden"


class NotFoundError(HeadwaterError):
    """Absent, or not the caller's to know: the two are answered alike."""

    code = "not_found"


class ConflictError(HeadwaterError):
    """The state changed under the caller, or is taken."""

    code = "conflict"


class TooLargeError(HeadwaterError):
    """More than a stated limit."""

    code = "too_large"


class UnavailableError(HeadwaterError):
    """True later, perhaps: says nothing about whether the request was right."""

    code = "unavailable"


class IntegrityError(HeadwaterError):
    """Something stored does not verify; fails closed and needs a person."""

    code = "integrity"


class StartupError(HeadwaterError):
    """A program refuses to start; the message is the one line that its user sees."""

    code = "startup"
