"""What a request comes to, given what the config sets itself."""

import pytest

from headwater.domain import edits
from headwater.domain.edits import Edit, plan_writes, set_all
from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden
from headwater.domain.names import IllegalNameError, SecretName
from headwater.domain.secrets import AutoSecretError, ValueTooLargeError
from tests.support.canary import secret

OWN = {"A": secret("a"), "B": secret("b")}
NEW = Hidden(secret("new"))


def own(name: SecretName) -> Hidden[str] | None:
    return Hidden(OWN[name]) if name in OWN else None


PLANNED: dict[str, tuple[list[Edit], dict[str, str | None]]] = {
    "nothing": ([], {}),
    "a new one": ([Edit(name="C", value=NEW)], {"C": secret("new")}),
    "another value": ([Edit(name="A", value=NEW)], {"A": secret("new")}),
    "the same value": ([Edit(name="A", value=Hidden(secret("a")))], {}),
    "no value keeps it": ([Edit(name="A")], {}),
    "an empty value is a value": ([Edit(name="A", value=Hidden(""))], {"A": ""}),
    "deletion": ([Edit(name="A", delete=True)], {"A": None}),
    "deletion of what is not there": ([Edit(name="C", delete=True)], {}),
    "deletion under the original name": ([Edit(name="A", original_name="A", delete=True)], {"A": None}),
    "the original name, unchanged": ([Edit(name="A", original_name="A", value=NEW)], {"A": secret("new")}),
    "a new name keeps the value": ([Edit(name="C", original_name="A")], {"A": None, "C": secret("a")}),
    "a new name and a new value": ([Edit(name="C", original_name="A", value=NEW)], {"A": None, "C": secret("new")}),
    "several": ([Edit(name="A", delete=True), Edit(name="C", value=NEW)], {"A": None, "C": secret("new")}),
    "the short form": (set_all({"A": None, "C": NEW}), {"A": None, "C": secret("new")}),
}


@pytest.mark.parametrize("case", PLANNED)
def test_writes_are_what_the_edits_come_to(case: str) -> None:
    asked, expected = PLANNED[case]

    writes = plan_writes(asked, own)

    assert {name: None if value is None else value.reveal() for name, value in writes.items()} == expected


REFUSED: dict[str, tuple[list[Edit], type[HeadwaterError]]] = {
    "an illegal name": ([Edit(name="a", value=NEW)], IllegalNameError),
    "an illegal name to delete": ([Edit(name="a-b", delete=True)], IllegalNameError),
    "an auto secret": ([Edit(name="DOPPLER_CONFIG", value=NEW)], AutoSecretError),
    "a new name that is an auto secret": ([Edit(name="DOPPLER_CONFIG", original_name="A")], AutoSecretError),
    "no value for a new one": ([Edit(name="C")], edits.NoValueError),
    "one name twice": ([Edit(name="C", value=NEW), Edit(name="C", delete=True)], edits.NamedTwiceError),
    "a rename of nothing": ([Edit(name="C", original_name="D", value=NEW)], edits.NoSuchSecretError),
    "a rename onto another": ([Edit(name="B", original_name="A")], edits.NameTakenError),
    "a value over the limit": ([Edit(name="A", value=Hidden(secret("x" * 51_200)))], ValueTooLargeError),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_edit_that_cannot_be_done_is_refused(case: str) -> None:
    asked, error = REFUSED[case]

    with pytest.raises(error):
        plan_writes([Edit(name="Z", value=NEW), *asked], own)
