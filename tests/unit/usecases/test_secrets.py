"""Writing and reading the secrets of a config, through to what is on record."""

from dataclasses import replace

import pytest

from headwater.crypto.envelope import SealBrokenError
from headwater.domain.edits import Edit
from headwater.domain.errors import InvalidInputError, TooLargeError
from headwater.domain.hidden import Hidden
from headwater.domain.names import SecretName
from headwater.domain.roles import Access
from headwater.domain.secrets import AUTO_SECRETS, MAX_VALUE_BYTES
from headwater.usecases.call import NotPermittedError
from headwater.usecases.look_ups import LookUps
from headwater.usecases.refs import ConfigRef
from headwater.usecases.secrets import (
    Selection,
    delete_secret,
    get_secret,
    list_secret_names,
    list_secrets,
    parse_names,
    update_secrets,
)
from headwater.usecases.world import World
from tests.support.canary import secret
from tests.support.desk import Desk

DEV = ConfigRef("shop", "dev")


def test_what_is_set_is_what_is_read(shop: Desk) -> None:
    shop.set("dev", {"B": secret("b"), "A": secret("a")})

    assert shop.get("dev") == {"A": secret("a"), "B": secret("b")}
    assert shop.get("prd") == {}


def test_the_auto_secrets_are_in_every_list_unless_left_out(shop: Desk) -> None:
    view = shop.read(lambda call: list_secrets(call, DEV))
    left_out = shop.read(lambda call: list_secrets(call, DEV, Selection(auto=False)))

    assert {name: one.computed.reveal() for name, one in view.items()} == {
        "DOPPLER_CONFIG": "dev",
        "DOPPLER_ENVIRONMENT": "dev",
        "DOPPLER_PROJECT": "shop",
    }
    assert left_out == {}


def test_a_selection_leaves_out_what_is_not_there_and_brings_auto_secrets_when_named(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a"), "B": secret("b")})
    chosen = Selection(names=frozenset({"B", "NOT_THERE", "DOPPLER_CONFIG"}), auto=False)

    view = shop.read(lambda call: list_secrets(call, DEV, chosen))

    assert list(view) == ["B", "DOPPLER_CONFIG"]


def test_names_are_sorted_and_go_without_an_access_entry(shop: Desk) -> None:
    shop.set("dev", {"B": secret("b"), "A": secret("a")})

    outcome = shop.outcome(lambda call: list_secret_names(call, DEV, auto=False))

    assert outcome.reply == ["A", "B"]
    assert outcome.access is None


def test_one_secret_and_a_missing_one(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})

    found = shop.outcome(lambda call: get_secret(call, DEV, "A"))
    missing = shop.outcome(lambda call: get_secret(call, DEV, "a/b"))

    assert found.reply is not None
    assert found.reply.raw.reveal() == secret("a")
    assert found.access is not None
    assert found.access.names == (SecretName("A"),)
    assert missing.reply is None
    assert missing.access is None


def test_an_update_answers_with_everything_after_it_and_records_both(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a"), "B": secret("b")})

    def update_and_look() -> None:
        with shop.storage.write() as repositories:
            outcome = update_secrets(
                shop.writing(repositories),
                DEV,
                [Edit(name="C", value=Hidden(secret("c"))), Edit(name="A", delete=True)],
            )
            assert set(outcome.reply) - AUTO_SECRETS == {"B", "C"}
            assert outcome.access is not None
            assert outcome.access.view_change == repositories.changes.taken
            assert [entry.names for entry in outcome.activity] == [("A", "C")]

    update_and_look()
    assert shop.get("dev") == {"B": secret("b"), "C": secret("c")}


def test_a_write_that_alters_nothing_takes_no_number_and_wakes_nobody(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    before, seen = shop.newest_change(), shop.view_change("dev")

    shop.set("dev", {"A": secret("a"), "NOT_THERE": None})

    assert (shop.newest_change(), shop.view_change("dev")) == (before, seen)
    with shop.rows() as rows:
        assert [one.version for one in rows.secrets.current(shop.config("dev").id).values()] == [1]


def test_each_write_takes_the_next_number_and_marks_the_view(shop: Desk) -> None:
    before = shop.newest_change()

    shop.set("dev", {"A": secret("1")})
    shop.set("dev", {"A": secret("2"), "B": secret("1")})

    assert shop.newest_change() == before + 2
    assert shop.view_change("dev") == before + 2
    assert shop.view_change("prd") < before + 1


def test_version_numbers_go_on_after_a_deletion(shop: Desk) -> None:
    for value in (secret("1"), None, secret("2")):
        shop.set("dev", {"A": value})

    with shop.rows() as rows:
        newest = rows.secrets.newest(shop.config("dev").id, {SecretName("A")})[SecretName("A")]
    assert newest.version == 3


def test_a_refused_edit_leaves_nothing_half_written(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})
    before = shop.newest_change()

    with pytest.raises(InvalidInputError):
        shop.set("dev", {"A": secret("new"), "B": secret("b"), "c": secret("c")})
    with pytest.raises(InvalidInputError):
        shop.set("dev", {"A": secret("new"), "B": "${MISSING}"})

    assert shop.get("dev") == {"A": secret("a")}
    assert shop.newest_change() == before


def test_a_rename_keeps_the_value_and_the_old_name_is_gone(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})

    shop.edit("dev", [Edit(name="B", original_name="A")])

    assert shop.get("dev") == {"B": secret("a")}


def test_deleting_is_idempotent(shop: Desk) -> None:
    shop.set("dev", {"A": secret("a")})

    shop.write(lambda call: delete_secret(call, DEV, "A"))
    before = shop.newest_change()
    shop.write(lambda call: delete_secret(call, DEV, "A"))

    assert shop.get("dev") == {}
    assert shop.newest_change() == before


def test_a_branch_shows_its_root_until_it_sets_its_own_and_again_after_that(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {"A": secret("root"), "B": secret("root")})
    inherited = shop.get("dev_x")
    shop.set("dev_x", {"A": secret("own"), "C": secret("own")})
    overridden = shop.get("dev_x")
    shop.set("dev_x", {"A": None})

    assert inherited == {"A": secret("root"), "B": secret("root")}
    assert overridden == {"A": secret("own"), "B": secret("root"), "C": secret("own")}
    assert shop.get("dev_x") == {"A": secret("root"), "B": secret("root"), "C": secret("own")}
    assert shop.get("dev") == {"A": secret("root"), "B": secret("root")}


def test_an_override_equal_to_the_roots_value_is_an_override(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {"A": secret("a")})
    shop.set("dev_x", {"A": secret("a")})

    shop.set("dev", {"A": secret("b")})

    assert shop.get("dev_x") == {"A": secret("a")}


def test_a_config_holds_1200_secrets_its_roots_among_them_and_no_more(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {f"A{number}": secret("a") for number in range(1199)})
    shop.set("dev_x", {"A0": secret("own"), "B": secret("b")})

    with pytest.raises(TooLargeError):
        shop.set("dev_x", {"C": secret("c")})

    assert len(shop.get("dev_x")) == 1200


def test_a_large_write_costs_no_statement_per_secret(shop: Desk) -> None:
    """The one writer is held for all of it."""
    shop.branch("dev_x")
    shop.set("dev", {"B": secret("b"), **{f"A{number}": "${B}" for number in range(300)}})
    statements: list[str] = []
    shop.on_statement(statements.append)
    shop.set("dev", {f"A{number}": "x${B}${DOPPLER_CONFIG}" for number in range(300)})

    assert len(statements) < 60


def test_a_root_grows_no_further_than_each_of_its_branches_can(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev", {f"A{number}": secret("a") for number in range(1199)})
    shop.set("dev_x", {"A0": secret("own"), "B": secret("b")})

    with pytest.raises(TooLargeError, match="the branch dev_x would hold 1201 secrets"):
        shop.set("dev", {"C": secret("c")})
    shop.set("dev", {"B": secret("b")})  # the branch shows its own

    assert len(shop.get("dev")) == len(shop.get("dev_x")) == 1200


def test_who_may_not_see_a_branch_is_not_told_its_name(shop: Desk) -> None:
    shop.branch("dev_x")
    shop.set("dev_x", {"B": secret("b")})
    writer = shop.service_token("dev", Access.READ_WRITE)

    with pytest.raises(TooLargeError, match="one of its branches would hold 1201 secrets"):
        shop.set("dev", {f"A{number}": secret("a") for number in range(1200)}, token=writer)


def test_bytes_in_a_root_count_in_its_branches(shop: Desk) -> None:
    full = {f"A{number}": secret("x" * (MAX_VALUE_BYTES - len(secret("")))) for number in range(10)}
    shop.branch("dev_x")
    shop.set("dev_x", {"A0": full["A0"]})
    shop.set("dev", full)
    shop.set("dev", {"A9": None})
    shop.set("dev_x", {"B": secret("b")})

    with pytest.raises(TooLargeError, match="the branch dev_x"):
        shop.set("dev", {"A9": full["A9"]})


def test_a_config_holds_500_kib_and_no_more(shop: Desk) -> None:
    full = {f"A{number}": secret("x" * (MAX_VALUE_BYTES - len(secret("")))) for number in range(10)}
    shop.set("dev", full)

    with pytest.raises(TooLargeError):
        shop.set("dev", {"B": secret("b")})
    shop.set("dev", {"A0": None, "B": secret("b")})

    assert len(shop.get("dev")) == 10


def test_a_token_that_only_reads_writes_nothing(shop: Desk) -> None:
    token = shop.service_token("dev", Access.READ)

    with pytest.raises(NotPermittedError):
        shop.set("dev", {"A": secret("a")}, token=token)

    assert shop.get("dev") == {}


def test_a_token_that_writes_needs_to_name_nothing(shop: Desk) -> None:
    token = shop.service_token("dev", Access.READ_WRITE)

    shop.write(lambda call: update_secrets(call, ConfigRef(), [Edit(name="A", value=Hidden(secret("a")))]), token=token)

    assert shop.get("dev", token=token) == {"A": secret("a")}


def test_what_is_stored_opens_nowhere_else(shop: Desk) -> None:
    """Two secrets swap their envelopes, as somebody who writes to the database could do: neither can be read."""
    shop.set("dev", {"A": secret("a"), "B": secret("b")})
    with shop.rows() as rows:
        world = World.of(shop.call(LookUps(rows)))
        a, b = rows.secrets.current(shop.config("dev").id).values()
        with pytest.raises(SealBrokenError):
            world.open(replace(a, sealed=b.sealed))

        assert world.open(a).reveal() == secret("a")


@pytest.mark.parametrize(
    ("listed", "names"), [(None, None), ("", None), (" , ", None), ("A", {"A"}), (" A ,B,,A", {"A", "B"})]
)
def test_names_are_listed_with_commas_and_blank_is_all(listed: str | None, names: set[str] | None) -> None:
    assert parse_names(listed) == names
