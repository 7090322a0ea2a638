"""`headwater quickstart` and its check, on a machine with neither kubectl nor doppler."""

import json
import re
import resource
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater import __version__
from tests.cli.conftest import Done
from tests.support.canary import CANARY, secret
from tests.support.quickstart import HEADWATER, Quickstart, machine, running_quickstart

NEW = secret("new")
ARRIVAL = re.compile(
    r"\d\d:\d\d:\d\d  Secret default/bookmarked-secrets: JWT_SECRET, \d+ ms after the change; "
    r"read by Deployment bookmarked"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quickstart") / "it's here"


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="module")
def quickstart(folder: Path, environ: dict[str, str]) -> Iterator[Quickstart]:
    with running_quickstart(folder, environ) as running:
        yield running


def _secrets(folder: Path, environ: dict[str, str], *arguments: str) -> str:
    command = [str(HEADWATER), "secrets", *arguments, "--settings", str(folder / "cli.toml")]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def _run(environ: dict[str, str], *arguments: str | Path) -> Done:
    command = [HEADWATER, "quickstart", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=100)
    return Done(code=done.returncode, stdout=done.stdout, stderr=done.stderr)


def test_a_change_shows_as_it_arrives(quickstart: Quickstart, folder: Path, environ: dict[str, str]) -> None:
    _secrets(folder, environ, "set", f"JWT_SECRET={NEW}")
    quickstart.until(lambda line: ARRIVAL.fullmatch(line) is not None)


def test_what_an_app_does_not_get_is_said(quickstart: Quickstart, folder: Path, environ: dict[str, str]) -> None:
    old = json.loads(_secrets(folder, environ, "get", "CODE_TALK_SESSION_KEY", "--json"))
    _secrets(folder, environ, "delete", "CODE_TALK_SESSION_KEY", "--yes")
    quickstart.until(lambda line: "ExternalSecret default/code-talk-secrets is not ready" in line)
    _secrets(folder, environ, "set", f"CODE_TALK_SESSION_KEY={old['CODE_TALK_SESSION_KEY']}")
    quickstart.until(lambda line: "ExternalSecret default/code-talk-secrets is ready again" in line)


def test_every_line_that_it_prints_to_try_works(quickstart: Quickstart) -> None:
    lines = quickstart.invitations
    assert len(lines) == 3
    assert not any("kubectl" in line or "doppler " in line for line in lines)
    ran = [quickstart.paste(line) for line in lines]
    assert [done.returncode for done in ran] == [0, 0, 0]
    assert all("changed-" in done.stdout for done in ran[1:])


def test_no_value_is_printed(quickstart: Quickstart, folder: Path, environ: dict[str, str]) -> None:
    values = json.loads(_secrets(folder, environ, "list", "--json")).values()
    tokens = [(folder / name).read_text().strip() for name in ("owner.token", "store.token")]
    printed = "\n".join(quickstart.lines)
    assert [value for value in [*values, *tokens, CANARY] if value in printed] == []


def test_tokens_are_their_owners_alone(quickstart: Quickstart, folder: Path) -> None:  # noqa: ARG001 - it wrote them
    files = [folder, *(folder / name for name in ("owner.token", "store.token", "cli.toml", "kubeconfig"))]
    assert [oct(stat.S_IMODE(file.stat().st_mode) & 0o077) for file in files] == ["0o0"] * len(files)


def test_git_leaves_the_folder_out(quickstart: Quickstart, folder: Path) -> None:  # noqa: ARG001 - it wrote it
    assert (folder / ".gitignore").read_text() == "*\n"


def test_started_again_it_goes_on(tmp_path: Path, environ: dict[str, str]) -> None:
    folder = tmp_path / "again"
    with running_quickstart(folder, environ) as running:
        _secrets(folder, environ, "set", f"JWT_SECRET={NEW}", f"MINE={NEW}")
        running.until(lambda line: ARRIVAL.fullmatch(line) is not None)
        started = time.monotonic()
        assert running.interrupt() == 0
        assert time.monotonic() - started < 5  # a second on a machine with nothing else to do
    with running_quickstart(folder, environ) as running:
        assert _secrets(folder, environ, "get", "MINE") == f"{NEW}\n"
        assert not any("Secret default" in line for line in running.lines)
        _secrets(folder, environ, "set", f"JWT_SECRET={secret('other')}")
        running.until(lambda line: ARRIVAL.fullmatch(line) is not None)


def test_the_check_prints_a_timeline_and_leaves_nothing(tmp_path: Path, environ: dict[str, str]) -> None:
    done = _run({**environ, "TMPDIR": str(tmp_path)}, "--check")
    assert done.code == 0, done.stderr
    assert re.search(r"it works: the change was in the Secret after \d+ ms\n$", done.stdout)
    assert [*tmp_path.iterdir()] == []


def test_the_checks_json_says_how_long_each_step_took(environ: dict[str, str]) -> None:
    done = _run(environ, "--check", "--json")
    said = json.loads(done.stdout)
    times = [step["ms"] for step in said["timeline"]]
    assert (done.code, said["ok"], times) == (0, True, sorted(times))
    assert 0 < said["change"]["acknowledged_ms"] < said["change"]["in_the_secret_ms"]


def test_a_check_that_fails_says_what_is_missing(tmp_path: Path, environ: dict[str, str]) -> None:
    done = _run(environ, "--check", "--json", "--kubeconfig", tmp_path / "nope")
    said = json.loads(done.stdout)
    assert (done.code, said["ok"]) == (1, False)
    assert "cannot read the kubeconfig" in said["missing"]


def _of_another_release(folder: Path) -> None:
    folder.mkdir()
    (folder / "release").write_text("0.0.1\n")


def _of_somebody_else(folder: Path) -> None:
    folder.mkdir()
    (folder / "notes").write_text("keep me\n")


def _half_made(folder: Path) -> None:
    (folder / "server").mkdir(parents=True)
    (folder / "release").write_text(f"{__version__}\n")


FOLDERS = {
    "another release's": (_of_another_release, "was made by headwater 0.0.1, and this is"),
    "somebody else's": (_of_somebody_else, "holds something else (name another folder by --dir)"),
    "half made": (_half_made, "is half made (remove it, or name another by --dir)"),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_a_folder_that_is_not_ours_is_left_as_it_is(tmp_path: Path, environ: dict[str, str], case: str) -> None:
    make, said = FOLDERS[case]
    folder = tmp_path / "folder"
    make(folder)
    before = sorted(folder.rglob("*"))
    done = _run(environ, "--dir", folder)
    assert (done.code, done.stderr.count("\n"), said in done.stderr) == (1, 1, True), done.stderr
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("flag", ["--listen", "--cluster-listen"])
def test_a_taken_port_leaves_nothing_behind(tmp_path: Path, environ: dict[str, str], flag: str) -> None:
    other = {"--listen": "--cluster-listen", "--cluster-listen": "--listen"}[flag]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        done = _run(environ, "--dir", tmp_path / "folder", flag, address, other, "127.0.0.1:0")
    assert (done.code, done.stderr) == (
        1,
        f"headwater: cannot listen on {address}: address already in use (give another by {flag})\n",
    )
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("flag", ["--listen", "--cluster-listen"])
def test_it_is_for_its_own_machine_alone(tmp_path: Path, environ: dict[str, str], flag: str) -> None:
    done = _run(environ, "--dir", tmp_path / "folder", flag, "0.0.0.0:0")
    said = (
        f"headwater: {flag} 0.0.0.0:0 is reachable from outside, and quickstart is for this machine alone "
        "(listen on 127.0.0.1; to serve others, see headwater server)\n"
    )
    assert (done.code, done.stdout, done.stderr) == (1, "", said)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(("most", "said"), [(300_000, "the database cannot be used"), (600_000, "cannot write")])
def test_a_disk_that_fills_up_is_said_in_one_line(
    tmp_path: Path, environ: dict[str, str], most: int, said: str
) -> None:
    """No file may be larger than `most` bytes, which here fails as a full disk does."""
    folder = tmp_path / "a" / "folder"
    free = "127.0.0.1:0"
    command: list[str | Path] = [HEADWATER, "quickstart", "--dir", folder, "--listen", free, "--cluster-listen", free]
    done = subprocess.run(
        command,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert done.returncode == 1
    assert (done.stderr.count("\n"), done.stderr.startswith(f"headwater: {said}")) == (1, True), done.stderr
    assert [*tmp_path.iterdir()] == []


def test_a_folder_below_a_file_is_said_in_one_line(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "file").touch()
    done = _run(environ, "--dir", tmp_path / "file" / "folder")
    said = f"headwater: cannot make {tmp_path}/file/folder: not a directory (name another by --dir)\n"
    assert (done.code, done.stderr) == (1, said)


def test_a_cluster_that_does_not_answer_leaves_nothing_behind(tmp_path: Path, environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    entry = {"name": "dead", "cluster": {"server": f"http://127.0.0.1:{port}"}}
    context = {"name": "dead", "context": {"cluster": "dead", "user": "dead"}}
    users = [{"name": "dead", "user": {}}]
    config = {"clusters": [entry], "contexts": [context], "users": users, "current-context": "dead"}
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(json.dumps(config))
    done = _run(environ, "--dir", tmp_path / "folder", "--listen", "127.0.0.1:0", "--kubeconfig", kubeconfig)
    said = (
        f"headwater: the cluster at http://127.0.0.1:{port} does not answer (is it up? name another by --kubeconfig)\n"
    )
    assert (done.code, done.stderr) == (1, said)
    assert [*tmp_path.iterdir()] == [kubeconfig]


def test_json_goes_with_the_check(environ: dict[str, str]) -> None:
    assert _run(environ, "--json").code == 2


def test_a_proxy_of_the_environ_is_not_asked_for_this_machine(environ: dict[str, str]) -> None:
    proxied = {**environ, "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}
    assert _run(proxied, "--check").code == 0
