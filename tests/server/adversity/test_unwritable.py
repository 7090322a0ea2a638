"""Promises S06, S07 and S10: no value leaves without its record, and a full or locked disk is a 503 that passes."""

import os
import resource
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.canary import CANARY, secret
from tests.support.headwater_server import DOWNLOAD, HEADWATER, SECRETS, Answer, ServerProcess, headwater_server

READ = f"{DOWNLOAD}?project=apps&config=prd"


@contextmanager
def filled(folder: Path, *, log: Path | None = None) -> Iterator[ServerProcess]:
    with headwater_server(folder, log=log) as server:
        server.create_project("apps")
        server.set_secrets("apps", "prd", {f"K{number}": secret(f"value {number}") for number in range(50)})
        yield server


def bytes_of(server: ServerProcess, path: str) -> bytes:
    """Everything that comes over the socket for one GET."""
    parts = urlsplit(server.url)
    asked = f"GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {server.token}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall(asked.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def check_refused(server: ServerProcess, etag: str) -> None:
    """Reads of values and writes are 503 in JSON, with nothing of a value; a 304 needs no record and goes on."""
    for path in (
        READ,
        f"{SECRETS}?project=apps&config=prd",
        "/v3/configs/config/secret?project=apps&config=prd&name=K1",
    ):
        said = bytes_of(server, path)
        assert said.startswith(b"HTTP/1.1 503"), path
        assert b"retry-after: " in said
        assert b'"success":false' in said
        assert CANARY.encode() not in said
    asked = {"project": "apps", "config": "prd", "secrets": {"K1": secret("new")}}
    assert server.request("POST", SECRETS, asked).status == 503
    assert server.download("apps", "prd", etag=etag).status == 304


def check_healed(server: ServerProcess) -> None:
    assert server.download("apps", "prd").json()["K1"] == secret("value 1")
    server.set_secrets("apps", "prd", {"K1": secret("new")})
    assert server.download("apps", "prd").json()["K1"] == secret("new")
    server.stop()
    verified = subprocess.run(
        [HEADWATER, "server", "verify-log", "--data", server.data], capture_output=True, check=False, text=True
    )
    assert verified.returncode == 0, verified.stderr
    server.start()


def test_a_file_that_may_not_grow_refuses_reads_until_it_may(tmp_path: Path) -> None:
    with filled(tmp_path) as server:
        etag = server.download("apps", "prd").headers["etag"]
        size = (server.data / "headwater.db-wal").stat().st_size
        limits = resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        check_refused(server, etag)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, limits)
        check_healed(server)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a small file system")
def test_a_full_file_system_refuses_reads_until_there_is_room(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("may not mount a file system here")
    try:
        reserve = small / "reserve"
        reserve.write_bytes(bytes(128 * 1024))
        with filled(small, log=tmp_path / "server.log") as server:
            etag = server.download("apps", "prd").headers["etag"]
            _read_until_full(server)
            check_refused(server, etag)
            reserve.unlink()
            assert server.download("apps", "prd").json()["K1"] == secret("value 1")
            subprocess.run(["mount", "-o", "remount,size=16m", small], check=True)
            check_healed(server)
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def _read_until_full(server: ServerProcess) -> None:
    for _ in range(1_000):
        if server.download("apps", "prd").status == 503:
            return
    pytest.fail("the file system never filled up")


def test_a_locked_database_is_a_bounded_wait_and_then_503(tmp_path: Path) -> None:
    with filled(tmp_path) as server:
        etag = server.download("apps", "prd").headers["etag"]
        other = sqlite3.connect(server.data / "headwater.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        try:
            with ThreadPoolExecutor(20) as threads:
                seen = list(threads.map(lambda _: _timed(server), range(20)))
            assert {answer.status for answer, _ in seen} == {503}
            assert max(took for _, took in seen) < 7
            assert server.download("apps", "prd", etag=etag).status == 304
        finally:
            other.execute("ROLLBACK")
            other.close()
        check_healed(server)


def _timed(server: ServerProcess) -> tuple[Answer, float]:
    began = time.monotonic()
    return server.download("apps", "prd"), time.monotonic() - began
