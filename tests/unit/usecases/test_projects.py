import pytest

from headwater.domain.names import IllegalNameError
from headwater.domain.roles import Grant, Role
from headwater.usecases.call import NotPermittedError
from headwater.usecases.environments import list_environments
from headwater.usecases.projects import (
    NewProject,
    ProjectExistsError,
    create_project,
    delete_project,
    get_project,
    list_projects,
    update_project,
)
from headwater.usecases.refs import ProjectRef
from headwater.usecases.settling import StillReferencedError
from tests.support.canary import secret
from tests.support.desk import Desk

SHOP = ProjectRef("shop")


def rename(desk: Desk, to: str, project: str = "shop") -> None:
    desk.write(lambda call: update_project(call, ProjectRef(project), name=to, description=None))


def names(desk: Desk) -> list[str]:
    return [project.name for project in desk.read(list_projects)]


def test_a_new_project_has_three_environments_in_their_order(shop: Desk) -> None:
    environments = shop.read(lambda call: list_environments(call, SHOP))

    assert [(one.slug, one.name) for one in environments] == [
        ("dev", "Development"),
        ("stg", "Staging"),
        ("prd", "Production"),
    ]


def test_a_new_project_may_be_empty(desk: Desk) -> None:
    desk.write(lambda call: create_project(call, NewProject(name="bare", description="d", default_environments=False)))

    assert desk.read(lambda call: list_environments(call, ProjectRef("bare"))) == []
    assert desk.read(lambda call: get_project(call, ProjectRef("bare"))).description == "d"


def test_a_new_project_is_one_change_with_one_activity_entry(desk: Desk) -> None:
    before = desk.newest_change()

    desk.project()

    assert desk.newest_change() == before + 1
    last = desk.activity()[-1]
    assert (last["tag"], last["project"], last["change"]) == ("project.created", "shop", before + 1)


def test_projects_are_listed_by_name(shop: Desk) -> None:
    shop.project("Bank")
    shop.project("alpha")

    assert names(shop) == ["Bank", "alpha", "shop"]


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (NewProject(name="shop"), ProjectExistsError),
        (NewProject(name="a.b"), IllegalNameError),
        (NewProject(name="ok", description="x" * 1001), IllegalNameError),
        (NewProject(name="ok", description="a\x00b"), IllegalNameError),
    ],
)
def test_a_project_that_cannot_be_made_is_refused(shop: Desk, new: NewProject, error: type[Exception]) -> None:
    with pytest.raises(error):
        shop.write(lambda call: create_project(call, new))

    assert names(shop) == ["shop"]


def test_whoever_has_a_role_in_one_project_alone_makes_no_other(shop: Desk) -> None:
    admin = shop.user(Grant(role=Role.ADMIN, project=shop.config("dev").project.id))

    with pytest.raises(NotPermittedError):
        shop.write(lambda call: create_project(call, NewProject(name="more")), token=admin)


def test_renaming_alters_every_view_of_the_project_and_of_whoever_refers_to_its_name(shop: Desk) -> None:
    shop.set("prd", {"WHERE": "${DOPPLER_PROJECT}"})

    rename(shop, "store")

    assert shop.get("prd", project="store") == {"WHERE": "store"}
    configs = ("dev", "stg", "prd")
    assert {shop.view_change(one, project="store") for one in configs} == {shop.newest_change()}


def test_a_description_alters_no_view(shop: Desk) -> None:
    before = shop.view_change("dev")

    shop.write(lambda call: update_project(call, SHOP, name="shop", description="new"))

    assert shop.view_change("dev") == before
    assert shop.read(lambda call: get_project(call, SHOP)).description == "new"


def test_setting_what_is_so_already_is_no_change(shop: Desk) -> None:
    before = shop.newest_change()

    shop.write(lambda call: update_project(call, SHOP, name="shop", description=""))

    assert shop.newest_change() == before


def test_a_project_that_is_named_in_a_reference_keeps_its_name_and_stays(shop: Desk) -> None:
    shop.project("bank")
    shop.set("prd", {"A": secret("a")}, project="bank")
    shop.set("dev", {"B": "${bank.prd.A}"})

    with pytest.raises(StillReferencedError, match=r"project bank is still referenced by shop\.dev\.B"):
        rename(shop, "vault", "bank")
    with pytest.raises(StillReferencedError):
        shop.write(lambda call: delete_project(call, ProjectRef("bank")))

    assert names(shop) == ["bank", "shop"]


def test_a_project_that_refers_to_itself_by_name_may_go_but_not_be_renamed(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    shop.set("prd", {"B": "${shop.dev.A}"})

    with pytest.raises(StillReferencedError):
        rename(shop, "store")
    shop.write(lambda call: delete_project(call, SHOP))

    assert names(shop) == []


def test_a_deleted_project_takes_everything_with_it_and_its_name_is_free(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    shop.service_token("dev")

    shop.write(lambda call: delete_project(call, SHOP))
    shop.project()

    assert shop.get("dev") == {}
