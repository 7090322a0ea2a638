"""The installed program, as a person or a script runs it, against a running server."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.canary import secret
from tests.support.headwater_server import ServerThread, server_thread

HEADWATER = Path(sys.executable).parent / "headwater"


@dataclass(frozen=True, kw_only=True)
class Done:
    """A command that has ended."""

    code: int
    stdout: str = field(repr=False)
    stderr: str


@dataclass(frozen=True, kw_only=True)
class Cli:
    """`headwater`, in a home folder and an environ of its own."""

    home: Path
    environ: Mapping[str, str] = field(repr=False)

    def __call__(self, *arguments: str, stdin: str | bytes = b"", environ: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [HEADWATER, *arguments],
            env={**self.environ, **(environ or {})},
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            check=False,
            cwd=self.home,
            timeout=60,
        )
        return Done(code=done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode())

    def must(self, *arguments: str, stdin: str | bytes = b"") -> str:
        """Standard output of a command that has to succeed."""
        done = self(*arguments, stdin=stdin)
        assert done.code == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerThread]:
    with server_thread(tmp_path_factory.mktemp("server") / "data") as running:
        running.create_project("apps")
        yield running


VALUES = {"GREETING": secret("hello"), "PEM": secret("line one\nline\ttwo\\"), "URL": "${GREETING}@host"}


@pytest.fixture
def cli(server: ServerThread, tmp_path: Path) -> Cli:
    """As the owner, on apps/dev, which holds `VALUES`."""
    names = server.must("GET", "/v3/configs/config/secrets/names?project=apps&config=dev")["names"]
    added = {name for name in names if not name.startswith("DOPPLER_")} - VALUES.keys()
    server.set_secrets("apps", "dev", VALUES | dict.fromkeys(added))
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "HEADWATER_URL": server.url,
        "HEADWATER_TOKEN": server.token,
        "HEADWATER_PROJECT": "apps",
        "HEADWATER_CONFIG": "dev",
    }
    return Cli(home=tmp_path, environ=environ)
