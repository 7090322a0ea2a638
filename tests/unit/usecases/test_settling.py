"""What a write sets off elsewhere: views that read differently, and who stands in its way."""

import pytest

from headwater.domain.edits import Edit
from headwater.domain.hidden import Hidden
from headwater.domain.references import UnresolvableReferenceError
from headwater.domain.roles import Access, Grant, Role
from headwater.usecases.refs import ConfigRef
from headwater.usecases.secrets import delete_secret
from headwater.usecases.settling import GrownTooLargeError, LoopError, StillReferencedError
from tests.support.canary import CANARY, secret
from tests.support.desk import Desk


@pytest.fixture
def two(shop: Desk) -> Desk:
    """Projects `shop` and `infra`, a branch `dev_x` in each."""
    shop.project("infra")
    shop.branch("dev_x")
    shop.branch("dev_x", "infra")
    return shop


def test_references_of_all_three_kinds_come_to_values(two: Desk) -> None:
    two.set("prd", {"PASSWORD": secret("pw")}, project="infra")
    two.set("dev", {"USER": "app", "HOST": "db"})
    two.set("dev", {"URL": "pg://${USER}:${infra.prd.PASSWORD}@${dev.HOST}/${DOPPLER_PROJECT}"})

    assert two.get("dev")["URL"] == f"pg://app:{secret('pw')}@db/shop"


def test_an_inherited_reference_means_the_config_that_is_viewed(two: Desk) -> None:
    two.set("dev", {"HOST": "root", "URL": "http://${HOST}/${dev.HOST}/${DOPPLER_CONFIG}"})
    two.set("dev_x", {"HOST": "branch"})

    assert two.get("dev")["URL"] == "http://root/root/dev"
    assert two.get("dev_x")["URL"] == "http://branch/root/dev_x"


WOKEN: dict[str, tuple[dict[str, dict[str, str]], str, set[str]]] = {
    "nobody": ({"prd": {"B": "1"}}, "dev", {"dev", "dev_x"}),
    "an override": ({"dev_x": {"A": "1"}}, "dev", {"dev"}),
    "another config": ({"prd": {"B": "${dev.A}"}}, "dev", {"dev", "dev_x", "prd"}),
    "through the same config": ({"dev": {"B": "${A}"}, "prd": {"C": "${dev.B}"}}, "dev", {"dev", "dev_x", "prd"}),
    "through an override": ({"dev": {"B": "${A}"}, "prd": {"C": "${dev.B}"}}, "dev_x", {"dev_x"}),
    "through an inherited value": ({"dev": {"B": "${A}"}, "prd": {"C": "${dev_x.B}"}}, "dev_x", {"dev_x", "prd"}),
    "over two steps": (
        {"prd": {"B": "${dev.A}"}, "stg": {"C": "${prd.B}"}},
        "dev",
        {"dev", "dev_x", "prd", "stg"},
    ),
    "a config of that name elsewhere": ({"prd": {"B": "${infra.dev.A}"}}, "dev", {"dev", "dev_x"}),
}


@pytest.mark.parametrize("case", WOKEN)
def test_a_write_marks_the_views_that_it_alters_and_no_other(two: Desk, case: str) -> None:
    values, written, expected = WOKEN[case]
    two.set("dev", {"A": secret("old")})
    two.set("dev", {"A": secret("elsewhere")}, project="infra")
    for config, secrets in values.items():
        two.set(config, secrets)

    two.set(written, {"A": secret("new")})

    marked = {name for name in ("dev", "dev_x", "stg", "prd") if two.view_change(name) == two.newest_change()}
    assert marked == expected


def test_a_config_that_references_across_projects_is_marked_and_reads_the_new_value(two: Desk) -> None:
    two.set("prd", {"PASSWORD": secret("old")}, project="infra")
    two.set("dev", {"URL": "pg://${infra.prd.PASSWORD}"})

    two.set("prd", {"PASSWORD": secret("new")}, project="infra")

    assert two.view_change("dev") == two.view_change("dev_x") == two.newest_change()
    assert two.get("dev_x")["URL"] == f"pg://{secret('new')}"


UNRESOLVABLE = ["${MISSING}", "${prd.MISSING}", "${nowhere.A}", "${infra.dev.MISSING}", "${nothing.dev.A}"]


@pytest.mark.parametrize("text", UNRESOLVABLE)
def test_a_reference_to_nothing_is_refused_on_save_without_its_value(two: Desk, text: str) -> None:
    with pytest.raises(UnresolvableReferenceError) as refused:
        two.set("dev", {"A": secret("a") + text})

    assert text in refused.value.message
    assert CANARY not in refused.value.message
    assert two.get("dev") == {}


def test_references_within_one_request_may_come_in_any_order(two: Desk) -> None:
    two.set("dev", {"A": "${B}", "B": "${C}", "C": secret("c")})

    assert two.get("dev")["A"] == secret("c")


def test_a_loop_is_refused_and_named(two: Desk) -> None:
    two.set("dev", {"A": "1", "B": "${A}"})

    with pytest.raises(LoopError) as refused:
        two.set("dev", {"A": "${B}"})

    assert "shop.dev.A → shop.dev.B → shop.dev.A" in refused.value.message


def test_a_loop_that_only_shows_in_a_branch_is_refused_too(two: Desk) -> None:
    two.set("dev", {"A": "1", "B": "2"})
    two.set("dev_x", {"B": "${A}"})

    with pytest.raises(LoopError):
        two.set("dev", {"A": "${B}"})

    assert two.get("dev")["A"] == "1"


def test_taking_an_override_away_may_not_close_a_loop(two: Desk) -> None:
    two.set("dev", {"A": "${B}", "B": "1"})
    two.set("dev_x", {"A": "1"})
    two.set("dev_x", {"B": "${A}"})

    with pytest.raises(LoopError):
        two.set("dev_x", {"A": None})


def test_deleting_what_others_reference_is_refused_with_their_names(two: Desk) -> None:
    two.set("prd", {"P": secret("p")}, project="infra")
    two.set("dev", {"A": "${infra.prd.P}"})
    two.set("stg", {"B": "${infra.prd.P}"})

    with pytest.raises(StillReferencedError) as refused:
        two.write(lambda call: delete_secret(call, ConfigRef("infra", "prd"), "P"))

    assert refused.value.message == "P is still referenced by shop.dev.A, shop.stg.B"
    assert two.get("prd", project="infra") == {"P": secret("p")}


def test_renaming_what_others_reference_is_refused_too(two: Desk) -> None:
    two.set("dev", {"A": secret("a"), "B": "${A}"})

    with pytest.raises(StillReferencedError):
        two.edit("dev", [Edit(name="A2", original_name="A")])


def test_referrers_that_the_caller_may_not_see_are_counted_not_named(two: Desk) -> None:
    two.set("prd", {"P": secret("p")}, project="infra")
    two.set("stg", {"B": "${infra.prd.P}"})
    admin = two.user(Grant(role=Role.ADMIN, project=two.config("prd", project="infra").project.id))

    with pytest.raises(StillReferencedError) as refused:
        two.set("prd", {"P": None}, project="infra", token=admin)

    assert refused.value.message == "P is still referenced by 1 that you may not see"


def test_an_override_of_a_referenced_secret_may_be_deleted(two: Desk) -> None:
    two.set("dev", {"A": "root"})
    two.set("dev_x", {"A": "own", "B": "${A}"})

    two.set("dev_x", {"A": None})

    assert two.get("dev_x")["B"] == "root"


def test_both_may_be_deleted_at_once(two: Desk) -> None:
    two.set("dev", {"A": secret("a"), "B": "${A}"})

    two.set("dev", {"A": None, "B": None})

    assert two.get("dev") == {}


def test_who_writes_a_reference_may_read_its_target_or_it_leads_nowhere(two: Desk) -> None:
    """Absent and forbidden targets are refused in the same words, save for the target's own."""
    two.set("prd", {"P": secret("p")})
    token = two.service_token("dev", Access.READ_WRITE)
    messages = []
    for target in ("prd.P", "prd.Q", "nowhere.P"):
        with pytest.raises(UnresolvableReferenceError) as refused:
            two.set("dev", {"A": f"${{{target}}}"}, token=token)
        messages.append(refused.value.message.replace(target, "…"))

    assert len(set(messages)) == 1


def test_who_only_reads_needs_no_right_on_the_target(two: Desk) -> None:
    two.set("prd", {"P": secret("p")})
    two.set("dev", {"A": "${prd.P}"})

    assert two.get("dev", token=two.service_token("dev")) == {"A": secret("p")}


def test_writing_what_is_so_already_asks_nothing_of_a_reference(two: Desk) -> None:
    two.set("prd", {"P": secret("p")})
    two.set("dev", {"A": "${prd.P}"})

    two.set("dev", {"A": "${prd.P}", "B": secret("b")}, token=two.service_token("dev", Access.READ_WRITE))

    assert two.get("dev")["B"] == secret("b")


def test_what_references_come_to_is_limited_also_when_the_target_grows(two: Desk) -> None:
    two.set("dev", {"A": "small"})
    two.set("prd", {"B": "${dev.A}" * 12})

    with pytest.raises(GrownTooLargeError) as refused:
        two.set("dev", {"A": secret("x" * 50_000)})

    assert "shop.prd.B" in refused.value.message
    assert two.get("prd")["B"] == "small" * 12


def test_text_that_is_no_reference_is_stored_and_read_as_it_is(two: Desk) -> None:
    text = secret("${home} $A ${a.b} ${A-B} ${")

    two.edit("dev", [Edit(name="A", value=Hidden(text))])

    assert two.get("dev") == {"A": text}


def test_what_a_write_sets_off_elsewhere_is_read_by_config_not_secret_by_secret(two: Desk) -> None:
    names, branches = [f"K{number}" for number in range(40)], [f"dev_b{number}" for number in range(20)]
    for branch in branches:
        two.branch(branch)
    two.set("dev", dict.fromkeys(names, secret("old")), project="infra")
    two.set("dev", {name: f"${{infra.dev.{name}}}" for name in names})
    statements: list[str] = []
    two.on_statement(statements.append)

    two.set("dev", dict.fromkeys(names, secret("new")), project="infra")

    assert two.get(branches[0]) == dict.fromkeys(names, secret("new"))
    assert len(statements) < len(names) * len(branches)
