"""What tools.controlplane decides by itself; that the control plane works is seen by every cluster test."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.controlplane.build import _link_flags, _name_by_go
from tools.controlplane.plane import start
from tools.controlplane.processes import Noted, Processes
from tools.controlplane.programs import MODULES, PROGRAMS, ControlPlaneError, cache_folder, place_of

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_what_is_built_is_kept_by_release(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADWATER_CACHE", str(tmp_path))
    place = place_of(PROGRAMS["kubectl"])
    assert place.parent.parent == tmp_path / "controlplane"
    assert PROGRAMS["kubectl"].release in place.parent.name


def test_the_cache_is_where_a_users_caches_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEADWATER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/headwater")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "headwater"


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_is_pinned_by_its_module(name: str) -> None:
    program = PROGRAMS[name]
    folder = MODULES / program.module
    pinned = (folder / "go.mod").read_text(encoding="utf-8")
    assert f" v{program.release}\n" in pinned
    assert f'"{program.package}"' in (folder / "tools.go").read_text(encoding="utf-8")
    assert (folder / "go.sum").exists()


def test_go_leaves_a_version_out_of_the_name() -> None:
    assert [_name_by_go(PROGRAMS[name]) for name in ("etcd", "kubectl", "kwok")] == ["server", "kubectl", "kwok"]


def test_the_release_is_linked_in() -> None:
    assert f"gitVersion=v{PROGRAMS['kubectl'].release}" in _link_flags("kubernetes")


def test_what_is_not_built_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADWATER_CACHE", str(tmp_path))
    with pytest.raises(ControlPlaneError, match=r"not built yet: kube-apiserver.*python -m tools.controlplane build"):
        start(tmp_path / "plane")


def test_a_process_is_stopped_by_another_command(tmp_path: Path) -> None:
    started = Processes(tmp_path).start("sleeper", SLEEPER, tied=False)
    assert started.is_up()
    Processes(tmp_path).stop(["sleeper"])
    assert not started.is_up()


def test_a_number_that_was_given_away_anew_is_not_killed(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEPER)
    (tmp_path / "pids").write_text(f"sleeper {stranger.pid} 1\n")
    Processes(tmp_path).stop(["sleeper"])
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_tied_process_ends_with_its_parent(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from tools.controlplane.processes import Processes\n"
        f"Processes(pathlib.Path({str(tmp_path)!r})).start('sleeper', {SLEEPER!r}, tied=True)\n"
        "print('started', flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    assert parent.stdout.readline() == b"started\n"
    (sleeper,) = Processes(tmp_path).noted()
    assert sleeper.is_up()
    parent.kill()
    parent.communicate()
    assert _ends(sleeper)


def _ends(process: Noted) -> bool:
    """A process that is not our child can only be looked at."""
    deadline = time.monotonic() + 10
    while process.is_up() and time.monotonic() < deadline:
        os.sched_yield()
    return not process.is_up()
