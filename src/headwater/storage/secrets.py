"""The secrets of configs, sealed, with what the values point at and the notes beside them.

A secret is a row per version, never updated: a change appends, a delete appends a row without a blob. The pointer to
the newest version stays when a secret is deleted, so that its numbers go on when it is set again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, delete, func, insert, select, update

from headwater.crypto.envelope import OVERHEAD_BYTES, SealedValue
from headwater.domain.ids import ChangeNumber, ConfigId, ProjectId, SecretId, VersionNumber
from headwater.domain.names import ConfigName, ProjectName, SecretName
from headwater.domain.places import Config
from headwater.domain.references import Reference
from headwater.domain.secrets import Extent, ValueType, Visibility
from headwater.domain.views import Edge
from headwater.storage import tables as t
from headwater.storage.batches import batches
from headwater.storage.changes import ChangeSet

NOT_YET = ChangeNumber(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one secret; `sealed` None is a deletion. `change` is 0 until the version is kept."""

    secret: SecretId
    config: ConfigId
    name: SecretName
    version: VersionNumber
    sealed: SealedValue | None
    visibility: Visibility = Visibility.MASKED
    value_type: ValueType = ValueType.STRING
    created_at: datetime
    change: ChangeNumber = NOT_YET


class SecretRepository:
    """No plaintext passes through this class."""

    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def current(self, config: ConfigId) -> dict[SecretName, Version]:
        """The current version of every secret in `config`, deleted ones left out; by name."""
        return _by_name(self._connection.execute(_select_newest(config).where(t.versions.c.blob.is_not(None))))

    def newest(self, config: ConfigId, names: Collection[SecretName]) -> dict[SecretName, Version]:
        """The newest version of each of `names` that was ever set in `config`, also when that is a deletion."""
        if len(names) == 1:
            return _by_name(self._connection.execute(_select_newest(config).where(t.current.c.name.in_(names))))
        found = _by_name(self._connection.execute(_select_newest(config)))
        return {name: version for name, version in found.items() if name in names}

    def current_in(self, configs: Collection[ConfigId], name: SecretName) -> dict[ConfigId, Version]:
        """The current version of `name` in each of `configs` that sets it."""
        v, c = t.versions.c, t.current.c
        joined = select(t.versions).join_from(t.current, t.versions, _same_version(t.versions, t.current))
        joined = joined.where(c.name == name, v.blob.is_not(None))
        found: dict[ConfigId, Version] = {}
        for some in batches(configs):
            rows = self._connection.execute(joined.where(c.config_id.in_(some)))
            found |= {ConfigId(row.config_id): _version(row) for row in rows}
        return found

    def extents(self, config: Config) -> dict[ConfigId, Extent]:
        """How much `config` shows, and each of its branches that sets something itself; nothing is opened for it."""
        k, root = t.configs.c, config.root or config.id
        asked = (k.id == config.id) | (k.root_id == config.id)
        own = self._extents(_current_with_configs().where(asked | (k.id == root)).group_by(k.id), t.versions)
        through = own.pop(root, Extent())
        covered, hidden = t.current.alias(), t.versions.alias()
        behind = (
            _current_with_configs()
            .join(covered, (covered.c.config_id == k.root_id) & (covered.c.name == t.current.c.name))
            .join(hidden, _same_version(hidden, covered) & hidden.c.blob.is_not(None))
            .where(asked)
            .group_by(k.id)
        )
        behind_own = self._extents(behind, hidden)
        branches = {one: through + extent - behind_own.get(one, Extent()) for one, extent in own.items()}
        return {config.id: through} | branches

    def _extents(self, grouped: t.AnySelect, counted: FromClause) -> dict[ConfigId, Extent]:
        """By config, of the versions `counted` in it."""
        of = (t.configs.c.id, func.count().label("secrets"), func.sum(func.length(counted.c.blob)).label("size"))
        rows = self._connection.execute(grouped.with_only_columns(*of))
        return {ConfigId(row.id): Extent(row.secrets, int(row.size) - OVERHEAD_BYTES * row.secrets) for row in rows}

    def at(self, config: ConfigId, change: ChangeNumber) -> dict[SecretName, Version]:
        """What `current` said right after `change`; by name."""
        v = t.versions.c
        then = (
            select(v.config_id, v.name, func.max(v.version).label("version"))
            .where(v.config_id == config, v.change <= change)
            .group_by(v.config_id, v.name)
            .subquery()
        )
        same = (v.config_id == then.c.config_id) & (v.name == then.c.name) & (v.version == then.c.version)
        chosen = select(t.versions).join(then, same).where(v.blob.is_not(None)).order_by(v.name)
        return _by_name(self._connection.execute(chosen))

    def append(self, *versions: Version) -> None:
        """Keep `versions`, the number of each one more than its secret's newest, and point at them."""
        if not versions:
            return
        number = self._changes.number()
        self._connection.execute(insert(t.versions), [_version_values(one) | {"change": number} for one in versions])
        first = [one for one in versions if one.version == 1]
        if first:
            self._connection.execute(insert(t.current), [_current_values(one) | {"change": number} for one in first])
        self._move_to([one for one in versions if one.version > 1], number)

    def _move_to(self, versions: Collection[Version], number: ChangeNumber) -> None:
        if not versions:
            return
        c = t.current.c
        here = (c.config_id == bindparam("of")) & (c.name == bindparam("named")) & (c.version == bindparam("before"))
        move = update(t.current).where(here).values(version=bindparam("to"), change=number)
        rows = [{"of": one.config, "named": one.name, "before": one.version - 1, "to": one.version} for one in versions]
        moved = self._connection.execute(move, rows).rowcount
        assert moved == len(versions), "versions follow each other without a gap"


class ReferenceRepository:
    """The edges that current values hold, with their targets as written."""

    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def set(self, config: ConfigId, pointing: Mapping[SecretName, Collection[Reference]]) -> None:
        """Replace what the values of `config` point at, of the names in `pointing`."""
        known = defaultdict[SecretName, set[Reference]](set)
        for edge in self.in_config(config):
            known[edge.name].add(edge.reference)
        changed = {name: set(wanted) for name, wanted in pointing.items() if known[name] != set(wanted)}
        if not changed:
            return
        number = self._changes.number()
        c = t.reference_edges.c
        for some in batches([name for name in changed if known[name]]):
            self._connection.execute(delete(t.reference_edges).where(c.config_id == config, c.name.in_(some)))
        rows = [_edge_values(config, name, one) | {"change": number} for name, all_ in changed.items() for one in all_]
        if rows:
            self._connection.execute(insert(t.reference_edges), rows)

    def in_config(self, config: ConfigId) -> list[Edge]:
        """Every edge that a value set in `config` holds."""
        return self._edges(select(t.reference_edges).where(t.reference_edges.c.config_id == config))

    def holders(self, configs: Collection[ConfigId]) -> frozenset[tuple[ConfigId, SecretName]]:
        """Where, in `configs`, a value holds a reference: the config that sets it, and its name."""
        c = t.reference_edges.c
        found: frozenset[tuple[ConfigId, SecretName]] = frozenset()
        for some in batches(configs):
            rows = self._connection.execute(select(c.config_id, c.name).where(c.config_id.in_(some)).distinct())
            found |= {(ConfigId(row.config_id), SecretName(row.name)) for row in rows}
        return found

    def pointing_at(self, *names: SecretName) -> list[Edge]:
        """Every edge whose target has one of those names, in whatever config it is meant."""
        return self._edges(select(t.reference_edges).where(t.reference_edges.c.target_name.in_(names)))

    def naming_config(self, config: ConfigName) -> list[Edge]:
        """Every edge that names a config of that name, in whatever project."""
        return self._edges(select(t.reference_edges).where(t.reference_edges.c.target_config == config))

    def naming_project(self, project: ProjectName) -> list[Edge]:
        return self._edges(select(t.reference_edges).where(t.reference_edges.c.target_project == project))

    def _edges(self, chosen: t.AnySelect) -> list[Edge]:
        return [_edge(row) for row in self._connection.execute(chosen)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note on a name, shared by all configs of a project."""

    project: ProjectId
    name: SecretName
    sealed: SealedValue


class NoteRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def list(self, project: ProjectId) -> dict[SecretName, SealedValue]:
        rows = self._connection.execute(select(t.notes).where(t.notes.c.project_id == project))
        return {SecretName(row.name): SealedValue(row.blob) for row in rows}

    def set(self, note: Note) -> None:
        self.delete(note.project, note.name)
        self._connection.execute(
            insert(t.notes).values(
                project_id=note.project,
                name=note.name,
                blob=note.sealed.blob,
                term=note.sealed.term,
                change=self._changes.number(),
            )
        )

    def delete(self, project: ProjectId, name: SecretName) -> None:
        c = t.notes.c
        if self._connection.execute(delete(t.notes).where(c.project_id == project, c.name == name)).rowcount:
            self._changes.number()


def _select_newest(config: ConfigId) -> t.AnySelect:
    c = t.current.c
    joined = select(t.versions).join_from(t.current, t.versions, _same_version(t.versions, t.current))
    return joined.where(c.config_id == config).order_by(c.name)


def _current_with_configs() -> t.AnySelect:
    """The current versions that hold something, with the configs that set them."""
    joined = select(t.configs.c.id).join_from(t.current, t.configs, t.current.c.config_id == t.configs.c.id)
    return joined.join(t.versions, _same_version(t.versions, t.current) & t.versions.c.blob.is_not(None))


def _same_version(versions: FromClause, current: FromClause) -> ColumnElement[bool]:
    v, c = versions.c, current.c
    return (v.config_id == c.config_id) & (v.name == c.name) & (v.version == c.version)


def _by_name(rows: Iterable[t.AnyRow]) -> dict[SecretName, Version]:
    return {SecretName(row.name): _version(row) for row in rows}


def _version(row: t.AnyRow) -> Version:
    return Version(
        secret=SecretId(row.secret_id),
        config=ConfigId(row.config_id),
        name=SecretName(row.name),
        version=VersionNumber(row.version),
        sealed=None if row.blob is None else SealedValue(row.blob),
        visibility=Visibility(row.visibility),
        value_type=ValueType(row.value_type),
        created_at=row.created_at,
        change=ChangeNumber(row.change),
    )


def _version_values(version: Version) -> dict[str, object]:
    return {
        "config_id": version.config,
        "name": version.name,
        "version": version.version,
        "secret_id": version.secret,
        "blob": None if version.sealed is None else version.sealed.blob,
        "term": None if version.sealed is None else version.sealed.term,
        "visibility": version.visibility,
        "value_type": version.value_type,
        "created_at": version.created_at,
    }


def _current_values(version: Version) -> dict[str, object]:
    return {"config_id": version.config, "name": version.name, "version": version.version}


def _edge_values(config: ConfigId, name: SecretName, reference: Reference) -> dict[str, object]:
    return {
        "config_id": config,
        "name": name,
        "target_project": reference.project or "",
        "target_config": reference.config or "",
        "target_name": reference.name,
    }


def _edge(row: t.AnyRow) -> Edge:
    reference = Reference(
        project=ProjectName(row.target_project) if row.target_project else None,
        config=ConfigName(row.target_config) if row.target_config else None,
        name=SecretName(row.target_name),
    )
    return Edge(owner=ConfigId(row.config_id), name=SecretName(row.name), reference=reference)
