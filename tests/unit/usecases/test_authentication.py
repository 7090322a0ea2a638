"""Who gets in, from which instant on, and until when."""

from datetime import timedelta

import pytest

from headwater.crypto.tokens import create_personal_token
from headwater.domain.hidden import Hidden
from headwater.usecases.authentication import InvalidTokenError
from headwater.usecases.look_ups import LookUpMissedError
from headwater.usecases.me import get_me
from headwater.usecases.refs import ConfigRef
from headwater.usecases.service_tokens import NewServiceToken, create_service_token, delete_service_token
from tests.support.canary import secret
from tests.support.desk import Desk

DEV = ConfigRef("shop", "dev")


def test_the_owner_is_known_by_the_first_token(desk: Desk) -> None:
    me = desk.read(get_me)

    assert me.principal.name == "Owner"
    assert me.token.preview.startswith("dp.pt...")
    assert me.token.preview[-6:] == desk.owner.reveal()[-6:]
    assert me.workplace.name == "Headwater"


def test_whatever_is_wrong_with_a_token_the_answer_is_one(shop: Desk) -> None:
    good = shop.owner.reveal()
    wrong = [secret("x"), "", good[:-1], good + "a", good.replace("dp.pt.", "dp.st."), create_personal_token().reveal()]
    messages = set()
    for text in wrong:
        with pytest.raises(InvalidTokenError) as refused:
            shop.read(get_me, token=Hidden(text))
        messages.add(str(refused.value))

    assert messages == {"Invalid Auth token"}


def test_a_revoked_token_is_refused_at_once_and_forgotten(shop: Desk) -> None:
    token = shop.service_token("dev")
    shop.read(get_me, token=token)
    shop.on_the_loop(get_me, token=token)

    shop.write(lambda call: delete_service_token(call, DEV, text=token))

    with pytest.raises(InvalidTokenError):
        shop.read(get_me, token=token)
    with pytest.raises(LookUpMissedError):
        shop.on_the_loop(get_me, token=token)


def test_a_token_dies_at_the_instant_at_which_it_expires_also_in_memory(shop: Desk) -> None:
    new = NewServiceToken(name="ci", expires_at=shop.now + timedelta(hours=1))
    token = shop.write(lambda call: create_service_token(call, DEV, new)).key

    shop.pass_time(minutes=59, seconds=59)
    shop.read(get_me, token=token)
    shop.on_the_loop(get_me, token=token)
    shop.pass_time(seconds=1)

    with pytest.raises(InvalidTokenError):
        shop.read(get_me, token=token)
    with pytest.raises(InvalidTokenError):
        shop.on_the_loop(get_me, token=token)


def test_what_is_stored_of_a_token_is_not_the_token(desk: Desk) -> None:
    token = desk.read(get_me).token

    assert desk.owner.reveal().encode() not in token.digest
    assert desk.owner.reveal() not in repr(token)
