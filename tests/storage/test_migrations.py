import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from headwater.storage.migrations import SchemaTooNewError
from headwater.storage.storage import Storage
from headwater.storage.tables import metadata
from tests.storage.conftest import Databases
from tests.support.storage_builders import create_installation, writing


def test_the_newest_migration_makes_the_tables_that_the_code_knows(storage: Storage) -> None:
    with storage._database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_alters_nothing(databases: Databases) -> None:
    storage = databases.open()
    create_installation(storage)
    storage.migrate()
    with storage.read() as repositories:
        assert repositories.changes.newest() == 1


def test_a_schema_of_a_newer_release_is_refused_with_one_line(databases: Databases) -> None:
    storage = databases.open()
    create_installation(storage)
    with writing(storage) as repositories:
        repositories._connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        repositories._connection.execute(text("UPDATE installation SET schema_release = '99.0'"))
    with pytest.raises(SchemaTooNewError, match=r"schema 9999 of release 99.0, newer than this release") as refused:
        storage.migrate()
    assert "\n" not in str(refused.value)
