"""What the API server refuses becomes an error of its kind, in words that quote nothing of what was sent."""

import pytest

from headwater.domain.errors import ConflictError, NotFoundError, UnavailableError
from headwater.kube.errors import (
    AccessForbiddenError,
    AlreadyExistsError,
    ApiUnavailableError,
    Cause,
    CredentialRefusedError,
    Details,
    ExpiredError,
    KubeError,
    ObjectNotFoundError,
    ObjectRefusedError,
    StaleObjectError,
    Status,
    parse_status,
    to_error,
)
from tests.support.canary import secret

KINDS: dict[tuple[int, str], type[KubeError]] = {
    (400, "BadRequest"): ObjectRefusedError,
    (401, "Unauthorized"): CredentialRefusedError,
    (403, "Forbidden"): AccessForbiddenError,
    (404, "NotFound"): ObjectNotFoundError,
    (409, "AlreadyExists"): AlreadyExistsError,
    (409, "Conflict"): StaleObjectError,
    (410, "Expired"): ExpiredError,
    (410, "Gone"): ExpiredError,
    (413, "RequestEntityTooLarge"): ObjectRefusedError,
    (415, "UnsupportedMediaType"): ObjectRefusedError,
    (422, "Invalid"): ObjectRefusedError,
    (429, "TooManyRequests"): ApiUnavailableError,
    (500, "InternalError"): ApiUnavailableError,
    (503, "ServiceUnavailable"): ApiUnavailableError,
    (504, "Timeout"): ApiUnavailableError,
}


@pytest.mark.parametrize(("code", "reason"), KINDS)
def test_each_answer_has_its_error(code: int, reason: str) -> None:
    error = to_error(code, Status(reason=reason), "get secrets web/db")
    assert type(error) is KINDS[code, reason]
    assert str(error).startswith(f"cannot get secrets web/db: {reason}")


def test_errors_belong_to_the_families_of_the_domain() -> None:
    assert issubclass(ObjectNotFoundError, NotFoundError)
    assert issubclass(StaleObjectError, ConflictError)
    assert issubclass(ApiUnavailableError, UnavailableError)


def test_nothing_that_was_sent_is_quoted() -> None:
    quoted = f'Secret "db" is invalid: data[k]: Invalid value: "{secret("plain")}"'
    status = Status(
        message=quoted, reason="Invalid", details=Details(causes=(Cause(reason="FieldValueInvalid", field="data[k]"),))
    )
    assert str(to_error(422, status, "create secrets web/db")) == (
        "cannot create secrets web/db: Invalid (data[k] FieldValueInvalid)"
    )


@pytest.mark.parametrize(
    ("message", "by"),
    [
        ('admission webhook "policy.example.org" denied the request: no', "policy.example.org"),
        ("ValidatingAdmissionPolicy 'only-us' with binding 'b' denied request: no", "only-us"),
    ],
)
def test_who_refused_an_admission_is_named(message: str, by: str) -> None:
    error = to_error(403, Status(message=f"{message} {secret('quoted')}", reason="Forbidden"), "create secrets web/db")
    assert str(error) == f"cannot create secrets web/db: Forbidden, refused by {by}"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b"\xff\xfe", b'{"reason": 5}'])
def test_a_body_that_is_no_status_leaves_only_the_code(body: bytes) -> None:
    assert str(to_error(502, parse_status(body), "list secrets")) == "cannot list secrets: HTTP 502"


def test_how_long_to_stay_away_is_kept() -> None:
    error = to_error(429, Status(reason="TooManyRequests"), "list secrets", retry_after=7.0)
    assert isinstance(error, ApiUnavailableError)
    assert error.retry_after == 7.0
