import pytest

from headwater.domain.names import IllegalNameError
from headwater.usecases.configs import list_configs
from headwater.usecases.environments import (
    EnvironmentExistsError,
    create_environment,
    delete_environment,
    get_environment,
    list_environments,
    update_environment,
)
from headwater.usecases.refs import EnvironmentRef, ProjectRef
from headwater.usecases.settling import StillReferencedError
from tests.support.canary import secret
from tests.support.desk import Desk

SHOP, DEV = ProjectRef("shop"), EnvironmentRef("shop", "dev")


def slugs(desk: Desk) -> list[str]:
    return [one.slug for one in desk.read(lambda call: list_environments(call, SHOP))]


def configs(desk: Desk) -> list[str]:
    return [one.config.name for one in desk.read(lambda call: list_configs(call, SHOP))]


def test_a_new_environment_comes_last_with_a_root_config_of_its_name(shop: Desk) -> None:
    shop.pass_time(seconds=1)
    made = shop.write(lambda call: create_environment(call, SHOP, slug="ci", name="Continuous integration"))

    assert made.name == "Continuous integration"
    assert slugs(shop)[-1] == "ci"
    assert shop.config("ci").is_root
    assert shop.get("ci") == {}


@pytest.mark.parametrize(
    ("slug", "name", "error"),
    [("dev", "Dev", EnvironmentExistsError), ("a_b", "Ab", IllegalNameError), ("ab", "", IllegalNameError)],
)
def test_an_environment_that_cannot_be_made_is_refused(
    shop: Desk, slug: str, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        shop.write(lambda call: create_environment(call, SHOP, slug=slug, name=name))

    assert slugs(shop) == ["dev", "stg", "prd"]


def test_a_new_slug_renames_root_and_branches_and_alters_their_views(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {"A": secret("a"), "WHERE": "${DOPPLER_CONFIG} in ${DOPPLER_ENVIRONMENT}"})
    token = shop.service_token("dev_x")

    shop.write(lambda call: update_environment(call, DEV, slug="local", name=None))

    assert configs(shop) == ["local", "local_x", "prd", "stg"]
    assert shop.get("local_x") == {"A": secret("a"), "WHERE": "local_x in local"}
    assert shop.get("local_x", token=token)["WHERE"] == "local_x in local"
    assert shop.view_change("local") == shop.view_change("local_x") == shop.newest_change()
    assert shop.read(lambda call: get_environment(call, EnvironmentRef("shop", "local"))).name == "Development"


def test_a_slug_that_makes_a_branch_name_too_long_is_refused(shop: Desk) -> None:
    shop.branch("dev_" + "x" * 56)

    with pytest.raises(IllegalNameError):
        shop.write(lambda call: update_environment(call, DEV, slug="local", name=None))

    assert slugs(shop) == ["dev", "stg", "prd"]


def test_a_new_name_alters_no_view(shop: Desk) -> None:
    before = shop.view_change("dev")

    shop.write(lambda call: update_environment(call, DEV, slug="dev", name="Local"))

    assert shop.view_change("dev") == before
    assert shop.read(lambda call: get_environment(call, DEV)).name == "Local"


def test_an_environment_whose_config_is_named_in_a_reference_keeps_its_slug_and_stays(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    shop.set("prd", {"B": "${dev.A}"})

    with pytest.raises(StillReferencedError, match=r"shop\.prd\.B"):
        shop.write(lambda call: update_environment(call, DEV, slug="local", name=None))
    with pytest.raises(StillReferencedError, match=r"shop\.prd\.B"):
        shop.write(lambda call: delete_environment(call, DEV))

    assert slugs(shop) == ["dev", "stg", "prd"]


def test_a_config_of_the_same_name_in_another_project_is_not_in_the_way(shop: Desk) -> None:
    shop.project("bank")
    shop.set("dev", {"A": secret("a")}, project="bank")
    shop.set("prd", {"B": "${dev.A}"}, project="bank")

    shop.write(lambda call: delete_environment(call, DEV))

    assert slugs(shop) == ["stg", "prd"]


def test_a_deleted_environment_takes_its_configs_with_it(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {"A": secret("a")})
    shop.set("dev_x", {"B": "${dev.A}"})

    shop.write(lambda call: delete_environment(call, DEV))

    assert configs(shop) == ["prd", "stg"]
