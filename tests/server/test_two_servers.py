"""Two servers on one PostgreSQL agree: what one has acknowledged, the other shows and obeys at once."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from headwater.storage.listener import LISTEN_NAME
from tests.server.test_watch import event, watching
from tests.support.canary import secret
from tests.support.headwater_server import DOWNLOAD, Client, ServerProcess
from tests.support.postgresql import PostgresqlServer, postgresql_server

pytestmark = [pytest.mark.needs("postgresql"), pytest.mark.timeout(300)]

THREADS = 4
ROUNDS = 250
CUT_EVERY_SECONDS = 0.15


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresqlServer]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="module")
def servers(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Client]]:
    folder = tmp_path_factory.mktemp("two")
    database = postgresql.create_database("two")
    one = ServerProcess(folder, "--database", database)
    one.init()
    other = ServerProcess(folder / "other", "--database", database, "--root-key-file", str(one.data / "root.key"))
    other.data.mkdir(parents=True)
    other.token = one.token
    for server in (one, other):
        server.start()
    try:
        yield one, other
    finally:
        for server in (one, other):
            server.stop()


@pytest.fixture(scope="module", autouse=True)
def apps(servers: tuple[Client, Client]) -> None:
    one, _ = servers
    one.create_project("apps")
    one.set_secrets("apps", "prd", {f"K{number}": secret("begin") for number in range(THREADS)})
    one.set_secrets("apps", "stg", {f"K{number}": f"${{prd.K{number}}}" for number in range(THREADS)})


def read(server: Client, config: str, name: str) -> str:
    value: str = server.get(f"{DOWNLOAD}?project=apps&config={config}&secrets={name}").json()[name]
    return value


def change_and_read(servers: tuple[Client, Client], number: int) -> None:
    """Rounds of one thread: write on the one, read on the other, in the config itself and in one that refers to it."""
    one, other = servers
    for round_ in range(ROUNDS):
        value = secret(f"{number}-{round_}")
        one.set_secrets("apps", "prd", {f"K{number}": value})
        assert read(other, "stg", f"K{number}") == value, f"stale in round {round_}"
        assert read(other, "prd", f"K{number}") == value, f"stale in round {round_}"
        if round_ % 25 == 0:
            revoke_and_read(one, other)


def revoke_and_read(one: Client, other: Client) -> None:
    token = one.create_service_token("apps", "prd")
    assert other.download(token=token).status == 200
    one.revoke_service_token("apps", "prd", token)
    assert other.download(token=token).status == 401


def test_a_read_that_starts_after_an_acknowledged_change_sees_it_also_while_nothing_is_heard(
    servers: tuple[Client, Client], postgresql: PostgresqlServer
) -> None:
    done = threading.Event()
    cuts = 0

    def cut() -> None:
        nonlocal cuts
        while not done.wait(CUT_EVERY_SECONDS):
            cuts += postgresql.cut_connections(LISTEN_NAME)

    cutting = threading.Thread(target=cut)
    cutting.start()
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda number: change_and_read(servers, number), range(THREADS)))
    finally:
        done.set()
        cutting.join()
    assert cuts > 0


def test_a_watch_on_one_server_hears_of_a_change_on_the_other(servers: tuple[Client, Client]) -> None:
    one, other = servers
    with watching(other, "apps", "stg") as stream:
        assert stream.next() == event("connected")
        one.set_secrets("apps", "prd", {"K0": secret("heard")})
        assert stream.next() == event("secrets.update")


def test_a_server_that_hears_of_its_own_change_tells_it_once(servers: tuple[Client, Client]) -> None:
    """Each event restarts what `doppler run --watch` runs."""
    one, _ = servers
    with watching(one, "apps", "prd") as stream:
        assert stream.next() == event("connected")
        assert stream.is_silent(0.3)  # else both would fall into one gap
        one.set_secrets("apps", "prd", {"K0": secret("told")})
        assert stream.next() == event("secrets.update")
        assert stream.is_silent(0.5)


def test_a_watch_hears_what_changed_while_its_server_heard_nothing(
    servers: tuple[Client, Client], postgresql: PostgresqlServer
) -> None:
    one, other = servers
    with watching(other, "apps", "stg") as stream:
        assert stream.next() == event("connected")
        postgresql.cut_connections(LISTEN_NAME)
        one.set_secrets("apps", "prd", {"K0": secret("heard again")})
        assert stream.next() == event("secrets.update")


def test_a_token_revoked_on_one_server_ends_its_streams_on_the_other(servers: tuple[Client, Client]) -> None:
    one, other = servers
    token = one.create_service_token("apps", "prd")
    with watching(other, "apps", token=token) as stream:
        assert stream.next() == event("connected")
        one.revoke_service_token("apps", "prd", token)
        assert stream.next() == b""


def test_a_database_that_restarts_is_503_and_then_served_again(
    servers: tuple[Client, Client], postgresql: PostgresqlServer
) -> None:
    one, _ = servers
    one.set_secrets("apps", "prd", {"K0": secret("kept")})
    postgresql.restart()
    seen = {one.download("apps", "prd").status for _ in range(20)}
    assert seen <= {200, 503}
    assert read(one, "prd", "K0") == secret("kept")


def test_the_second_server_needs_the_root_key_of_the_first(
    servers: tuple[Client, Client], postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    del servers
    stranger = ServerProcess(tmp_path / "own")
    stranger.init()
    wrong = ServerProcess(tmp_path / "own", "--database", postgresql.url("two"))
    wrong.launch()
    assert wrong.wait() == 1
    assert "needs root key" in wrong.log.read_text()
