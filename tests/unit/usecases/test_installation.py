"""An installation is made once, is opened with its own root key alone, and says what happened from its first change."""

import pytest

from headwater.crypto.envelope import new_key
from headwater.crypto.keyring import WrongRootKeyError
from headwater.usecases.installation import (
    AlreadyInitialisedError,
    NewInstallation,
    create_installation,
    open_installation,
)
from headwater.usecases.me import get_me
from headwater.usecases.workplace import get_workplace
from tests.support.desk import NOW, Desk


def test_it_is_made_once(desk: Desk) -> None:
    with pytest.raises(AlreadyInitialisedError), desk.storage.write() as repositories:
        create_installation(repositories, new_key(), NewInstallation(now=NOW))

    assert desk.read(get_me).principal.name == "Owner"


def test_another_root_key_opens_nothing(desk: Desk) -> None:
    with desk.rows() as rows, pytest.raises(WrongRootKeyError):
        open_installation(rows, new_key())


def test_its_making_is_the_first_change_and_on_record(desk: Desk) -> None:
    assert desk.newest_change() == 1
    assert [one["tag"] for one in desk.activity()] == ["installation.created", "personal_token.created"]


def test_the_workplace_is_there_for_everybody_in_it(shop: Desk) -> None:
    token = shop.service_token("dev")

    assert shop.read(get_workplace, token=token) == shop.read(get_workplace)
