import dataclasses
import itertools

import pytest
from sqlalchemy import Connection, select, update

from headwater.crypto.envelope import SealBrokenError, SealedValue
from headwater.domain.errors import IntegrityError
from headwater.domain.ids import ChangeNumber, ConfigId, VersionNumber
from headwater.domain.names import ConfigName, ProjectName, SecretName
from headwater.domain.places import Config
from headwater.domain.references import Reference
from headwater.domain.secrets import Extent
from headwater.domain.views import Edge
from headwater.storage import tables as t
from headwater.storage.secrets import Note, Version
from headwater.storage.storage import Storage
from tests.support.canary import secret
from tests.support.storage_builders import (
    KEYRING,
    config,
    create_root_config,
    open_secrets,
    place_of,
    set_secret,
    writing,
)

A, B = SecretName("A"), SecretName("B")


def write(storage: Storage, to: Config, **values: str | None) -> ChangeNumber | None:
    with writing(storage) as repositories:
        for name, value in values.items():
            set_secret(repositories, to, name, value)
    return repositories.changes.taken


def test_current_values_are_the_newest_without_the_deleted_ones(storage: Storage) -> None:
    root = create_root_config(storage)
    write(storage, root, A=secret("a1"), B=secret("b1"))
    write(storage, root, A=secret("a2"), B=None)
    with storage.read() as repositories:
        assert list(repositories.secrets.current(root.id)) == [A]
        assert (open_secrets(repositories, root) == {"A": secret("a2")}) is True


def test_one_name_is_found_in_many_configs_where_it_is_set(storage: Storage) -> None:
    one, two, three = (create_root_config(storage, name) for name in ("one", "two", "three"))
    write(storage, one, A=secret("a"), B=secret("b"))
    write(storage, two, A=secret("a"))
    write(storage, two, A=None)
    with storage.read() as repositories:
        every = [one.id, two.id, three.id, *(ConfigId(f"nowhere-{number}") for number in range(1200))]

        found = repositories.secrets.current_in(every, A)

        assert found == {one.id: repositories.secrets.current(one.id)[A]}


def test_versions_go_on_after_a_deletion_and_the_id_stays(storage: Storage) -> None:
    root = create_root_config(storage)
    for value in (secret("one"), None, secret("three")):
        write(storage, root, A=value)
    with storage.read() as repositories:
        newest = repositories.secrets.newest(root.id, [A, B])
    assert list(newest) == [A]
    assert (newest[A].version, newest[A].change) == (3, 4)
    with storage.read() as repositories:
        rows = _rows(repositories._connection, root)
    assert [(row.version, row.blob is None) for row in rows] == [(1, False), (2, True), (3, False)]
    assert {row.secret_id for row in rows} == {newest[A].secret}


def test_the_newest_of_a_deleted_secret_is_its_deletion(storage: Storage) -> None:
    root = create_root_config(storage)
    write(storage, root, A=secret("a"), B=secret("b"))
    write(storage, root, A=None)
    with storage.read() as repositories:
        assert repositories.secrets.newest(root.id, [A])[A].sealed is None
        assert {name: one.version for name, one in repositories.secrets.newest(root.id, [A, B]).items()} == {A: 2, B: 1}


def test_a_config_is_read_as_it_was_at_any_change(storage: Storage) -> None:
    root = create_root_config(storage)
    first = write(storage, root, A=secret("a1"))
    second = write(storage, root, A=secret("a2"), B=secret("b1"))
    third = write(storage, root, A=None)
    assert (first, second, third) == (2, 3, 4)
    versions = {}
    with storage.read() as repositories:
        for change in range(5):
            found = repositories.secrets.at(root.id, ChangeNumber(change))
            versions[change] = {name: one.version for name, one in found.items()}
    assert versions == {0: {}, 1: {}, 2: {A: 1}, 3: {A: 2, B: 1}, 4: {B: 1}}


def test_a_version_that_leaves_a_gap_is_refused_and_nothing_is_kept(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        version = set_secret(repositories, root, "A", secret("a"))
    for number in (1, 3):
        with pytest.raises((AssertionError, IntegrityError)):
            _append(storage, dataclasses.replace(version, version=VersionNumber(number)))
    with storage.read() as repositories:
        assert len(_rows(repositories._connection, root)) == 1


def _append(storage: Storage, version: Version) -> None:
    with writing(storage) as repositories:
        repositories.secrets.append(version)


def test_what_configs_show_is_counted_without_opening_it(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        plain, covering, empty = (
            repositories.configs.create(config(root.environment, f"prd_{name}", root)) for name in ("a", "b", "c")
        )
    write(storage, root, A=secret("a"), B=secret("b"), GONE=secret("gone"))
    write(storage, root, GONE=None)
    write(storage, covering, B=secret("b before"), C=secret("c"), D=secret("d"))
    write(storage, covering, B=secret("é"), D=None)
    write(storage, plain, A=secret("a"))
    write(storage, plain, A=None)
    in_root, in_covering = _extent("a", "b"), _extent("a", "é", "c")
    with storage.read() as repositories:
        extents = repositories.secrets.extents
        assert extents(root) == {root.id: in_root, covering.id: in_covering}
        assert extents(covering) == {covering.id: in_covering}
        assert extents(plain) == {plain.id: in_root}
        assert extents(empty) == {empty.id: in_root}


def _extent(*texts: str) -> Extent:
    return Extent(len(texts), sum(len(secret(text).encode()) for text in texts))


def test_names_come_in_the_order_of_their_bytes(storage: Storage) -> None:
    root = create_root_config(storage)
    names = ["_", "A", "A1", "AB", "A_B", "B", "Z9"]
    write(storage, root, **dict.fromkeys(reversed(names), secret("v")))
    with storage.read() as repositories:
        assert list(repositories.secrets.current(root.id)) == sorted(names)


def test_swapped_cells_are_refused_and_others_still_open(storage: Storage) -> None:
    """Promise S12: of any two rows, neither opens with the other's blob."""
    one, other = create_root_config(storage, "one"), create_root_config(storage, "other")
    write(storage, one, A=secret("a1"), B=secret("b1"))
    write(storage, one, A=secret("a2"))
    write(storage, other, A=secret("c1"))
    with storage.read() as repositories:
        rows = [row for config in (one, other) for row in _rows(repositories._connection, config)]
    configs = {one.id: one, other.id: other}
    assert len(rows) == 4
    for target, source in itertools.permutations(rows, 2):
        with pytest.raises(SealBrokenError):
            _open(storage, target, source.blob, configs[target.config_id])
    for row in rows:
        _open(storage, row, row.blob, configs[row.config_id])


def test_a_flipped_byte_is_refused_wherever_it_is(storage: Storage) -> None:
    """Promise S13, in the database itself."""
    root = create_root_config(storage)
    write(storage, root, A=secret("a"), B=secret("b"))
    with storage.read() as repositories:
        blob = bytearray(_rows(repositories._connection, root)[0].blob)
    for at in range(0, len(blob), 7):
        changed = bytes(blob[:at]) + bytes([blob[at] ^ 1]) + bytes(blob[at + 1 :])
        _put_blob(storage, root, changed)
        with storage.read() as repositories, pytest.raises(IntegrityError):
            open_secrets(repositories, root)
    _put_blob(storage, root, bytes(blob))
    with storage.read() as repositories:
        assert (open_secrets(repositories, root) == {"A": secret("a"), "B": secret("b")}) is True


def _put_blob(storage: Storage, root: Config, blob: bytes) -> None:
    v = t.versions.c
    with writing(storage) as repositories:
        repositories._connection.execute(
            update(t.versions).where(v.config_id == root.id, v.name == "A").values(blob=blob)
        )


def _open(storage: Storage, row: t.AnyRow, blob: bytes, config: Config) -> None:
    with storage.read() as repositories:
        sealer = KEYRING.within(repositories.key_terms.list)
        sealer.open(place_of(config, row.secret_id, row.name, row.version), SealedValue(blob))


def _rows(connection: Connection, config: Config) -> list[t.AnyRow]:
    v = t.versions.c
    chosen = select(t.versions).where(v.config_id == config.id).order_by(v.name, v.version)
    return list(connection.execute(chosen))


HERE = Reference(name=B)
THERE = Reference(name=B, config=ConfigName("stg"))
FAR = Reference(name=B, config=ConfigName("stg"), project=ProjectName("other"))


def test_edges_are_kept_as_written_and_found_from_all_sides(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        repositories.references.set(root.id, {A: [HERE, THERE, FAR]})
    with storage.read() as repositories:
        references = repositories.references
        assert _targets(references.in_config(root.id)) == {HERE, THERE, FAR}
        assert _targets(references.in_config(root.id)) == {HERE, THERE, FAR}
        assert _targets(references.pointing_at(B)) == {HERE, THERE, FAR}
        assert _targets(references.naming_config(ConfigName("stg"))) == {THERE, FAR}
        assert _targets(references.naming_project(ProjectName("other"))) == {FAR}
        assert references.pointing_at(A) == []


def test_setting_the_same_edges_again_alters_nothing(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        repositories.references.set(root.id, {A: [HERE]})
    with writing(storage) as repositories:
        repositories.references.set(root.id, {A: [HERE]})
        repositories.references.set(root.id, {B: []})
    assert repositories.changes.taken is None
    with writing(storage) as repositories:
        repositories.references.set(root.id, {A: [THERE]})
    with storage.read() as repositories:
        assert repositories.references.in_config(root.id) == [Edge(owner=root.id, name=A, reference=THERE)]


def _targets(edges: list[Edge]) -> set[Reference]:
    return {edge.reference for edge in edges}


def test_notes_are_kept_sealed_and_cleared(storage: Storage) -> None:
    root = create_root_config(storage)
    with writing(storage) as repositories:
        sealed = set_secret(repositories, root, "A", secret("a")).sealed
        assert sealed is not None
        repositories.notes.set(Note(project=root.project.id, name=A, sealed=sealed))
        repositories.notes.set(Note(project=root.project.id, name=A, sealed=sealed))
    with storage.read() as repositories:
        assert repositories.notes.list(root.project.id) == {A: sealed}
    with writing(storage) as repositories:
        repositories.notes.delete(root.project.id, A)
        repositories.notes.delete(root.project.id, B)
    with storage.read() as repositories:
        assert repositories.notes.list(root.project.id) == {}
    with writing(storage) as repositories:
        repositories.notes.delete(root.project.id, A)
    assert repositories.changes.taken is None
