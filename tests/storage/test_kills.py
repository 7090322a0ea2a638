"""Promise S01 at the database's door: `kill -9` at any moment loses and tears nothing that was acknowledged."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from headwater.storage import migrations
from headwater.storage.log import verify
from headwater.storage.storage import Storage, opened_log
from tests.storage.conftest import Databases
from tests.support.storage_builders import AUTHOR, create_installation, create_root_config, writing

WRITER = """
import sys
from pathlib import Path
from headwater.domain.ids import ConfigId
from headwater.storage.storage import Storage
from tests.support.storage_builders import NOW, access, new_id, project, writing

url, folder = (one or None for one in sys.argv[1:3])
storage = Storage.open(url, Path(folder) if folder else None)
storage.migrate()
storage.start_log(NOW)
while True:
    stamp = new_id()
    with writing(storage) as repositories:
        for part in ("a", "b", "c"):
            repositories.projects.create(project(f"{stamp}-{part}"))
    storage.append_access([access(ConfigId("config"))])
    print(stamp, flush=True)
"""


@contextmanager
def program(code: str, databases: Databases, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    where = (databases.url or "", str(databases.folder or ""))
    with subprocess.Popen(
        [sys.executable, "-c", code, *where, *arguments], stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.send_signal(signal.SIGKILL)


def test_killed_writers_lose_nothing_and_tear_nothing(databases: Databases) -> None:
    acknowledged: list[str] = []
    for kill in range(4):
        with program(WRITER, databases) as writer:
            assert writer.stdout is not None
            acknowledged.extend(writer.stdout.readline().strip() for _ in range(20 + 7 * kill))
            writer.send_signal(signal.SIGKILL)
            acknowledged.extend(line.strip() for line in writer.stdout if line.endswith("\n"))
    storage = databases.open()
    with storage.read() as repositories:
        names = {one.name for one in repositories.projects.list()}
        newest = repositories.changes.newest()
    stamps = {name[:-2] for name in names}
    assert set(acknowledged) <= stamps
    assert names == {f"{stamp}-{part}" for stamp in stamps for part in "abc"}
    assert newest == len(stamps)
    with opened_log(databases.url, databases.folder) as entries:
        verdict = verify(entries)
    assert verdict.bad == []
    assert verdict.entries >= len(acknowledged)


ROWS = 10_000

SLOW_MIGRATION = """
\"\"\"A migration of many rows, for tests.\"\"\"

import sqlalchemy as sa
from alembic import op

revision = "0002_test"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("moved", sa.Column("number", sa.BigInteger, primary_key=True))
    connection = op.get_bind()
    numbers = connection.scalars(sa.text("SELECT number FROM changes ORDER BY number")).all()
    for start in range(0, len(numbers), 1000):
        rows = [{"number": number} for number in numbers[start : start + 1000]]
        connection.execute(sa.text("INSERT INTO moved VALUES (:number)"), rows)
        print(start, flush=True)
    op.add_column("changes", sa.Column("migrated", sa.Boolean))
    connection.execute(sa.text("UPDATE changes SET migrated = true"))
"""

MIGRATOR = """
import sys
from pathlib import Path
from headwater.storage.storage import Storage

url, folder = (one or None for one in sys.argv[1:3])
storage = Storage.open(url, Path(folder) if folder else None)
print("opened", flush=True)
storage.migrate(Path(sys.argv[3]))
print("done", flush=True)
"""


@pytest.fixture
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our migrations, and one more that takes a while."""
    folder = tmp_path_factory.mktemp("scripts") / "migrations"
    shutil.copytree(migrations.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "r0002_test.py").write_text(SLOW_MIGRATION)
    return folder


def test_a_migration_killed_anywhere_leaves_the_old_schema_or_the_new(databases: Databases, scripts: Path) -> None:
    storage = databases.open()
    create_installation(storage)
    create_root_config(storage)
    with writing(storage) as repositories:
        fill = text("INSERT INTO changes (number, at, principal_id, request_id) VALUES (:n, 0, 'p', 'r')")
        repositories._connection.execute(fill, [{"n": n} for n in range(3, ROWS + 1)])
    databases.close(storage)
    for lines in (1, 3, 6, 9, 11):
        with program(MIGRATOR, databases, str(scripts)) as migrator:
            assert migrator.stdout is not None
            for _ in range(lines):
                migrator.stdout.readline()
        assert _state(databases) == ("0001", False)
    with program(MIGRATOR, databases, str(scripts)) as migrator:
        assert migrator.stdout is not None
        assert migrator.stdout.read().endswith("done\n")
    assert _state(databases) == ("0002_test", True)


def _state(databases: Databases) -> tuple[str | None, bool]:
    """The revision, and whether anything of the second one is there; the numbers must be whole either way."""
    storage = Storage.open(databases.url, databases.folder)
    try:
        with storage.write(AUTHOR) as repositories:
            connection = repositories._connection
            assert repositories.changes.newest() == ROWS
            revision = migrations.current_revision(connection)
            tables = inspect(connection).get_table_names()
            migrated = "moved" in tables and connection.scalar(text("SELECT count(*) FROM moved")) == ROWS
            assert migrated == ("moved" in tables)
        return revision, migrated
    finally:
        storage.close()
