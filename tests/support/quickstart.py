"""`headwater quickstart` in a process of its own, read line by line as a person reads it."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HEADWATER = Path(sys.executable).parent / "headwater"

_PATIENCE = 60.0
_NEEDED = ("sh", "cat", "date", "printenv", "base64", "timeout")


def machine(folder: Path, *programs: Path) -> dict[str, str]:
    """The environ of a machine that has `programs`, a shell and little else."""
    tools = folder / "bin"
    tools.mkdir()
    for name in _NEEDED:
        (tools / name).symlink_to(next(found for found in _places(name) if found.exists()))
    for program in programs:
        (tools / program.name).symlink_to(program)
    return {"HOME": str(folder), "PATH": str(tools)}


def _places(name: str) -> Iterator[Path]:
    return (Path(place) / name for place in os.environ["PATH"].split(os.pathsep))


@dataclass(slots=True)
class Quickstart:
    """Running; `lines` is what it has printed so far."""

    process: subprocess.Popen[str]
    environ: dict[str, str]
    lines: list[str] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def until(self, holds: Callable[[str], bool]) -> str:
        """The first line, of those that were printed and those to come, that is so."""
        with self._news:
            found = self._news.wait_for(lambda: [line for line in self.lines if holds(line)], _PATIENCE)
            assert found, "\n".join(self.lines)
            return found[0]

    def until_up(self) -> None:
        self.until(lambda line: line.startswith("each change shows here"))

    @property
    def invitations(self) -> list[str]:
        """The command lines that it prints to try."""
        start = next(number for number, line in enumerate(self.lines) if line.startswith("try at"))
        return [line.strip() for line in self.lines[start + 1 :] if re.match("  [^ #]", line)]

    def paste(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line as another terminal of the same machine does."""
        return subprocess.run(
            ["sh", "-c", line],
            env=self.environ,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_PATIENCE)

    def follow(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()


@contextmanager
def running_quickstart(folder: Path, environ: dict[str, str], *arguments: str) -> Iterator[Quickstart]:
    """Up, on free ports, in `folder`."""
    free = ["--listen", "127.0.0.1:0", "--cluster-listen", "127.0.0.1:0"]
    command = [str(HEADWATER), "quickstart", "--dir", str(folder), *free, *arguments]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    running = Quickstart(process, environ)
    follower = threading.Thread(target=running.follow, daemon=True)
    follower.start()
    try:
        running.until_up()
        yield running
    finally:
        if process.poll() is None:
            running.interrupt()
        follower.join(_PATIENCE)
        assert process.stdout is not None
        process.stdout.close()
