"""How the server starts, refuses to, and stops: one line and exit 1 for every unsafe state (promise S30)."""

import asyncio
import os
import shutil
import socket
import sqlite3
import ssl
import stat
import subprocess
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.errors import HeadwaterError, StartupError
from headwater.process.program import Address
from headwater.server import program
from headwater.server.initialise import initialise
from headwater.server.opening import Opened, open_store
from headwater.server.program import run
from headwater.server.safety import check_safe
from headwater.server.settings import ServerSettings, StoreSettings
from tests.support.canary import secret
from tests.support.headwater_server import HEADWATER, ServerProcess, ServerThread, server_thread


def headwater(*arguments: str | Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [HEADWATER, "server", *arguments],
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised data folder, to be copied."""
    data = tmp_path_factory.mktemp("made") / "data"
    assert headwater("init", "--data", data).returncode == 0
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "data"
    shutil.copytree(made, copied)
    return copied


def test_init_of_what_is_initialised_writes_no_other_root_key(data: Path) -> None:
    (data / "root.key").unlink()

    refused = headwater("init", "--data", data)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "initialised already" in refused.stderr
    assert not (data / "root.key").exists()


def test_init_writes_a_root_key_that_only_its_owner_reads_and_prints_the_token_alone(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    made = headwater("init", "--data", data, "--personal-token")
    assert made.returncode == 0
    token = made.stdout.removesuffix("\n")
    assert token.startswith("dp.pt.")
    assert "\n" not in token
    assert token not in made.stderr
    assert stat.S_IMODE((data / "root.key").stat().st_mode) == 0o400
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert token.encode() not in (data / "headwater.db").read_bytes()
    again = headwater("init", "--data", data, "--personal-token")
    assert (again.returncode, again.stdout) == (1, "")


Overrides = dict[str, Any]


def no_key(data: Path) -> Overrides:
    (data / "root.key").unlink()
    return {}


def open_key(data: Path) -> Overrides:
    (data / "root.key").chmod(0o644)
    return {}


def other_key(data: Path) -> Overrides:
    other = data.parent / "other"
    initialise(StoreSettings(data=other), datetime.now(UTC))
    return {"root_key_file": other / "root.key"}


def no_base64(data: Path) -> Overrides:
    key = data / "root.key"
    key.chmod(0o600)
    key.write_text("not a key")
    return {}


def newer_schema(data: Path) -> Overrides:
    with sqlite3.connect(data / "headwater.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    return {}


def empty(data: Path) -> Overrides:
    (data / "headwater.db").unlink()
    return {}


def settings(**overrides: object) -> Callable[[Path], Overrides]:
    return lambda _: overrides


NOWHERE = Path("/nowhere")

REFUSED: dict[str, tuple[Callable[[Path], Overrides], str]] = {
    "no root key": (no_key, "no root key file"),
    "a root key that others read": (open_key, "mode 0644"),
    "the root key of another installation": (other_key, "needs root key"),
    "a root key that is none": (no_base64, "root key file"),
    "a newer schema": (newer_schema, "newer"),
    "no installation": (empty, "holds no installation"),
    "no folder": (settings(data=NOWHERE), "no root key file"),
    "a public address without TLS": (settings(listen="0.0.0.0:0"), "in the clear"),
    "every address without TLS": (settings(listen=":0"), "in the clear"),
    "a name that may be public, without TLS": (settings(listen="headwater.example:0"), "in the clear"),
    "a wait below nothing": (settings(drain_seconds=-1), "below 0"),
    "a certificate without its key": (settings(tls_cert=NOWHERE), "go together"),
    "no certificate": (settings(tls_cert=NOWHERE, tls_key=NOWHERE), "cannot use"),
    "no address": (settings(listen="nonsense"), "not an address"),
    "an unknown kind of database": (settings(database="mysql://x"), "mysql"),
    "a database that is not there": (settings(database="postgresql://postgres@/x?host=/nowhere"), "No such file"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_an_unsafe_state_is_refused_in_one_line(data: Path, case: str) -> None:
    prepare, said = REFUSED[case]
    wanted = replace(ServerSettings(data=data, listen="127.0.0.1:0"), **prepare(data))
    with pytest.raises(HeadwaterError) as refused:
        await run(wanted, ready=_never, stop=asyncio.Event())
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:0", "[::1]:0"])
def test_loopback_needs_no_tls(listen: str) -> None:
    check_safe(ServerSettings(data=NOWHERE, listen=listen))


def test_behind_a_proxy_a_public_address_needs_no_tls() -> None:
    check_safe(ServerSettings(data=NOWHERE, listen="0.0.0.0:0", behind_proxy=True))


def test_a_refusal_is_one_line_on_standard_error_and_exit_1(tmp_path: Path) -> None:
    ended = headwater("start", "--data", tmp_path)
    assert (ended.returncode, len(ended.stderr.splitlines()), ended.stdout) == (1, 1, "")
    assert ended.stderr.startswith("headwater: there is no root key file")


@pytest.mark.parametrize("command", ["init", "start", "verify-log"])
def test_a_database_that_does_not_answer_is_named_with_the_reason_and_without_its_password(
    data: Path, command: str
) -> None:
    url = f"postgresql://user:{secret('password')}@127.0.0.1:1/headwater"
    ended = headwater(command, "--data", data, environ={"HEADWATER_DATABASE": url})
    assert (ended.returncode, len(ended.stderr.splitlines()), ended.stdout) == (1, 1, "")
    assert "Connection refused" in ended.stderr
    assert (secret("password") in ended.stderr) is False


def _never(_address: Address) -> None:
    pytest.fail("it started")


async def test_a_port_that_is_taken_is_refused(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = ServerSettings(data=data, listen=f"127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(StartupError, match="cannot listen"):
            await run(wanted, ready=_never, stop=asyncio.Event())


async def test_a_folder_under_a_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    with pytest.raises(StartupError, match="cannot make the data folder"):
        initialise(StoreSettings(data=data), datetime.now(UTC))
    with pytest.raises(StartupError, match="root key"):
        await run(ServerSettings(data=data, listen="127.0.0.1:0"), ready=_never, stop=asyncio.Event())


async def test_a_folder_in_use_is_refused_and_goes_on_being_served(tmp_path: Path) -> None:
    with server_thread(tmp_path / "data") as server:
        with pytest.raises(StartupError, match="in use"):
            await run(replace(server.settings, listen="127.0.0.1:0"), ready=_never, stop=asyncio.Event())
        assert server.get("/v3/me").status == 200


def test_usage_is_exit_2() -> None:
    assert headwater("start", "--no-such-flag").returncode == 2


def test_every_setting_comes_by_flag_environ_or_file(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'data = "{data}"\nlisten = "nonsense"\n')
    for environ, said in (({}, "nonsense"), ({"HEADWATER_LISTEN": "from-environ"}, "from-environ")):
        assert said in headwater("start", "--settings", file, environ=environ).stderr
    flagged = headwater("start", "--settings", file, "--listen", "from-flag", environ={"HEADWATER_LISTEN": "x"})
    assert "from-flag" in flagged.stderr


def test_while_it_migrates_it_answers_503_in_json_and_then_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 401, 403 or 404 at such a moment would make every `doppler` CLI delete its offline copy."""
    migrated = threading.Event()
    opening = threading.Event()

    def slowly(wanted: StoreSettings, now: datetime) -> Opened:
        opening.set()
        migrated.wait(30)
        return open_store(wanted, now)

    monkeypatch.setattr(program, "open_store", slowly)
    listen = f"127.0.0.1:{_free_port()}"
    token = initialise(StoreSettings(data=tmp_path / "data"), datetime.now(UTC)).reveal()
    server = ServerThread(ServerSettings(data=tmp_path / "data", listen=listen), token)
    server.url = f"http://{listen}"
    starting = threading.Thread(target=server.start)
    starting.start()
    opening.wait(30)
    answer = server.download("apps", "prd")
    assert (answer.status, answer.json()["success"]) == (503, False)
    assert int(answer.headers["retry-after"]) > 0
    assert server.get("/readyz", token="").status == 503
    assert server.get("/healthz", token="").status == 200
    migrated.set()
    starting.join()
    try:
        assert server.get("/v3/me").status == 200
    finally:
        server.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        port: int = opened.getsockname()[1]
        return port


def test_tls_is_spoken_with_a_certificate_and_only_then(data: Path, tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made: list[str | Path] = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        cert,
        "-days",
        "2",
    ]
    subprocess.run([*made, *subject], check=True, capture_output=True)
    server = ServerThread(ServerSettings(data=data, listen="127.0.0.1:0", tls_cert=cert, tls_key=key), "")
    server.start()
    try:
        context = ssl.create_default_context(cafile=cert)
        with urllib.request.urlopen(f"{server.url}/readyz", context=context, timeout=10) as answer:  # noqa: S310 - loopback
            assert (answer.status, server.url.split(":")[0]) == (200, "https")
    finally:
        server.stop()


def test_told_to_stop_it_answers_what_it_has_begun_and_ends_with_0(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path)
    server.init()
    server.start()
    server.create_project("apps")
    acknowledged: list[str] = []

    def write() -> None:
        for number in range(1_000):
            try:
                server.set_secrets("apps", "prd", {f"K{number}": secret("v")})
            except (OSError, AssertionError):
                return
            acknowledged.append(f"K{number}")
            if number == 5:
                started.set()

    started = threading.Event()
    writing = threading.Thread(target=write)
    writing.start()
    started.wait(20)
    assert server.stop() == 0
    writing.join()
    server.start()
    try:
        assert set(acknowledged) <= set(server.download("apps", "prd").json())
    finally:
        server.stop()
