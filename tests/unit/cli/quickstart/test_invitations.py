import re
from dataclasses import replace
from pathlib import Path

import pytest

from headwater.cli.quickstart.invitations import Surroundings, invitations

HERE = Surroundings(
    headwater="headwater",
    kubectl=None,
    doppler=None,
    url="http://127.0.0.1:8520",
    kubeconfig=Path("/it's here/kubeconfig"),
    owner_token=Path("/it's here/owner.token"),
    cli_settings=Path("/it's here/cli.toml"),
)

MACHINES = {
    "neither": (HERE, {"headwater"}),
    "kubectl": (replace(HERE, kubectl="kubectl"), {"headwater", "kubectl"}),
    "doppler": (replace(HERE, doppler="doppler"), {"doppler"}),
    "both": (replace(HERE, kubectl="kubectl", doppler="doppler"), {"doppler", "kubectl"}),
}


@pytest.mark.parametrize("case", MACHINES)
def test_only_what_the_machine_has_is_called(case: str) -> None:
    here, programs = MACHINES[case]
    assert {program_of(invitation.line) for invitation in invitations(here)} == programs


def test_paths_are_quoted_for_the_shell() -> None:
    assert all("'/it'\"'\"'s here/cli.toml'" in invitation.line for invitation in invitations(HERE))


def program_of(line: str) -> str:
    """The program that a line runs, past the token that it hands over in the environ."""
    return re.sub(r'^DOPPLER_TOKEN="\$\(cat .*?\)" ', "", line).split()[0]


def test_no_token_is_an_argument_that_others_of_the_machine_see() -> None:
    assert not any("--token" in invitation.line for invitation in invitations(replace(HERE, doppler="doppler")))
