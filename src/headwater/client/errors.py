"""What can go wrong between us and a server, told apart by what a caller can do about it.

The texts are made of our own words, the host and the status, so that two equal failures read the same; the one thing
of the server's that is let in is a JSON error's `messages`, masked (see `replies`).
"""

from headwater.domain.errors import (
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)


class TokenRefusedError(UnauthenticatedError):
    """401: the server does not know the token, or no longer."""

    code = "token_refused"


class AccessRefusedError(ForbiddenError):
    """403: the server knows the token, which may not do this."""

    code = "access_refused"


class UpstreamNotFoundError(NotFoundError):
    """404: the server has no such thing, or none that the token may know of."""

    code = "upstream_not_found"


class RequestRefusedError(InvalidInputError):
    """Any other 4xx: the server understood and says no."""

    code = "request_refused"


class RateLimitedError(UnavailableError):
    """429: stay away for a while."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds; None if the server did not say."""


class UnreachableError(UnavailableError):
    """No HTTP answer at all: no such host, connection refused or lost, TLS failed, timed out."""

    code = "unreachable"


class UpstreamFailedError(UnavailableError):
    """5xx: the server answered that it cannot."""

    code = "upstream_failed"


class BadReplyError(UnavailableError):
    """An answer that no server of this API gives: not JSON, of other types, cut off, far too large."""

    code = "bad_reply"
