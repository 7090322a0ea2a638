"""What only SQLite promises: the data folder, fsyncs, and what happens when the file cannot be written."""

import contextlib
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event

from headwater.domain.errors import IntegrityError, UnavailableError
from headwater.domain.ids import ConfigId
from headwater.storage import engines
from headwater.storage.engines import DATABASE_FILE, DatabaseError, DataFolderInUseError, open_database
from headwater.storage.log import verify
from headwater.storage.storage import Storage, opened_log
from tests.support.storage_builders import NOW, access, create_root_config, project, writing

CONFIG = ConfigId("config")


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Storage]:
    storage = Storage.open(None, folder)
    try:
        storage.migrate()
        storage.start_log(NOW)
        yield storage
    finally:
        storage.close()


def test_every_connection_writes_ahead_and_syncs_fully(tmp_path: Path) -> None:
    with opened(tmp_path) as storage:
        reported = []

        def report(connection: sqlite3.Connection, *_: object) -> None:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
            foreign_keys = connection.execute("PRAGMA foreign_keys").fetchone()[0]
            reported.append((mode, synchronous, foreign_keys))

        event.listen(storage._database.engine, "checkout", report)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: _create_and_list(storage, n), range(20)))
    assert len(reported) >= 40
    assert set(reported) == {("wal", 2, 1)}


def _create_and_list(storage: Storage, number: int) -> None:
    with writing(storage) as repositories:
        repositories.projects.create(project(f"project-{number}"))
    with storage.read() as repositories:
        repositories.projects.list()


def test_a_file_that_cannot_write_ahead_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 0.1)
    storage = Storage.open(None, tmp_path)
    try:
        with contextlib.closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as other:
            other.execute("PRAGMA journal_mode = DELETE")
            other.execute("CREATE TABLE held (one)")
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(UnavailableError):
                storage.migrate()
    finally:
        storage.close()


def test_one_process_alone_opens_a_data_folder(tmp_path: Path) -> None:
    with opened(tmp_path):
        with pytest.raises(DataFolderInUseError, match="in use"):
            Storage.open(None, tmp_path)
        code = "import sys, pathlib; from headwater.storage.storage import Storage; "
        code += "Storage.open(None, pathlib.Path(sys.argv[1]))"
        other = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
        assert "DataFolderInUseError" in other.stderr
    with opened(tmp_path):
        pass


def test_the_files_belong_to_their_owner_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as storage:
        create_root_config(storage)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert f"{DATABASE_FILE}-wal" in modes
    assert set(modes.values()) == {0o600}


def test_a_folder_that_is_none_is_refused_with_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder in (tmp_path / "none", file, file / "under"):
        with pytest.raises(DatabaseError, match="cannot use the data folder") as refused:
            Storage.open(None, folder)
        assert "\n" not in str(refused.value)
    with pytest.raises(DatabaseError):
        Storage.open(None, None)
    with pytest.raises(DatabaseError, match="run headwater server init"), opened_log(None, tmp_path):
        pass


@pytest.mark.parametrize("name", ["with space", "per%41cent", "question?mark", "hash#tag", "ümlaut"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with opened(folder):
        assert (folder / DATABASE_FILE).is_file()


def test_a_locked_file_is_unavailable_after_a_bounded_wait_while_reads_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_BUSY_SECONDS", 0.1)
    with opened(tmp_path) as storage, contextlib.closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UnavailableError):
            create_root_config(storage)
        with pytest.raises(UnavailableError):
            storage.append_access([access(CONFIG)])
        with storage.read() as repositories:
            assert repositories.projects.list() == []
        other.rollback()
        create_root_config(storage)


def test_a_damaged_file_is_an_integrity_error(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"this is not a database" * 100)
    storage = Storage.open(None, tmp_path)
    try:
        with pytest.raises(IntegrityError, match="damaged"):
            storage.migrate()
    finally:
        storage.close()


FULL_DISK = """
import resource, sys
from pathlib import Path
from headwater.domain.errors import UnavailableError
from headwater.domain.ids import ConfigId
from headwater.storage.storage import Storage
from tests.support.storage_builders import NOW, access

storage = Storage.open(None, Path(sys.argv[1]))
storage.migrate()
storage.start_log(NOW)
written = 0
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, limits[1]))
try:
    while True:
        storage.append_access([access(ConfigId("config")) for _ in range(100)])
        written += 100
except UnavailableError:
    pass
with storage.read() as repositories:
    assert len(repositories.log.list_entries("access", newest=1_000_000)) == written
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
storage.append_access([access(ConfigId("config"))])
print(written + 2)
"""


def test_a_full_disk_refuses_entries_keeps_the_acknowledged_ones_and_heals(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with opened_log(None, tmp_path) as entries:
        verdict = verify(entries)
    assert (verdict.bad, verdict.entries) == ([], int(done.stdout))


def test_a_reader_of_the_log_needs_no_lock_and_can_write_nothing(tmp_path: Path) -> None:
    with opened(tmp_path):
        database = open_database(None, tmp_path, lock=False)
        with database.connect_to_read() as connection, pytest.raises(Exception, match="readonly"):
            connection.exec_driver_sql("DELETE FROM log")
        database.close()
