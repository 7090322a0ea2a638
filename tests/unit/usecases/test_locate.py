"""What is absent and what is not the caller's to know are answered alike, to the letter."""

from collections.abc import Callable, Iterator

import pytest

from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden
from headwater.domain.roles import Access, Action, Grant, Role
from headwater.usecases.call import Call, NotPermittedError, Outcome
from headwater.usecases.configs import list_configs
from headwater.usecases.environments import list_environments
from headwater.usecases.locate import MissingParameterError, NotYoursError
from headwater.usecases.look_ups import LookUpMissedError
from headwater.usecases.projects import list_projects
from headwater.usecases.refs import WORKPLACE, ConfigRef, EnvironmentRef, ProjectRef, Ref
from tests.support.desk import Desk, Template

Ask = Callable[[Ref], str]


@pytest.fixture(scope="module")
def town(with_shop: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Projects `shop` and `bank`, with a branch `dev_x` in each."""
    opened = with_shop.copy_to(tmp_path_factory.mktemp("town"))
    opened.project("bank")
    for project in ("shop", "bank"):
        opened.branch("dev_x", project)
    yield opened
    opened.close()


def asking(desk: Desk, token: Hidden[str] | None = None, action: Action = Action.SECRETS_READ) -> Ask:
    """`ref → what came of it`: a name, or an error with its type."""

    def ask(ref: Ref) -> str:
        try:
            with desk.rows() as rows:
                found = desk.reading(rows, token).authorize(action, on=ref)
        except HeadwaterError as error:
            return f"{type(error).__name__}: {error}"
        return str(found.name)

    return ask


def test_unknown_and_forbidden_projects_and_configs_are_one_answer(town: Desk) -> None:
    in_shop = town.user(Grant(role=Role.ADMIN, project=town.config("dev").project.id))
    only_dev = town.user(
        Grant(role=Role.ADMIN, project=town.config("dev").project.id,
              environments=frozenset({town.config("dev").environment.id}))
    )  # fmt: skip
    ask = asking(town, in_shop)

    assert ask(ConfigRef("bank", "dev")).replace("bank", "…") == ask(ConfigRef("nowhere", "dev")).replace(
        "nowhere", "…"
    )
    assert ask(ConfigRef("bank", "dev")) == "ProjectNotFoundError: Could not find requested project 'bank'"
    assert (
        asking(town, only_dev)(ConfigRef("shop", "prd")) == "ConfigNotFoundError: Could not find requested config 'prd'"
    )
    assert ask(ConfigRef("shop", "nope")) == "ConfigNotFoundError: Could not find requested config 'nope'"
    assert ask(ConfigRef("shop", "prd")) == "prd"


HIDDEN: list[Ref] = [ProjectRef("bank"), EnvironmentRef("shop", "prd"), ConfigRef("shop", "prd")]


def locating(ref: Ref) -> Callable[[Call], Outcome[str]]:
    def use_case(call: Call) -> Outcome[str]:
        return Outcome(reply=call.authorize(Action.PROJECTS_READ, on=ref).name)

    return use_case


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
def test_what_is_hidden_is_never_refused_from_memory_since_what_is_absent_cannot_be(town: Desk, hidden: Ref) -> None:
    dev = town.config("dev")
    only_dev = town.user(Grant(role=Role.ADMIN, project=dev.project.id, environments=frozenset({dev.environment.id})))
    town.outcome(locating(hidden))
    town.outcome(locating(ConfigRef("shop", "dev")), token=only_dev)

    assert town.on_the_loop(locating(hidden)).reply
    assert town.on_the_loop(locating(ConfigRef("shop", "dev")), token=only_dev).reply == "dev"
    with pytest.raises(LookUpMissedError):
        town.on_the_loop(locating(hidden), token=only_dev)


def test_who_may_look_but_not_act_is_told_so(town: Desk) -> None:
    viewer = town.user(Grant(role=Role.VIEWER))

    assert asking(town, viewer)(ConfigRef("shop", "dev")) == "dev"
    assert asking(town, viewer, Action.SECRETS_WRITE)(ConfigRef("shop", "dev")).startswith(NotPermittedError.__name__)


def test_somebody_without_any_grant_finds_nothing(town: Desk) -> None:
    nobody = asking(town, town.user())

    assert nobody(ConfigRef("shop", "dev")).startswith("ProjectNotFoundError")
    assert nobody(WORKPLACE).startswith("NotPermittedError")


OWN: list[Ref] = [
    ConfigRef(),
    ConfigRef("shop"),
    ConfigRef(None, "dev"),
    ConfigRef("shop", "dev"),
    ProjectRef(),
    ProjectRef("shop"),
    EnvironmentRef(),
    EnvironmentRef("shop", "dev"),
]
NOT_OWN: list[Ref] = [
    ConfigRef("shop", "prd"),
    ConfigRef("shop", "dev_x"),
    ConfigRef("shop", "nowhere"),
    ConfigRef("bank", "dev"),
    ConfigRef("nowhere", "dev"),
    ConfigRef("bank"),
    ConfigRef(None, "prd"),
    ConfigRef("", "dev"),
    ProjectRef("bank"),
    ProjectRef("nowhere"),
    EnvironmentRef("shop", "prd"),
    EnvironmentRef("shop", "nowhere"),
]


@pytest.mark.parametrize("ref", OWN, ids=str)
def test_a_service_token_may_leave_its_own_names_out_or_say_them(town: Desk, ref: Ref) -> None:
    action = Action.PROJECTS_READ if isinstance(ref, ProjectRef) else Action.ENVIRONMENTS_READ
    chosen = Action.SECRETS_READ if isinstance(ref, ConfigRef) else action

    found = asking(town, town.service_token("dev"), chosen)(ref)

    assert "Error" not in found


def test_a_service_token_that_names_anything_else_gets_one_answer_whether_it_exists_or_not(town: Desk) -> None:
    for access in Access:
        ask = asking(town, town.service_token("dev", access))

        answers = {ask(ref) for ref in NOT_OWN}

        assert len(answers) == 1
        assert answers.pop().startswith(NotYoursError.__name__)


@pytest.mark.parametrize("ref", [ConfigRef(), ConfigRef("shop"), ProjectRef(), EnvironmentRef("shop")], ids=str)
def test_a_user_has_no_own_config_and_names_all(town: Desk, ref: Ref) -> None:
    assert asking(town)(ref).startswith(MissingParameterError.__name__)


def test_a_long_or_hostile_name_is_quoted_cut_and_harmless(town: Desk) -> None:
    answer = asking(town)(ProjectRef("x\x1b[31m\n" + "y" * 5000))

    assert len(answer) < 150
    assert answer.isprintable()


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a.b", "x" * 10_000, "dev\x00", "../dev", ""])
def test_what_is_no_name_is_not_found_like_any_other(town: Desk, text: str) -> None:
    """A database would refuse some of these texts in its own way."""
    ask = asking(town)

    assert ask(ProjectRef(text)).startswith("ProjectNotFoundError: Could not find requested project")
    assert ask(ConfigRef("shop", text)).startswith("ConfigNotFoundError: Could not find requested config")
    assert ask(EnvironmentRef("shop", text)).startswith(
        "EnvironmentNotFoundError: Could not find requested environment"
    )


def test_lists_show_what_the_caller_may_see(town: Desk) -> None:
    shop = town.config("dev").project.id
    only_dev = town.user(
        Grant(role=Role.VIEWER, project=shop, environments=frozenset({town.config("dev").environment.id}))
    )
    token = town.service_token("dev_x")

    def seen(who: Hidden[str] | None) -> tuple[list[str], list[str], list[str]]:
        def configs(call: Call) -> list[str]:
            return [one.config.name for one in list_configs(call, ProjectRef("shop")).reply]

        with town.rows() as rows:
            call = town.reading(rows, who)
            projects = [one.name for one in list_projects(call).reply]
            environments = [one.slug for one in list_environments(call, ProjectRef("shop")).reply]
            return [*projects], [*environments], configs(call)

    assert seen(None) == (["bank", "shop"], ["dev", "stg", "prd"], ["dev", "dev_x", "prd", "stg"])
    assert seen(only_dev) == (["shop"], ["dev"], ["dev", "dev_x"])
    assert seen(token) == (["shop"], ["dev"], ["dev_x"])
