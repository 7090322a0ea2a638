"""Numbered migrations, run at start: `versions/` holds one file per revision, in Alembic's form.

An upgrade is one transaction on both engines, DDL included, because the caller has begun it and Alembic joins: by
itself, Alembic's SQLite dialect would run DDL outside. A killed upgrade leaves the schema as it was.
"""

from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, update

from headwater import __version__
from headwater.domain.errors import StartupError
from headwater.storage import tables as t

SCRIPTS = Path(__file__).parent


class SchemaTooNewError(StartupError):
    code = "schema_too_new"


def upgrade(connection: Connection, scripts: Path = SCRIPTS) -> None:
    """Bring the schema to the newest revision in `scripts`, within the transaction that `connection` is in.

    Raises:
        SchemaTooNewError: the database has a revision that this release does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    current = current_revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        release = connection.execute(select(t.installation.c.schema_release)).scalar()
        raise SchemaTooNewError(
            f"the database has schema {current} of release {release}, newer than this release {__version__}",
            hint="start the newer release",
        )
    alembic.command.upgrade(config, "head")
    if current_revision(connection) != current:
        connection.execute(update(t.installation).values(schema_release=__version__))


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
