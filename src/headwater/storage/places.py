"""Projects, environments and configs, a repository each; deleting one deletes what it holds.

They trust their callers about names: whether one is free is asked first, under the same change lock.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, type_coerce, update

from headwater.domain.errors import NotFoundError
from headwater.domain.ids import ChangeNumber, ConfigId, EnvironmentId, ProjectId
from headwater.domain.names import ConfigName, EnvironmentSlug, ProjectName
from headwater.domain.places import Config, Environment, Project
from headwater.storage import tables as t
from headwater.storage.batches import batches
from headwater.storage.changes import ChangeSet

_PROJECT = (
    t.projects.c.id.label("project_id"),
    t.projects.c.name.label("project_name"),
    t.projects.c.description.label("project_description"),
    t.projects.c.created_at.label("project_created_at"),
)
_ENVIRONMENT = (
    t.environments.c.id.label("environment_id"),
    t.environments.c.slug.label("environment_slug"),
    t.environments.c.name.label("environment_name"),
    t.environments.c.created_at.label("environment_created_at"),
)
_CONFIG = (
    t.configs.c.id,
    t.configs.c.name,
    t.configs.c.root_id,
    t.configs.c.view_change,
    t.configs.c.created_at,
)


class ProjectRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def find(self, name: ProjectName) -> Project | None:
        row = self._connection.execute(select(*_PROJECT).where(t.projects.c.name == name)).one_or_none()
        return None if row is None else _project(row)

    def get(self, id: ProjectId) -> Project:  # noqa: A002 - the word of the domain
        row = self._connection.execute(select(*_PROJECT).where(t.projects.c.id == id)).one_or_none()
        if row is None:
            raise NotFoundError("there is no such project")
        return _project(row)

    def list(self) -> list[Project]:
        """All projects, by name."""
        return [_project(row) for row in self._connection.execute(select(*_PROJECT).order_by(t.projects.c.name))]

    def create(self, project: Project) -> None:
        values = {
            "id": project.id,
            "name": project.name,
            "description": project.description,
            "created_at": project.created_at,
            "change": self._changes.number(),
        }
        self._connection.execute(insert(t.projects).values(values))

    def update(self, project: Project) -> None:
        """Set its name and description; a project that is so already is left alone."""
        if self.get(project.id) == project:
            return
        values = {"name": project.name, "description": project.description, "change": self._changes.number()}
        self._connection.execute(update(t.projects).where(t.projects.c.id == project.id).values(values))

    def delete(self, id: ProjectId) -> None:  # noqa: A002
        self._changes.number()
        self._connection.execute(delete(t.projects).where(t.projects.c.id == id))


class EnvironmentRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def find(self, project: ProjectId, slug: EnvironmentSlug) -> Environment | None:
        chosen = (t.environments.c.project_id == project) & (t.environments.c.slug == slug)
        row = self._connection.execute(_select_environments().where(chosen)).one_or_none()
        return None if row is None else _environment(row)

    def get(self, id: EnvironmentId) -> Environment:  # noqa: A002
        row = self._connection.execute(_select_environments().where(t.environments.c.id == id)).one_or_none()
        if row is None:
            raise NotFoundError("there is no such environment")
        return _environment(row)

    def list(self, project: ProjectId) -> list[Environment]:
        """The environments of `project`, in the order in which they were made."""
        chosen = _select_environments().where(t.environments.c.project_id == project)
        rows = self._connection.execute(chosen.order_by(t.environments.c.change, t.environments.c.slug))
        return sorted(map(_environment, rows), key=lambda environment: environment.created_at)

    def create(self, environment: Environment) -> None:
        values = {
            "id": environment.id,
            "project_id": environment.project.id,
            "slug": environment.slug,
            "name": environment.name,
            "created_at": environment.created_at,
            "change": self._changes.number(),
        }
        self._connection.execute(insert(t.environments).values(values))

    def update(self, environment: Environment) -> None:
        """Set its slug and name; an environment that is so already is left alone."""
        if self.get(environment.id) == environment:
            return
        values = {"slug": environment.slug, "name": environment.name, "change": self._changes.number()}
        self._connection.execute(update(t.environments).where(t.environments.c.id == environment.id).values(values))

    def delete(self, id: EnvironmentId) -> None:  # noqa: A002
        self._changes.number()
        self._connection.execute(delete(t.environments).where(t.environments.c.id == id))


@dataclass(frozen=True, slots=True)
class FetchTimes:
    """When a config was first and last delivered; never, for both, until it is."""

    initial: datetime | None = None
    last: datetime | None = None


class ConfigRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def find(self, project: ProjectId, name: ConfigName) -> Config | None:
        chosen = (t.configs.c.project_id == project) & (t.configs.c.name == name)
        row = self._connection.execute(_select_configs().where(chosen)).one_or_none()
        return None if row is None else _config(row)

    def find_named(self, project: ProjectName, name: ConfigName) -> Config | None:
        """As a reference with all three parts names it."""
        chosen = (t.projects.c.name == project) & (t.configs.c.name == name)
        row = self._connection.execute(_select_configs().where(chosen)).one_or_none()
        return None if row is None else _config(row)

    def get(self, id: ConfigId) -> Config:  # noqa: A002
        row = self._connection.execute(_select_configs().where(t.configs.c.id == id)).one_or_none()
        if row is None:
            raise NotFoundError("there is no such config")
        return _config(row)

    def get_all(self, ids: Collection[ConfigId]) -> dict[ConfigId, Config]:
        """Those of `ids` that are there, by id; in as few statements as the engines' limit of variables allows."""
        found: dict[ConfigId, Config] = {}
        for some in batches(ids):
            rows = self._connection.execute(_select_configs().where(t.configs.c.id.in_(some)))
            found |= {ConfigId(row.id): _config(row) for row in rows}
        return found

    def branches(self, root: ConfigId) -> list[ConfigId]:
        rows = self._connection.execute(select(t.configs.c.id).where(t.configs.c.root_id == root))
        return [ConfigId(row.id) for row in rows]

    def create(self, config: Config) -> Config:
        """Keep `config` and give it back with the `view_change` that this change gave it."""
        number = self._changes.number()
        self._connection.execute(
            insert(t.configs).values(
                id=config.id,
                project_id=config.project.id,
                environment_id=config.environment.id,
                root_id=config.root,
                name=config.name,
                view_change=number,
                created_at=config.created_at,
                change=number,
            )
        )
        return replace(config, view_change=number)

    def rename(self, id: ConfigId, name: ConfigName) -> None:  # noqa: A002
        """Set its name; which views that alters is the caller's to say, by `changes.alter_views`."""
        if self.get(id).name == name:
            return
        values = {"name": name, "change": self._changes.number()}
        self._connection.execute(update(t.configs).where(t.configs.c.id == id).values(values))

    def delete(self, id: ConfigId) -> None:  # noqa: A002
        self._changes.number()
        self._connection.execute(delete(t.configs).where(t.configs.c.id == id))

    def view_change(self, id: ConfigId) -> ChangeNumber:  # noqa: A002
        number = self._connection.execute(select(t.configs.c.view_change).where(t.configs.c.id == id)).scalar()
        if number is None:
            raise NotFoundError("there is no such config")
        return ChangeNumber(number)

    def fetch_times(self, configs: Collection[ConfigId]) -> dict[ConfigId, FetchTimes]:
        """For each config, when it was first and last delivered, going by the access log."""
        return {config: self._fetch_times(config) for config in configs}

    def _fetch_times(self, config: ConfigId) -> FetchTimes:
        """Two selects, since either engine looks a lone minimum or maximum up at the end of the index."""
        fetched = t.log.c.fetched_config_id == config
        ends = (func.min(t.log.c.at), func.max(t.log.c.at))
        chosen = (select(type_coerce(end, t.Moment)).where(fetched) for end in ends)
        initial, last = (self._connection.execute(one).scalar() for one in chosen)
        return FetchTimes(initial, last)

    def list(self, project: ProjectId, environment: EnvironmentId | None = None) -> list[Config]:
        """The configs of `project`, or of one of its environments, by name: a root before its branches."""
        chosen = _select_configs().where(t.configs.c.project_id == project)
        if environment is not None:
            chosen = chosen.where(t.configs.c.environment_id == environment)
        return [_config(row) for row in self._connection.execute(chosen.order_by(t.configs.c.name))]


def _select_environments() -> t.AnySelect:
    return select(*_ENVIRONMENT, *_PROJECT).join_from(t.environments, t.projects)


def _select_configs() -> t.AnySelect:
    own_environment = t.configs.c.environment_id == t.environments.c.id
    own_project = t.configs.c.project_id == t.projects.c.id
    joined = t.configs.join(t.environments, own_environment).join(t.projects, own_project)
    return select(*_CONFIG, *_ENVIRONMENT, *_PROJECT).select_from(joined)


def _project(row: t.AnyRow) -> Project:
    return Project(
        id=ProjectId(row.project_id),
        name=ProjectName(row.project_name),
        description=row.project_description,
        created_at=row.project_created_at,
    )


def _environment(row: t.AnyRow) -> Environment:
    return Environment(
        id=EnvironmentId(row.environment_id),
        project=_project(row),
        slug=EnvironmentSlug(row.environment_slug),
        name=row.environment_name,
        created_at=row.environment_created_at,
    )


def _config(row: t.AnyRow) -> Config:
    return Config(
        id=ConfigId(row.id),
        environment=_environment(row),
        name=ConfigName(row.name),
        root=None if row.root_id is None else ConfigId(row.root_id),
        view_change=ChangeNumber(row.view_change),
        created_at=row.created_at,
    )
