"""The tables, as the newest migration leaves them; a test compares the two.

Each row that a change-set writes carries that change's number in `change`. Times are whole microseconds since 1970 in
UTC, so that both engines keep and order them alike. There is one workplace, so nothing names it but its own row.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql

AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware `datetime`, stored as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + value * _MICROSECOND


def to_microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


Name = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text that is compared and ordered byte by byte on both engines."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _change() -> Column[int]:
    return Column("change", BigInteger, nullable=False)


def _created() -> Column[datetime]:
    return Column("created_at", Moment, nullable=False)


def _of(name: str, target: str, *, primary_key: bool = False) -> Column[str]:
    """A column that dies with the row it points at."""
    return Column(name, Text, ForeignKey(target, ondelete="CASCADE"), nullable=False, primary_key=primary_key)


installation = Table(
    "installation",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("workplace_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("billing_email", Text),
    Column("security_email", Text),
    Column("restore_epoch", BigInteger, nullable=False),
    Column("schema_release", Text, nullable=False),
    Column("workplace_key", LargeBinary, nullable=False),
    Column("token_pepper", LargeBinary, nullable=False),
    Column("etag_key", LargeBinary, nullable=False),
    _created(),
    _change(),
    CheckConstraint("one = 1", name="one"),
)

changes = Table(
    "changes",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("principal_id", Text, nullable=False),
    Column("request_id", Text, nullable=False),
)

projects = Table(
    "projects",
    metadata,
    _id(),
    Column("name", Name, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    _created(),
    _change(),
)

environments = Table(
    "environments",
    metadata,
    _id(),
    _of("project_id", "projects.id"),
    Column("slug", Name, nullable=False),
    Column("name", Text, nullable=False),
    _created(),
    _change(),
    UniqueConstraint("project_id", "slug"),
)

configs = Table(
    "configs",
    metadata,
    _id(),
    _of("project_id", "projects.id"),
    _of("environment_id", "environments.id"),
    Column("root_id", Text, ForeignKey("configs.id", ondelete="CASCADE"), index=True),
    Column("name", Name, nullable=False),
    Column("view_change", BigInteger, nullable=False, index=True),
    _created(),
    _change(),
    UniqueConstraint("project_id", "name"),
    Index(None, "environment_id"),
)

versions = Table(
    "versions",
    metadata,
    _of("config_id", "configs.id", primary_key=True),
    Column("name", Name, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("secret_id", Text, nullable=False),
    Column("blob", LargeBinary),
    Column("term", BigInteger),  # of the project's key; null as the blob is: a deletion
    Column("visibility", Text, nullable=False),
    Column("value_type", Text, nullable=False),
    _created(),
    _change(),
    UniqueConstraint("secret_id", "version"),
    Index(None, "term"),
    Index(None, "config_id", "change"),
)

current = Table(
    "current",
    metadata,
    Column("config_id", Text, primary_key=True),
    Column("name", Name, primary_key=True),
    Column("version", BigInteger, nullable=False),
    _change(),
    ForeignKeyConstraint(
        ["config_id", "name", "version"],
        ["versions.config_id", "versions.name", "versions.version"],
        ondelete="CASCADE",
    ),
)

reference_edges = Table(
    "reference_edges",
    metadata,
    _of("config_id", "configs.id", primary_key=True),
    Column("name", Name, primary_key=True),
    Column("target_project", Name, primary_key=True),  # as written; empty: the config's own
    Column("target_config", Name, primary_key=True),  # as written; empty: the config that is viewed
    Column("target_name", Name, primary_key=True),
    _change(),
    Index(None, "target_name"),
)

notes = Table(
    "notes",
    metadata,
    _of("project_id", "projects.id", primary_key=True),
    Column("name", Name, primary_key=True),
    Column("blob", LargeBinary, nullable=False),
    Column("term", BigInteger, nullable=False),
    _change(),
)

key_terms = Table(
    "key_terms",
    metadata,
    _of("project_id", "projects.id", primary_key=True),
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("seed", LargeBinary, nullable=False),
    _created(),
    _change(),
)

principals = Table(
    "principals",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("config_id", Text, ForeignKey("configs.id", ondelete="CASCADE"), index=True),
    Column("access", Text),
    _created(),
    _change(),
    CheckConstraint("(kind = 'service_token') = (config_id IS NOT NULL AND access IS NOT NULL)", name="reach"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _of("principal_id", "principals.id"),
    Column("role", Text, nullable=False),
    Column("project_id", Text, ForeignKey("projects.id", ondelete="CASCADE")),
    Column("some_environments", Boolean, nullable=False),  # else all, also when the last named one is deleted
    _change(),
    Index(None, "principal_id"),
)

grant_environments = Table(
    "grant_environments",
    metadata,
    _of("grant_id", "grants.id", primary_key=True),
    _of("environment_id", "environments.id", primary_key=True),
    _change(),
)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    _of("principal_id", "principals.id"),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),  # keyed; the token itself is nowhere
    Column("preview", Text, nullable=False),
    Column("expires_at", Moment),
    _created(),
    _change(),
    Index(None, "principal_id"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("lease", Text),  # made anew by each claim, so that a late worker finishes nothing
    Column("attempts", Integer, nullable=False),
    Column("change", BigInteger),
    _created(),
    Index(None, "due_at"),
)

log = Table(
    "log",
    metadata,
    Column("server_id", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # a Moment, left as it is: the verifier reads whatever stands there
    Column("entry", Text, nullable=False),  # canonical JSON, exactly what the digest covers
    Column("change", BigInteger),  # the change-set that an activity entry speaks of
    Column("fetched_config_id", Text),  # set by a delivery: what counts as a fetch
    Index(None, "kind", "at"),
    Index(None, "fetched_config_id", "at"),
)
