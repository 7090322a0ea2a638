from datetime import timedelta

import pytest

from headwater.crypto.tokens import create_service_token as make_token
from headwater.domain.names import IllegalNameError
from headwater.domain.roles import Access, Grant, Role
from headwater.usecases.call import NotPermittedError
from headwater.usecases.locate import NotYoursError
from headwater.usecases.refs import ConfigRef
from headwater.usecases.service_tokens import (
    ExpiresInThePastError,
    NewServiceToken,
    ServiceTokenNotFoundError,
    UnknownAccessError,
    create_service_token,
    delete_service_token,
    list_service_tokens,
)
from tests.support.canary import secret
from tests.support.desk import NOW, Desk

DEV = ConfigRef("shop", "dev")


def names(desk: Desk) -> list[str]:
    return [one.principal.name for one in desk.read(lambda call: list_service_tokens(call, DEV))]


def test_a_new_token_is_shown_once_and_listed_without_its_text(shop: Desk) -> None:
    new = NewServiceToken(name="ci", access="read/write", expires_at=NOW + timedelta(days=1))

    made = shop.write(lambda call: create_service_token(call, DEV, new))
    (listed,) = shop.read(lambda call: list_service_tokens(call, DEV))

    assert made.key.reveal().startswith("dp.st.dev.")
    assert listed == made.details
    assert (listed.principal.access, listed.token.expires_at) == (Access.READ_WRITE, NOW + timedelta(days=1))
    assert made.key.reveal() not in repr(listed)


def test_making_and_revoking_a_token_is_a_change_that_alters_no_view(shop: Desk) -> None:
    seen, before = shop.view_change("dev"), shop.newest_change()

    token = shop.service_token("dev")
    shop.write(lambda call: delete_service_token(call, DEV, text=token))

    assert shop.newest_change() == before + 2
    assert shop.view_change("dev") == seen
    assert [one["tag"] for one in shop.activity()[-2:]] == ["service_token.created", "service_token.deleted"]


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewServiceToken(name="c"), IllegalNameError),
        (NewServiceToken(name="ci", access="write"), UnknownAccessError),
        (NewServiceToken(name="ci", expires_at=NOW), ExpiresInThePastError),
    ],
)
def test_a_token_that_cannot_be_made_is_refused(shop: Desk, new: NewServiceToken, error: type[Exception]) -> None:
    with pytest.raises(error):
        shop.write(lambda call: create_service_token(call, DEV, new))

    assert names(shop) == []


def test_a_token_is_revoked_by_its_slug(shop: Desk) -> None:
    shop.service_token("dev")
    (listed,) = shop.read(lambda call: list_service_tokens(call, DEV))

    shop.write(lambda call: delete_service_token(call, DEV, slug=listed.token.id))

    assert names(shop) == []


def test_a_token_of_another_config_is_not_found_here(shop: Desk) -> None:
    other = shop.service_token("prd")

    for wrong in (other, make_token("dev"), None):
        with pytest.raises(ServiceTokenNotFoundError):
            shop.write(lambda call, wrong=wrong: delete_service_token(call, DEV, text=wrong))  # type: ignore[misc]

    assert shop.get("prd", token=other) == {}


def test_an_expired_token_is_no_longer_listed(shop: Desk) -> None:
    new = NewServiceToken(name="ci", expires_at=NOW + timedelta(hours=1))
    shop.write(lambda call: create_service_token(call, DEV, new))

    shop.pass_time(hours=1)

    assert names(shop) == []


def test_neither_a_service_token_nor_a_collaborator_makes_tokens(shop: Desk) -> None:
    writer = shop.service_token("dev", Access.READ_WRITE)
    collaborator = shop.user(Grant(role=Role.COLLABORATOR))
    new = NewServiceToken(name="more")

    for who in (writer, collaborator):
        with pytest.raises(NotPermittedError):
            shop.write(lambda call: create_service_token(call, DEV, new), token=who)


def test_a_service_token_reads_its_config_alone(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {"A": secret("root")})
    shop.set("dev_x", {"A": secret("branch")})
    token = shop.service_token("dev_x")

    assert shop.get("dev_x", token=token) == {"A": secret("branch")}
    with pytest.raises(NotYoursError):
        shop.get("dev", token=token)
