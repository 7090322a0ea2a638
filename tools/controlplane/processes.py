"""Processes that outlive the command that starts them, and are stopped by another: noted in a file.

Surprise: a process is known by its id and its start time, so that a number that was given away anew is never killed.
"""

import os
import shutil
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_GRACE = 3.0
_STEP = 0.05


@dataclass(frozen=True, slots=True)
class Noted:
    """A process that was started here."""

    name: str
    pid: int
    started: str
    """When, in the kernel's ticks since boot."""

    def is_up(self) -> bool:
        return bool(self.started) and _start_time(self.pid) == self.started


class Processes:
    """The processes of one folder: `pids` names them, `log/` holds what they say."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "pids"
        self._logs = folder / "log"

    def start(self, name: str, command: Sequence[str], *, tied: bool) -> Noted:
        """Start `command`; one that is `tied` is killed when its parent ends, however that ends (on Linux)."""
        self._logs.mkdir(parents=True, exist_ok=True)
        tie = ["setpriv", "--pdeathsig", "KILL"] if tied and shutil.which("setpriv") else []
        bound = [*tie, *command]
        output = (os.POSIX_SPAWN_OPEN, 1, self.log_of(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        streams = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), output, (os.POSIX_SPAWN_DUP2, 1, 2)]
        pid = os.posix_spawnp(bound[0], bound, os.environ, file_actions=streams, setsid=True)
        noted = Noted(name, pid, _start_time(pid))
        with self._file.open("a", encoding="ascii") as file:
            file.write(f"{noted.name} {noted.pid} {noted.started}\n")
        return noted

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def noted(self) -> list[Noted]:
        if not self._file.exists():
            return []
        rows = [line.split() for line in self._file.read_text(encoding="ascii").splitlines()]
        return [Noted(name, int(pid), started) for name, pid, started in rows]

    def stop(self, names: Sequence[str]) -> None:
        """End those of `names`: asked first, killed if they do not listen."""
        ours = [noted for noted in self.noted() if noted.name in names]
        for number in (signal.SIGTERM, signal.SIGKILL):
            _signal(ours, number)
            _await_end(ours)

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)


def _signal(processes: Sequence[Noted], number: signal.Signals) -> None:
    for noted in processes:
        if noted.is_up():
            os.kill(noted.pid, number)


def _await_end(processes: Sequence[Noted]) -> None:
    deadline = time.monotonic() + _GRACE
    _reap(processes)
    while any(noted.is_up() for noted in processes) and time.monotonic() < deadline:
        time.sleep(_STEP)
        _reap(processes)


def _reap(processes: Sequence[Noted]) -> None:
    """Those that this very process started stay as zombies until they are waited for."""
    for noted in processes:
        try:
            os.waitpid(noted.pid, os.WNOHANG)
        except ChildProcessError:
            continue


def _start_time(pid: int) -> str:
    """Empty for a process that is gone, or ended and not waited for."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
