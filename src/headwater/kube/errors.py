"""What the API server refuses, told apart by what a caller can do about it.

Texts are built from the Status's reason, kind, name and field paths, never from its message or an unknown body: both
may quote what was sent, and what was sent may be a Secret.
"""

import re
from typing import Final

import msgspec

from headwater.domain.errors import (
    ConflictError,
    ForbiddenError,
    HeadwaterError,
    InvalidInputError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)


class KubeError(HeadwaterError):
    """Whatever the Kubernetes API did not do for us."""

    code = "kube"


class ObjectNotFoundError(KubeError, NotFoundError):
    """404: no such object, or the resource type is not served."""

    code = "kube_not_found"


class AlreadyExistsError(KubeError, ConflictError):
    """409 on create: the name is taken."""

    code = "kube_already_exists"


class StaleObjectError(KubeError, ConflictError):
    """409: the object changed since it was read, or a precondition does not hold, or another manager owns a field."""

    code = "kube_conflict"


class AccessForbiddenError(KubeError, ForbiddenError):
    """403: our identity may not do this, or an admission policy refused it."""

    code = "kube_forbidden"


class CredentialRefusedError(KubeError, UnauthenticatedError):
    """401: the API server does not know us, though the credential was just read anew."""

    code = "kube_unauthenticated"


class ExpiredError(KubeError, ConflictError):
    """410: the resource version or the page is too old; list again."""

    code = "kube_expired"


class ObjectRefusedError(KubeError, InvalidInputError):
    """Any other 4xx: what was sent can never succeed as it stands."""

    code = "kube_invalid"


class ApiUnavailableError(KubeError, UnavailableError):
    """No answer, a 5xx, a 429 or an answer that is none of Kubernetes': true later, perhaps."""

    code = "kube_unavailable"

    def __init__(self, message: str, *, hint: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        """Seconds that the server asked us to stay away; None if it did not say."""


class Cause(msgspec.Struct, frozen=True):
    """One reason of several; its message is left out, since it quotes what was sent."""

    reason: str = ""
    field: str = ""


class Details(msgspec.Struct, frozen=True, rename="camel"):
    """What a Status is about."""

    name: str = ""
    kind: str = ""
    causes: tuple[Cause, ...] = ()
    retry_after_seconds: int | None = None


class Status(msgspec.Struct, frozen=True):
    """The API server's answer when there is no object to give. Source: apimachinery meta/v1 Status."""

    message: str = ""
    reason: str = ""
    details: Details | None = None
    code: int = 0


_CONFLICT: Final = 409
_TOO_MANY_REQUESTS: Final = 429

_ERRORS: Final[dict[int, type[KubeError]]] = {
    401: CredentialRefusedError,
    403: AccessForbiddenError,
    404: ObjectNotFoundError,
    _CONFLICT: StaleObjectError,
    410: ExpiredError,
}

_STATUS: Final = msgspec.json.Decoder(Status)

_ADMISSION: Final = re.compile(r"(?:admission webhook|ValidatingAdmissionPolicy) ['\"]([A-Za-z0-9.-]+)['\"]")


def parse_status(body: bytes) -> Status:
    """The Status in `body`; an empty one if there is none."""
    try:
        return _STATUS.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Status()


def to_error(http_status: int, status: Status, doing: str, *, retry_after: float | None = None) -> KubeError:
    """The error for an answer of `http_status` to `doing`, such as `create secrets web/db`."""
    message = _message(http_status, status, doing)
    if http_status == _CONFLICT and status.reason == "AlreadyExists":
        return AlreadyExistsError(message)
    if http_status in _ERRORS:
        return _ERRORS[http_status](message)
    if http_status in range(400, 500) and http_status != _TOO_MANY_REQUESTS:
        return ObjectRefusedError(message)
    return ApiUnavailableError(message, retry_after=retry_after)


def _message(http_status: int, status: Status, doing: str) -> str:
    reason = status.reason or f"HTTP {http_status}"
    admission = _ADMISSION.search(status.message)
    refused_by = f", refused by {admission[1]}" if admission else ""
    return f"cannot {doing}: {reason}{refused_by}{_fields(status)}"


def _fields(status: Status) -> str:
    causes = status.details.causes if status.details else ()
    named = [f"{cause.field} {cause.reason}".strip() for cause in causes if cause.field or cause.reason]
    return f" ({', '.join(named)})" if named else ""
