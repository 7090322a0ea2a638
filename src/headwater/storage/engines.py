"""The two engines, and all that differs between them: connections, locks, isolation, who hears of a change.

SQLite: one file in a data folder that one process owns, readers on snapshots beside one writer, FULL fsyncs.
PostgreSQL: writers of changes exclude each other by an advisory lock; a reader is one repeatable-read snapshot.
"""

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from headwater.domain.errors import StartupError
from headwater.domain.ids import ChangeNumber
from headwater.storage.faults import StorageUnavailableError

DATABASE_FILE = "headwater.db"
LOCK_FILE = "headwater.lock"
CHANNEL = "changes"

_BUSY_SECONDS = 5
_CHANGE_LOCK = 0x6865616477617465  # any number, the same for every server: "headwate"
_WRITE = "headwater_write"
_SYNCHRONOUS_FULL = 2


class DatabaseError(StartupError):
    """The database that the settings name cannot be opened."""

    code = "database"


class DataFolderInUseError(StartupError):
    code = "data_folder_in_use"


class Database(Protocol):
    """An engine, as `Storage` uses it."""

    @property
    def engine(self) -> Engine: ...

    @property
    def channel(self) -> str | None:
        """The address at which other servers' changes are heard; None where there are no other servers."""

    def connect_to_write(self) -> Connection: ...

    def connect_to_read(self) -> Connection: ...

    def lock_changes(self, connection: Connection) -> None:
        """Exclude every other change-set until this transaction ends."""

    def announce(self, connection: Connection, change: ChangeNumber) -> None:
        """Tell other servers, with the COMMIT, that there is a change."""

    def close(self) -> None: ...


def open_database(url: str | None, data: Path | None, *, lock: bool = True) -> Database:
    """The database at `url`, or the file in the folder `data` where there is no URL.

    `lock` False opens a data folder beside the process that owns it, for reading only.

    Raises:
        DatabaseError: no such database, folder or kind of URL.
        DataFolderInUseError: another process has opened the folder.
    """
    if url is not None:
        return PostgresqlDatabase(url)
    if data is None:
        raise DatabaseError("there is no database", hint="give a data folder or a database URL")
    return SqliteDatabase(data, lock=lock)


@dataclass(frozen=True, slots=True)
class _FolderLock:
    """Held by the open file, so the system takes it away when the process dies."""

    descriptor: int

    @classmethod
    def acquire(cls, folder: Path) -> "_FolderLock":
        try:
            descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseError(f"cannot use the data folder {folder}: {error.strerror}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise DataFolderInUseError(
                f"the data folder {folder} is in use", hint="stop the other process, or give another folder"
            ) from error
        return cls(descriptor)

    def release(self) -> None:
        os.close(self.descriptor)


class SqliteDatabase:
    channel = None

    def __init__(self, folder: Path, *, lock: bool) -> None:
        self._lock = _FolderLock.acquire(folder) if lock else None
        file = folder / DATABASE_FILE
        if lock:
            _create_private(file)
        elif not file.is_file():
            raise DatabaseError(f"there is no database in {folder}", hint="run headwater server init first")
        address = f"file:{quote(str(file.absolute()))}?mode={'rw' if lock else 'ro'}"
        self.engine = create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False),
            poolclass=QueuePool,
            pool_timeout=_BUSY_SECONDS,
            hide_parameters=True,
        )
        event.listen(self.engine, "connect", _prepare_sqlite if lock else _prepare_sqlite_reader)
        event.listen(self.engine, "begin", _begin_sqlite)

    def connect_to_write(self) -> Connection:
        return self.engine.connect().execution_options(**{_WRITE: True})

    def connect_to_read(self) -> Connection:
        return self.engine.connect()

    def lock_changes(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE has done it."""

    def announce(self, connection: Connection, change: ChangeNumber) -> None:
        """Nobody else opens this file."""

    def close(self) -> None:
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _create_private(file: Path) -> None:
    """SQLite gives its write-ahead log the mode of the database file, so this one decides for both."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise DatabaseError(f"cannot use the database file {file}: {error.strerror}") from error


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001 - SQLAlchemy passes it
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin_sqlite` does
    for pragma in ("foreign_keys = ON", "temp_store = MEMORY", "trusted_schema = OFF", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if mode != "wal" or synchronous != _SYNCHRONOUS_FULL:
        # Anything less would lose acknowledged writes at a power cut.
        raise StorageUnavailableError(f"the database file reports journal {mode} and synchronous {synchronous}")


def _prepare_sqlite_reader(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that reads first and then writes could only fail."""
    immediate = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class PostgresqlDatabase:
    def __init__(self, url: str) -> None:
        parsed = _read_url(url)
        self.engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            connect_args=_POSTGRESQL_ARGUMENTS,
            pool_pre_ping=True,
            pool_timeout=_BUSY_SECONDS,
            hide_parameters=True,
        )
        self.channel = _connection_string(self.engine)

    def connect_to_write(self) -> Connection:
        return self.engine.connect()

    def connect_to_read(self) -> Connection:
        return self.engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def lock_changes(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHANGE_LOCK})

    def announce(self, connection: Connection, change: ChangeNumber) -> None:
        connection.execute(text("SELECT pg_notify(:channel, :change)"), {"channel": CHANNEL, "change": str(change)})

    def close(self) -> None:
        self.engine.dispose()


_URL_HINT = "write postgresql://user@host/name"


def _read_url(url: str) -> URL:
    """No error of here is chained or quotes the URL: what the library takes for host or port may be of the password."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError("the database URL cannot be read", hint=_URL_HINT) from None
    if parsed.drivername not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise DatabaseError(f"there is no support for {parsed.drivername} databases", hint=_URL_HINT)
    if url.count("@") > 1:
        raise DatabaseError(
            "the database URL has @ more than once", hint=f"{_URL_HINT}, and %40 for an @ of the password"
        )
    return parsed


def _connection_string(engine: Engine) -> str:
    """What the engine connects with, as the driver takes it by itself."""
    _, named = engine.dialect.create_connect_args(engine.url)
    named.pop("context", None)  # SQLAlchemy's own, no parameter of a connection
    try:
        return make_conninfo(**named)
    except psycopg.ProgrammingError:
        raise DatabaseError("the database URL has a parameter that there is not", hint=_URL_HINT) from None


_POSTGRESQL_ARGUMENTS: dict[str, Any] = {
    "connect_timeout": _BUSY_SECONDS,
    "application_name": "headwater",
    "tcp_user_timeout": 10_000,
    # An acknowledged write is on disk whatever the server's default says, and a wait for a lock ends.
    "options": f"-c synchronous_commit=on -c lock_timeout={_BUSY_SECONDS}s -c idle_in_transaction_session_timeout=60s",
}
