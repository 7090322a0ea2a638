"""Promise S11 at the command line: `verify-log` names what was removed, changed or swapped, and a tail that was cut."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.canary import secret
from tests.support.headwater_server import HEADWATER, headwater_server


def verify_log(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [HEADWATER, "server", "verify-log", "--data", data, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a server that was used and stopped, and the head of its chain."""
    folder = tmp_path_factory.mktemp("log")
    with headwater_server(folder) as server:
        server.create_project("apps")
        server.set_secrets("apps", "prd", {"A": secret("a")})
        for _ in range(5):
            server.download("apps", "prd")
    held = verify_log(server.data)
    assert held.returncode == 0, held.stderr
    heads = held.stdout.split()
    longest = max(heads, key=lambda head: int(head.split(":")[1]))
    return server.data, longest


def execute(statement: str) -> Callable[[sqlite3.Connection, str], object]:
    return lambda database, server: database.execute(statement, {"server": server})


SWAP = """
UPDATE log SET entry = (SELECT other.entry FROM log other
    WHERE other.server_id = log.server_id AND other.sequence = 9 - log.sequence)
WHERE server_id = :server AND sequence IN (4, 5)
"""

TAMPERED = {
    "a changed entry": (execute("UPDATE log SET entry = replace(entry, 'secrets', 'nothing') WHERE sequence = 5"), 5),
    "a removed entry": (execute("DELETE FROM log WHERE server_id = :server AND sequence = 5"), 5),
    "two swapped entries": (execute(SWAP), 4),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_the_first_entry_that_does_not_hold_is_named(made: tuple[Path, str], tmp_path: Path, case: str) -> None:
    tamper, sequence = TAMPERED[case]
    data, server = _tampered(made, tmp_path, tamper)
    ended = verify_log(data)
    assert ended.returncode == 1
    assert f"entry {sequence} of server {server}" in ended.stderr


def test_a_cut_tail_is_found_against_a_head_that_was_kept(made: tuple[Path, str], tmp_path: Path) -> None:
    cut = execute("DELETE FROM log WHERE server_id = :server AND sequence > 5")
    data, server = _tampered(made, tmp_path, cut)
    assert verify_log(data).returncode == 0
    ended = verify_log(data, "--head", made[1])
    assert ended.returncode == 1
    assert f"entry 6 of server {server}" in ended.stderr


def test_a_head_that_is_none_is_refused(made: tuple[Path, str]) -> None:
    server = made[1].split(":")[0]
    for nonsense in ("nonsense", "", f"{server}:-5:00", f"{server}:5:00", f"{made[1]},nonsense"):
        ended = verify_log(made[0], "--head", nonsense)
        assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
        assert "not a head" in ended.stderr


def test_heads_may_come_a_line_each_as_they_were_printed(made: tuple[Path, str]) -> None:
    printed = verify_log(made[0]).stdout
    ended = verify_log(made[0], "--head", printed)
    assert (ended.returncode, ended.stdout) == (0, printed)


def _tampered(
    made: tuple[Path, str], folder: Path, tamper: Callable[[sqlite3.Connection, str], object]
) -> tuple[Path, str]:
    """A copy of the folder with its log altered, and the id of the server that wrote it."""
    data = folder / "data"
    shutil.copytree(made[0], data)
    server = made[1].split(":")[0]
    with closing(sqlite3.connect(data / "headwater.db")) as database, database:
        tamper(database, server)
    return data, server
