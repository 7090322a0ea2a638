"""Every family has a status; what may pass later is never one that makes a client forget its secrets."""

import json

import pytest

from headwater.domain import errors as families
from headwater.server import errors
from headwater.server.exchange import MissingFieldError

STATUSES = [
    (families.InvalidInputError("no", hint="do this"), 400),
    (MissingFieldError("no"), 400),
    (families.UnauthenticatedError("no"), 401),
    (families.ForbiddenError("no"), 403),
    (families.NotFoundError("no"), 404),
    (errors.MethodNotAllowedError("no"), 405),
    (families.ConflictError("no"), 409),
    (families.TooLargeError("no"), 413),
    (errors.EncodedBodyError("no"), 415),
    (families.IntegrityError("no"), 500),
    (families.HeadwaterError("no"), 500),
    (families.UnavailableError("no"), 503),
    (errors.AccessLogError("no"), 503),
]


@pytest.mark.parametrize(("error", "status"), STATUSES)
def test_each_family_has_its_status(error: families.HeadwaterError, status: int) -> None:
    reply = errors.error_reply(error)
    body = json.loads(bytes(reply.body))
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/json"
    assert body == {"messages": [str(error)], "success": False}


def test_every_family_stands_in_the_table() -> None:
    answered = {family for family, _ in errors.STATUS_OF}
    assert answered == set(families.HeadwaterError.__subclasses__()) & answered
    assert {
        family.__name__ for family in families.HeadwaterError.__subclasses__() if family.__module__ == families.__name__
    } - {family.__name__ for family in answered} == {"StartupError"}


def test_unavailable_says_when_to_come_back() -> None:
    assert int(errors.error_reply(families.UnavailableError("no")).headers["retry-after"]) > 0


def test_unauthenticated_says_how_to_authenticate() -> None:
    assert errors.error_reply(families.UnauthenticatedError("no")).headers["www-authenticate"] == "Bearer"


def test_a_bug_shows_its_id_and_nothing_else() -> None:
    assert json.loads(bytes(errors.internal_error("42").body))["messages"] == ["internal error (id 42)"]
