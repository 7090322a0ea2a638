"""A PostgreSQL server for tests: Debian's, in a folder of its own, on a free port and a Unix socket."""

import functools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

INSTALL = "apt-get install -y postgresql"


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """A running server; each `create_database` gives a new, empty one."""

    folder: Path
    port: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def create_database(self, name: str) -> str:
        """Make a database and give its URL."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Take a database away, whoever is still connected to it."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def cut_connections(self, application: str) -> int:
        """End every connection of that application name, and wait until they are gone; how many that were."""
        cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = %s"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            return len(connection.execute(cut, (application,)).fetchall())

    def stop(self) -> None:
        """Stop it as a crash would, so that its write-ahead log stays as it is."""
        _pg_ctl(self.folder, "stop", "-w", "-m", "immediate")

    def restart(self) -> None:
        """Stop it as a crash would, and start it again."""
        _pg_ctl(self.folder, "restart", "-w", "-m", "immediate")


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Start a server and stop it afterwards; skips, outside CI, where PostgreSQL is not installed."""
    if _binaries() is None:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL is missing: {INSTALL}")
        pytest.skip(f"needs PostgreSQL: {INSTALL}")
    folder = Path(tempfile.mkdtemp(prefix="headwater-postgresql-"))
    try:
        _own(folder)
        _run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        # No TCP: the socket's folder is unique, so the port never collides with another server's. No fsync: tests kill
        # processes, and what a process wrote outlives it; power cuts are not tried here.
        _pg_ctl(folder, "start", "-w", "-o", f"-k {folder} -h '' -p 5432 -c fsync=off")
        yield PostgresqlServer(folder, 5432)
    finally:
        _pg_ctl(folder, "stop", "-m", "immediate", check=False)
        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _binaries() -> Path | None:
    """The newest release that Debian's packages installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def _own(folder: Path) -> None:
    """PostgreSQL refuses to run as root; then its files belong to the user that its package made."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)


def _pg_ctl(folder: Path, *arguments: str, check: bool = True) -> None:
    _run("pg_ctl", "-D", str(folder / "data"), "-l", str(folder / "log"), *arguments, check=check)


def _run(program: str, *arguments: str, check: bool = True) -> None:
    binaries = _binaries()
    assert binaries is not None
    command = [str(binaries / program), *arguments]
    who = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    done = subprocess.run(
        command,
        user=who.pw_uid if who else None,
        group=who.pw_gid if who else None,
        extra_groups=[] if who else None,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if check and done.returncode != 0:
        pytest.fail(f"{program} failed: {done.stderr}")
