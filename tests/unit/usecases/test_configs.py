import pytest

from headwater.domain.names import IllegalNameError
from headwater.usecases.authentication import InvalidTokenError
from headwater.usecases.configs import (
    ConfigExistsError,
    RootConfigError,
    create_config,
    delete_config,
    get_config,
    list_configs,
    ping_config,
    rename_config,
)
from headwater.usecases.downloads import download_secrets, parse_form
from headwater.usecases.refs import ConfigRef, EnvironmentRef, ProjectRef
from headwater.usecases.settling import StillReferencedError
from tests.support.canary import secret
from tests.support.desk import Desk

DEV, BRANCH = EnvironmentRef("shop", "dev"), ConfigRef("shop", "dev_x")


def names(desk: Desk, environment: str | None = None) -> list[str]:
    found = desk.read(lambda call: list_configs(call, ProjectRef("shop"), environment))
    return [one.config.name for one in found]


def test_configs_are_listed_by_name_or_by_environment(shop: Desk) -> None:
    shop.branch("dev_x")

    assert names(shop) == ["dev", "dev_x", "prd", "stg"]
    assert names(shop, "dev") == ["dev", "dev_x"]
    assert names(shop, "nowhere") == []


def test_the_view_of_a_new_branch_begins_with_its_change(shop: Desk) -> None:
    shop.branch("dev_x")

    assert shop.view_change("dev_x") == shop.newest_change()
    assert shop.view_change("dev") < shop.newest_change()


@pytest.mark.parametrize(
    ("name", "error"), [("dev_x", ConfigExistsError), ("x", IllegalNameError), ("prd_x", IllegalNameError)]
)
def test_a_branch_that_cannot_be_made_is_refused(shop: Desk, name: str, error: type[Exception]) -> None:
    shop.branch("dev_x")

    with pytest.raises(error):
        shop.write(lambda call: create_config(call, DEV, name))


def test_renaming_a_branch_alters_its_view_and_keeps_its_secrets_and_tokens(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev_x", {"A": secret("a"), "WHERE": "${DOPPLER_CONFIG}"})
    token = shop.service_token("dev_x")

    shop.write(lambda call: rename_config(call, BRANCH, "dev_y"))

    assert shop.get("dev_y", token=token) == {"A": secret("a"), "WHERE": "dev_y"}
    assert shop.view_change("dev_y") == shop.newest_change()
    assert shop.activity()[-1]["subject"] == "dev_x"


def test_a_branch_that_is_named_in_a_reference_keeps_its_name_also_for_itself(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev_x", {"A": secret("a"), "B": "${dev_x.A}"})

    with pytest.raises(StillReferencedError, match=r"config dev_x is still referenced by shop\.dev_x\.B"):
        shop.write(lambda call: rename_config(call, BRANCH, "dev_y"))


def test_a_branch_that_others_reference_stays(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev_x", {"A": secret("a")})
    shop.set("prd", {"B": "${dev_x.A}"})

    with pytest.raises(StillReferencedError):
        shop.write(lambda call: delete_config(call, BRANCH))

    assert "dev_x" in names(shop)


def test_a_deleted_branch_takes_its_secrets_and_tokens_with_it(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev_x", {"A": secret("a"), "B": "${dev_x.A}"})
    token = shop.service_token("dev_x")

    shop.write(lambda call: delete_config(call, BRANCH))
    shop.branch("dev_x")

    assert shop.get("dev_x") == {}
    with pytest.raises(InvalidTokenError):
        shop.get("dev_x", token=token)


def test_a_root_comes_and_goes_with_its_environment_alone(shop: Desk) -> None:
    with pytest.raises(RootConfigError, match="rename its environment instead"):
        shop.write(lambda call: rename_config(call, ConfigRef("shop", "dev"), "dev_y"))
    with pytest.raises(RootConfigError, match="delete its environment instead"):
        shop.write(lambda call: delete_config(call, ConfigRef("shop", "dev")))


def test_fetch_times_are_those_of_downloads_that_delivered(shop: Desk) -> None:
    ref, form = ConfigRef("shop", "dev"), parse_form("json")

    def fetched() -> tuple[object, object]:
        times = shop.read(lambda call: get_config(call, ref)).fetched
        return times.initial, times.last

    before, first = fetched(), shop.now
    shop.get("dev")
    listed = fetched()
    etag = shop.read(lambda call: download_secrets(call, ref, form)).etag
    shop.pass_time(hours=1)
    shop.read(lambda call: download_secrets(call, ref, form))
    last = shop.now
    shop.pass_time(hours=1)
    shop.read(lambda call: download_secrets(call, ref, form, etag))

    assert before == listed == (None, None)
    assert fetched() == (first, last)


def test_a_ping_says_whether_one_may_still_read(shop: Desk) -> None:
    token = shop.service_token("dev")

    assert shop.outcome(lambda call: ping_config(call, ConfigRef()), token=token).access is None
