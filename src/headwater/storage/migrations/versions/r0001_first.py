"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.BigInteger()
_NAME = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")


def upgrade() -> None:
    _create_changes()
    _create_installation()
    _create_jobs()
    _create_log()
    _create_projects()
    _create_environments()
    _create_key_terms()
    _create_notes()
    _create_configs()
    _create_principals()
    _create_reference_edges()
    _create_versions()
    _create_current()
    _create_grants()
    _create_tokens()
    _create_grant_environments()


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_changes"),
    )


def _create_installation() -> None:
    op.create_table(
        "installation",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workplace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("billing_email", sa.Text(), nullable=True),
        sa.Column("security_email", sa.Text(), nullable=True),
        sa.Column("restore_epoch", sa.BigInteger(), nullable=False),
        sa.Column("schema_release", sa.Text(), nullable=False),
        sa.Column("workplace_key", sa.LargeBinary(), nullable=False),
        sa.Column("token_pepper", sa.LargeBinary(), nullable=False),
        sa.Column("etag_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_installation_one")),
        sa.PrimaryKeyConstraint("one", name="pk_installation"),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("leased_until", _MOMENT, nullable=True),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_due_at", "jobs", ["due_at"], unique=False)


def _create_log() -> None:
    op.create_table(
        "log",
        sa.Column("server_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.Column("fetched_config_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("server_id", "sequence", name="pk_log"),
    )
    op.create_index("ix_log_fetched_config_id_at", "log", ["fetched_config_id", "at"], unique=False)
    op.create_index("ix_log_kind_at", "log", ["kind", "at"], unique=False)


def _create_projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("name", name="uq_projects_name"),
    )


def _create_environments() -> None:
    op.create_table(
        "environments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("slug", _NAME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_environments_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_environments"),
        sa.UniqueConstraint("project_id", "slug", name="uq_environments_project_id_slug"),
    )


def _create_key_terms() -> None:
    op.create_table(
        "key_terms",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_key_terms_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "term", name="pk_key_terms"),
    )


def _create_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_notes_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("project_id", "name", name="pk_notes"),
    )


def _create_configs() -> None:
    op.create_table(
        "configs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("root_id", sa.Text(), nullable=True),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("view_change", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name="fk_configs_environment_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_configs_project_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["root_id"], ["configs.id"], name="fk_configs_root_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_configs"),
        sa.UniqueConstraint("project_id", "name", name="uq_configs_project_id_name"),
    )
    op.create_index("ix_configs_environment_id", "configs", ["environment_id"], unique=False)
    op.create_index("ix_configs_root_id", "configs", ["root_id"], unique=False)
    op.create_index("ix_configs_view_change", "configs", ["view_change"], unique=False)


def _create_principals() -> None:
    op.create_table(
        "principals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("config_id", sa.Text(), nullable=True),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'service_token') = (config_id IS NOT NULL AND access IS NOT NULL)",
            name=op.f("ck_principals_reach"),
        ),
        sa.ForeignKeyConstraint(["config_id"], ["configs.id"], name="fk_principals_config_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_principals"),
    )
    op.create_index("ix_principals_config_id", "principals", ["config_id"], unique=False)


def _create_reference_edges() -> None:
    op.create_table(
        "reference_edges",
        sa.Column("config_id", sa.Text(), nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("target_project", _NAME, nullable=False),
        sa.Column("target_config", _NAME, nullable=False),
        sa.Column("target_name", _NAME, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["config_id"], ["configs.id"], name="fk_reference_edges_config_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(
            "config_id", "name", "target_project", "target_config", "target_name", name="pk_reference_edges"
        ),
    )
    op.create_index("ix_reference_edges_target_name", "reference_edges", ["target_name"], unique=False)


def _create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("config_id", sa.Text(), nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("secret_id", sa.Text(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=True),
        sa.Column("term", sa.BigInteger(), nullable=True),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("value_type", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["config_id"], ["configs.id"], name="fk_versions_config_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("config_id", "name", "version", name="pk_versions"),
        sa.UniqueConstraint("secret_id", "version", name="uq_versions_secret_id_version"),
    )
    op.create_index("ix_versions_config_id_change", "versions", ["config_id", "change"], unique=False)
    op.create_index("ix_versions_term", "versions", ["term"], unique=False)


def _create_current() -> None:
    op.create_table(
        "current",
        sa.Column("config_id", sa.Text(), nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["config_id", "name", "version"],
            ["versions.config_id", "versions.name", "versions.version"],
            name="fk_current_config_id_name_version",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("config_id", "name", name="pk_current"),
    )


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=True),
        sa.Column("some_environments", sa.Boolean(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["principals.id"], name="fk_grants_principal_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_grants_project_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
    )
    op.create_index("ix_grants_principal_id", "grants", ["principal_id"], unique=False)


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["principals.id"], name="fk_tokens_principal_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_index("ix_tokens_principal_id", "tokens", ["principal_id"], unique=False)


def _create_grant_environments() -> None:
    op.create_table(
        "grant_environments",
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"], ["environments.id"], name="fk_grant_environments_environment_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_grant_environments_grant_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("grant_id", "environment_id", name="pk_grant_environments"),
    )
