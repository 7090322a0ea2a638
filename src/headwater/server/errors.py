"""Which status each family of errors answers with: one table, and the reply that says what to do.

Never 401, 403 or 404 for what will be true again later: those make every `doppler` CLI delete its offline copy.
"""

from starlette.responses import Response

from headwater.domain import errors
from headwater.wire.base import ErrorReply
from headwater.wire.codec import encode

STATUS_OF: tuple[tuple[type[errors.HeadwaterError], int], ...] = (
    (errors.InvalidInputError, 400),
    (errors.UnauthenticatedError, 401),
    (errors.ForbiddenError, 403),
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.TooLargeError, 413),
    (errors.UnavailableError, 503),
    (errors.IntegrityError, 500),
)
"""Family → status. What stands in none of them is a bug, and answers 500 under an id."""

RETRY_SECONDS = 2
"""What a 503 asks its caller to wait; clients take whole seconds."""


class MethodNotAllowedError(errors.InvalidInputError):
    code = "method_not_allowed"


class NoSuchRouteError(errors.NotFoundError):
    code = "no_such_route"


class BodyTooLargeError(errors.TooLargeError):
    code = "body_too_large"


class EncodedBodyError(errors.InvalidInputError):
    code = "encoded_body"


class NotReadyError(errors.UnavailableError):
    code = "not_ready"


class AccessLogError(errors.UnavailableError):
    """No value leaves without a durable record of it."""

    code = "access_log"


_STATUS_OF_LEAF: dict[type[errors.HeadwaterError], int] = {MethodNotAllowedError: 405, EncodedBodyError: 415}


def status_of(error: errors.HeadwaterError) -> int:
    leaf = _STATUS_OF_LEAF.get(type(error))
    if leaf is not None:
        return leaf
    return next((status for family, status in STATUS_OF if isinstance(error, family)), 500)


def error_reply(error: errors.HeadwaterError) -> Response:
    """The reply to an expected failure."""
    status = status_of(error)
    headers = {}
    if status == 503:  # noqa: PLR2004 - a status is its own name
        headers["retry-after"] = str(RETRY_SECONDS)
    if status == 401:  # noqa: PLR2004
        headers["www-authenticate"] = "Bearer"
    return plain_error(status, str(error), headers)


def internal_error(error_id: str) -> Response:
    """The reply to a bug; the log has the rest under the same id."""
    return plain_error(500, f"internal error (id {error_id})", {})


def plain_error(status: int, message: str, headers: dict[str, str]) -> Response:
    return Response(encode(ErrorReply(messages=[message])), status, headers, media_type="application/json")
