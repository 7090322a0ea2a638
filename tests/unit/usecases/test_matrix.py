"""Every use case, asked by every kind of caller, here and elsewhere: one table of what comes of it.

A use case without a row fails, so a new one has to say who may.
"""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from headwater.domain import errors
from headwater.domain.edits import Edit
from headwater.domain.hidden import Hidden
from headwater.domain.names import ConfigName, ProjectName
from headwater.domain.roles import Access, Grant, Role
from headwater.usecases import configs, downloads, environments, me, projects, secrets, service_tokens, workplace
from headwater.usecases.call import Call
from headwater.usecases.refs import ConfigRef, EnvironmentRef, ProjectRef
from tests.support.canary import secret
from tests.support.desk import Desk, Template
from tests.unit.usecases.test_authorize import use_cases

Ask = Callable[[Call, str], object]

CALLERS = ("owner", "viewer", "collaborator", "works in dev", "nobody", "reads dev", "writes dev", "reads prd")

JSON = downloads.parse_form("json")
EDIT = [Edit(name="A", value=Hidden(secret("new")))]

OK, FORBIDDEN, MISSING, REFUSED = "ok", "403", "404", "400"

ASKED: dict[str, Ask] = {
    "me.get_me": lambda call, _: me.get_me(call),
    "workplace.get_workplace": lambda call, _: workplace.get_workplace(call),
    "projects.list_projects": lambda call, _: projects.list_projects(call),
    "projects.create_project": lambda call, _: projects.create_project(call, projects.NewProject(name="more")),
    "projects.get_project": lambda call, project: projects.get_project(call, ProjectRef(project)),
    "projects.update_project": lambda call, project: projects.update_project(
        call, ProjectRef(project), name=None, description="d"
    ),
    "projects.delete_project": lambda call, project: projects.delete_project(call, ProjectRef(project)),
    "environments.list_environments": lambda call, project: environments.list_environments(call, ProjectRef(project)),
    "environments.get_environment": lambda call, project: environments.get_environment(
        call, EnvironmentRef(project, "dev")
    ),
    "environments.create_environment": lambda call, project: environments.create_environment(
        call, ProjectRef(project), slug="ci", name="CI"
    ),
    "environments.update_environment": lambda call, project: environments.update_environment(
        call, EnvironmentRef(project, "dev"), slug=None, name="Dev"
    ),
    "environments.delete_environment": lambda call, project: environments.delete_environment(
        call, EnvironmentRef(project, "dev")
    ),
    "configs.list_configs": lambda call, project: configs.list_configs(call, ProjectRef(project)),
    "configs.get_config": lambda call, project: configs.get_config(call, ConfigRef(project, "dev")),
    "configs.create_config": lambda call, project: configs.create_config(call, EnvironmentRef(project, "dev"), "dev_y"),
    "configs.rename_config": lambda call, project: configs.rename_config(call, ConfigRef(project, "dev_x"), "dev_z"),
    "configs.delete_config": lambda call, project: configs.delete_config(call, ConfigRef(project, "dev_x")),
    "configs.ping_config": lambda call, project: configs.ping_config(call, ConfigRef(project, "dev")),
    "secrets.list_secrets": lambda call, project: secrets.list_secrets(call, ConfigRef(project, "dev")),
    "secrets.get_secret": lambda call, project: secrets.get_secret(call, ConfigRef(project, "dev"), "A"),
    "secrets.list_secret_names": lambda call, project: secrets.list_secret_names(call, ConfigRef(project, "dev")),
    "secrets.update_secrets": lambda call, project: secrets.update_secrets(call, ConfigRef(project, "dev"), EDIT),
    "secrets.delete_secret": lambda call, project: secrets.delete_secret(call, ConfigRef(project, "dev"), "A"),
    "downloads.download_secrets": lambda call, project: downloads.download_secrets(
        call, ConfigRef(project, "dev"), JSON
    ),
    "downloads.watch_secrets": lambda call, project: downloads.watch_secrets(call, ConfigRef(project, "dev")),
    "service_tokens.list_service_tokens": lambda call, project: service_tokens.list_service_tokens(
        call, ConfigRef(project, "dev")
    ),
    "service_tokens.create_service_token": lambda call, project: service_tokens.create_service_token(
        call, ConfigRef(project, "dev"), service_tokens.NewServiceToken(name="more")
    ),
    "service_tokens.delete_service_token": lambda call, project: service_tokens.delete_service_token(
        call, ConfigRef(project, "dev"), slug=some_slug(call)
    ),
}

EVERYBODY = "ok ok ok ok ok ok ok ok"
ANY_ROLE = "ok ok ok ok 403 ok ok ok"
IN_SHOP = "ok ok ok ok 404 ok ok ok"
LOOK_AT_DEV = "ok ok ok ok 404 ok ok 400"
WORK_IN_DEV = "ok 403 ok ok 404 403 ok 400"
SHAPE_DEV = "ok 403 ok ok 404 403 403 400"
SHAPE_BRANCH = "ok 403 ok ok 404 400 400 400"
OWNERS_IN_WORKPLACE = "ok 403 403 403 403 403 403 403"
OWNERS_IN_PROJECT = "ok 403 403 403 404 403 403 403"
OWNERS_IN_DEV = "ok 403 403 403 404 403 403 400"

EXPECTED: dict[str, str] = {
    "me.get_me": EVERYBODY,
    "workplace.get_workplace": ANY_ROLE,
    "projects.list_projects": ANY_ROLE,
    "projects.create_project": OWNERS_IN_WORKPLACE,
    "projects.get_project": IN_SHOP,
    "projects.update_project": OWNERS_IN_PROJECT,
    "projects.delete_project": OWNERS_IN_PROJECT,
    "environments.list_environments": IN_SHOP,
    "environments.get_environment": LOOK_AT_DEV,
    "environments.create_environment": OWNERS_IN_PROJECT,
    "environments.update_environment": OWNERS_IN_DEV,
    "environments.delete_environment": OWNERS_IN_DEV,
    "configs.list_configs": IN_SHOP,
    "configs.get_config": LOOK_AT_DEV,
    "configs.create_config": SHAPE_DEV,
    "configs.rename_config": SHAPE_BRANCH,
    "configs.delete_config": SHAPE_BRANCH,
    "configs.ping_config": LOOK_AT_DEV,
    "secrets.list_secrets": LOOK_AT_DEV,
    "secrets.get_secret": LOOK_AT_DEV,
    "secrets.list_secret_names": LOOK_AT_DEV,
    "secrets.update_secrets": WORK_IN_DEV,
    "secrets.delete_secret": WORK_IN_DEV,
    "downloads.download_secrets": LOOK_AT_DEV,
    "downloads.watch_secrets": LOOK_AT_DEV,
    "service_tokens.list_service_tokens": "ok 403 ok ok 404 403 403 400",
    "service_tokens.create_service_token": OWNERS_IN_DEV,
    "service_tokens.delete_service_token": OWNERS_IN_DEV,
}


def some_slug(call: Call) -> str:
    """The slug of a service token of shop's dev."""
    dev = call.repositories.configs.find_named(ProjectName("shop"), ConfigName("dev"))
    assert dev is not None
    return call.repositories.tokens.list(dev.id)[0].token.id


@pytest.fixture(scope="module")
def desk(with_shop: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Projects `shop` and `bank` with a branch in each; nothing that is asked here is kept."""
    opened = with_shop.copy_to(tmp_path_factory.mktemp("matrix"))
    opened.project("bank")
    for project in ("shop", "bank"):
        opened.branch("dev_x", project)
        opened.set("dev", {"A": secret("a")}, project=project)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def callers(desk: Desk) -> dict[str, Hidden[str]]:
    dev = desk.config("dev")
    here, in_dev = dev.project.id, frozenset({dev.environment.id})
    return {
        "owner": desk.owner,
        "viewer": desk.user(Grant(role=Role.VIEWER, project=here)),
        "collaborator": desk.user(Grant(role=Role.COLLABORATOR, project=here)),
        "works in dev": desk.user(Grant(role=Role.COLLABORATOR, project=here, environments=in_dev)),
        "nobody": desk.user(),
        "reads dev": desk.service_token("dev", Access.READ),
        "writes dev": desk.service_token("dev", Access.READ_WRITE),
        "reads prd": desk.service_token("prd", Access.READ),
    }


def test_every_use_case_has_its_row() -> None:
    assert sorted(EXPECTED) == sorted(ASKED) == sorted(name for name, _ in use_cases())


@pytest.mark.parametrize("name", EXPECTED)
def test_who_may(desk: Desk, callers: dict[str, Hidden[str]], name: str) -> None:
    came = [attempt(desk, ASKED[name], "shop", callers[caller]) for caller in CALLERS]

    assert dict(zip(CALLERS, came, strict=True)) == dict(zip(CALLERS, EXPECTED[name].split(), strict=True))


@pytest.mark.parametrize("name", EXPECTED)
def test_another_project_and_one_that_is_not_there_are_answered_alike(
    desk: Desk, callers: dict[str, Hidden[str]], name: str
) -> None:
    for caller in CALLERS[1:]:
        bank, nowhere = (said(desk, ASKED[name], project, callers[caller]) for project in ("bank", "noplace"))

        assert bank.replace("bank", "…") == nowhere.replace("noplace", "…")


def attempt(desk: Desk, ask: Ask, project: str, token: Hidden[str]) -> str:
    """The status of what came of it."""
    try:
        give_up(desk, ask, project, token)
    except errors.ForbiddenError:
        return FORBIDDEN
    except errors.NotFoundError:
        return MISSING
    except errors.InvalidInputError:
        return REFUSED
    return OK


def said(desk: Desk, ask: Ask, project: str, token: Hidden[str]) -> str:
    try:
        give_up(desk, ask, project, token)
    except errors.HeadwaterError as error:
        return str(error)
    return OK


class GivenUpError(Exception):
    """Ends a transaction that went well, so that each caller finds the same state."""


def give_up(desk: Desk, ask: Ask, project: str, token: Hidden[str]) -> None:
    with contextlib.suppress(GivenUpError), desk.storage.write() as repositories:
        ask(desk.writing(repositories, token), project)
        raise GivenUpError
