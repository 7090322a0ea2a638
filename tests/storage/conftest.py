"""Each test of this folder runs on SQLite and on PostgreSQL."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headwater.storage.storage import Storage
from tests.support.postgresql import PostgresqlServer, postgresql_server

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    with postgresql_server() as server:
        yield server


class Databases:
    """One database of one engine, and whatever `Storage` the test opens on it."""

    def __init__(self, url: str | None, folder: Path | None) -> None:
        self.url = url
        self.folder = folder
        self._opened: list[Storage] = []

    def open(self) -> Storage:
        """As a server starts: opened, migrated, its log begun."""
        storage = Storage.open(self.url, self.folder)
        self._opened.append(storage)
        storage.migrate()
        storage.start_log(NOW)
        return storage

    def close(self, storage: Storage) -> None:
        self._opened.remove(storage)
        storage.close()

    def close_all(self) -> None:
        while self._opened:
            self._opened.pop().close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def databases(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    if engine == "sqlite":
        made = Databases(None, tmp_path)
    else:
        made = Databases(request.getfixturevalue("postgresql_url"), None)
    yield made
    made.close_all()


@pytest.fixture
def postgresql_url(postgresql: PostgresqlServer) -> Iterator[str]:
    """A new database of its own, gone after the test."""
    name = f"test{next(_numbers)}"
    yield postgresql.create_database(name)
    postgresql.drop_database(name)


@pytest.fixture
def storage(databases: Databases) -> Storage:
    return databases.open()
