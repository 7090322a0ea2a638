"""What only PostgreSQL promises: several servers on one database, and a server of its own that may go away."""

import queue
import threading
import traceback
from collections.abc import Iterator

import psycopg
import pytest

from headwater.domain.errors import InvalidInputError, StartupError, UnavailableError
from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.domain.names import ProjectName
from headwater.domain.places import Config
from headwater.storage import engines
from headwater.storage.changes import Changed
from headwater.storage.engines import DatabaseError
from headwater.storage.listener import LISTEN_NAME
from headwater.storage.log import verify
from headwater.storage.storage import Storage, opened_log
from tests.support.canary import secret
from tests.support.postgresql import PostgresqlServer
from tests.support.storage_builders import NOW, access, create_root_config, open_secrets, project, set_secret, writing

pytestmark = pytest.mark.needs("postgresql")

SOON = 5.0
"""Seconds within which something must have happened; it takes milliseconds."""


@pytest.fixture
def url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
def pair(url: str) -> Iterator[tuple[Storage, Storage]]:
    """Two servers on one database."""
    servers = (Storage.open(url, None), Storage.open(url, None))
    for server in servers:
        server.migrate()
        server.start_log(NOW)
    yield servers
    for server in servers:
        server.close()


def set_a(storage: Storage, root: Config, value: str) -> ChangeNumber:
    with writing(storage) as repositories:
        set_secret(repositories, root, "A", value)
    assert repositories.changes.taken is not None
    return repositories.changes.taken


class Heard:
    """What a server was told, awaited by number."""

    def __init__(self, storage: Storage) -> None:
        self._told: queue.Queue[Changed] = queue.Queue()
        storage.subscribe(self._told.put)
        assert storage.listener is not None
        assert storage.listener.connected.wait(SOON)

    def wait_for(self, change: ChangeNumber) -> Changed:
        while True:
            told = self._told.get(timeout=SOON)
            if told.change >= change:
                return told


def test_what_one_server_acknowledged_the_other_sees_at_once(pair: tuple[Storage, Storage]) -> None:
    one, other = pair
    root = create_root_config(one)
    for n in range(100):
        writer, reader = (one, other) if n % 2 else (other, one)
        change = set_a(writer, root, secret(f"value {n}"))
        with reader.read() as repositories:
            assert repositories.configs.view_change(root.id) == change
            assert (open_secrets(repositories, root) == {"A": secret(f"value {n}")}) is True


def test_a_change_on_one_server_is_heard_on_the_other(pair: tuple[Storage, Storage]) -> None:
    one, other = pair
    root = create_root_config(one)
    heard = Heard(other)
    change = set_a(one, root, secret("a"))
    assert heard.wait_for(change) == Changed(change=change, views={root.id: change})


def test_a_change_that_alters_no_view_is_heard_too(pair: tuple[Storage, Storage]) -> None:
    """A revoked token alters none, and must close its streams on every server."""
    one, other = pair
    heard = Heard(other)
    with writing(one) as repositories:
        repositories.projects.create(project())
    assert heard.wait_for(ChangeNumber(1)) == Changed(change=ChangeNumber(1), views={})


def test_what_was_changed_while_the_ear_was_cut_is_heard_after_it(
    postgresql: PostgresqlServer, pair: tuple[Storage, Storage]
) -> None:
    one, other = pair
    root = create_root_config(one)
    heard = Heard(other)
    for n in range(5):
        assert postgresql.cut_connections(LISTEN_NAME) == 1
        change = set_a(one, root, secret(f"value {n}"))
        assert heard.wait_for(change).views == {root.id: change}


def test_numbers_have_no_gap_when_two_servers_write(pair: tuple[Storage, Storage]) -> None:
    taken: list[int] = []

    def write(storage: Storage, name: str) -> None:
        for n in range(25):
            with writing(storage) as repositories:
                repositories.projects.create(project(f"{name}-{n}"))
            taken.append(repositories.changes.taken or 0)

    threads = [threading.Thread(target=write, args=(server, f"server-{n}")) for n, server in enumerate(pair)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 51))


def test_two_servers_may_start_on_an_empty_database_at_once(url: str) -> None:
    servers = [Storage.open(url, None) for _ in range(2)]
    threads = [threading.Thread(target=server.migrate) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.start_log(NOW)
        server.close()


def test_the_logs_of_two_servers_verify_together(url: str, pair: tuple[Storage, Storage]) -> None:
    for storage in (*pair, *pair):
        storage.append_access([access(ConfigId("config")), access(ConfigId("config"))])
    with opened_log(url, None) as entries:
        verdict = verify(entries)
    assert (verdict.bad, verdict.entries, len(verdict.heads)) == ([], 10, 2)


def test_a_restart_of_the_database_is_unavailable_and_passes(
    postgresql: PostgresqlServer, url: str, pair: tuple[Storage, Storage]
) -> None:
    one, other = pair
    root = create_root_config(one)
    heard = Heard(other)
    with pytest.raises(UnavailableError):
        _set_and_restart(one, root, postgresql)
    change = set_a(one, root, secret("kept"))
    assert change == 2
    assert heard.wait_for(change).views == {root.id: change}
    one.append_access([access(root.id)])
    with opened_log(url, None) as entries:
        assert verify(entries).bad == []


def _set_and_restart(storage: Storage, root: Config, postgresql: PostgresqlServer) -> None:
    with writing(storage) as repositories:
        set_secret(repositories, root, "A", secret("lost"))
        postgresql.restart()


def test_a_lock_that_is_not_given_up_is_unavailable_after_a_bounded_wait(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engines._POSTGRESQL_ARGUMENTS, "options", "-c lock_timeout=100ms")
    storage = Storage.open(url, None)
    storage.migrate()
    storage.start_log(NOW)
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (engines._CHANGE_LOCK,))
        with pytest.raises(UnavailableError):
            create_root_config(storage)
        storage.append_access([access(ConfigId("config"))])
        other.rollback()
    create_root_config(storage)
    storage.close()


def test_a_database_that_is_not_there_is_unavailable() -> None:
    storage = Storage.open("postgresql://postgres@/none?host=/nonexistent", None)
    with pytest.raises(UnavailableError):
        storage.migrate()
    storage.close()


@pytest.mark.parametrize(
    "bad",
    [
        "mysql://host/name",
        "no url",
        "sqlite:///file",
        "postgresql://user@host/name?no_such=parameter",
        f"postgresql://user:an@at:{secret('pass')}@host/name",
        f"postgresql://user:an@{secret('pass')}@host/name",
        f"postgresql://user:an@at/{secret('pass')}@host/name",
    ],
)
def test_another_kind_of_url_is_refused_with_one_line(bad: str) -> None:
    with pytest.raises(DatabaseError, match=r"write postgresql://") as refused:
        Storage.open(bad, None)
    assert isinstance(refused.value, StartupError)
    assert "\n" not in str(refused.value)
    assert secret("pass") not in "".join(traceback.format_exception(refused.value))


def test_parameters_in_the_url_hold_for_the_ear_too(url: str) -> None:
    storage = Storage.open(f"{url}&options=-c%20search_path%3Dpublic", None)
    storage.migrate()
    Heard(storage)
    storage.close()


def test_a_text_that_cannot_be_stored_is_the_caller_s_error(pair: tuple[Storage, Storage]) -> None:
    with pytest.raises(InvalidInputError, match="NUL"), pair[0].read() as repositories:
        repositories.projects.find(ProjectName("\0"))


def test_an_acknowledged_write_is_on_disk_whatever_the_default_says(url: str, pair: tuple[Storage, Storage]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {url.split('/')[3].split('?', maxsplit=1)[0]} SET synchronous_commit = off")
    pair[0]._database.engine.dispose()
    with pair[0]._database.connect_to_write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
