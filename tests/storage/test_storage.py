import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from headwater.domain.errors import IntegrityError, NotFoundError, UnavailableError
from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.domain.names import ProjectName
from headwater.storage.changes import NOT_KNOWN, Changed
from headwater.storage.storage import Storage
from tests.storage.conftest import Databases
from tests.support.canary import secret
from tests.support.storage_builders import (
    AUTHOR,
    INSTALLATION_KEYS,
    NOW,
    WORKPLACE,
    create_installation,
    create_root_config,
    open_secrets,
    project,
    set_secret,
    writing,
)


def test_the_installation_is_kept_whole(storage: Storage) -> None:
    with storage.read() as repositories:
        assert repositories.installation.find() is None
        with pytest.raises(NotFoundError):
            repositories.installation.get()
    create_installation(storage)
    with storage.read() as repositories:
        kept = repositories.installation.get()
    assert (kept.workplace, kept.keys, kept.restore_epoch) == (WORKPLACE, INSTALLATION_KEYS, 1)


def test_a_change_takes_the_next_number_and_stamps_what_it_writes(storage: Storage) -> None:
    first, second = project("one"), project("two")
    with writing(storage) as repositories:
        repositories.projects.create(first)
    with writing(storage) as repositories:
        repositories.projects.create(second)
    assert repositories.changes.taken == 2
    with storage.read() as repositories:
        assert repositories.changes.newest() == 2
        assert repositories.projects.list() == [first, second]


def test_a_write_that_alters_nothing_takes_no_number_and_tells_nobody(storage: Storage) -> None:
    made = project()
    with writing(storage) as repositories:
        repositories.projects.create(made)
    heard: list[Changed] = []
    storage.subscribe(heard.append)
    with writing(storage) as repositories:
        repositories.projects.update(made)
        repositories.changes.alter_views([])
    assert repositories.changes.taken is None
    assert repositories.changes.summary() is None
    assert heard == []


def test_a_write_that_fails_gives_its_number_back(storage: Storage) -> None:
    with pytest.raises(NotFoundError):
        _create_and_fail(storage, "gone")
    with writing(storage) as repositories:
        repositories.projects.create(project("kept"))
    assert repositories.changes.taken == 1
    with storage.read() as repositories:
        assert [one.name for one in repositories.projects.list()] == ["kept"]


def test_numbers_have_no_gap_when_many_threads_write_and_some_fail(storage: Storage) -> None:
    taken: list[ChangeNumber | None] = []

    def write(n: int) -> None:
        with contextlib.suppress(NotFoundError):
            with writing(storage) as repositories:
                repositories.projects.create(project(f"project-{n}"))
                _fail_if(n % 5 == 0)
            taken.append(repositories.changes.taken)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(50)))
    assert sorted(number for number in taken if number) == list(range(1, 41))


def _create_and_fail(storage: Storage, name: str) -> None:
    with writing(storage) as repositories:
        repositories.projects.create(project(name))
        _fail_if(repositories.changes.taken)


def _fail_if(condition: object) -> None:
    if condition:
        raise NotFoundError("no")


def test_a_name_taken_twice_is_an_integrity_error_of_ours(storage: Storage) -> None:
    def take_twice() -> None:
        with writing(storage) as repositories:
            repositories.projects.create(project("same"))
            repositories.projects.create(project("same"))

    with pytest.raises(IntegrityError):
        take_twice()


def test_a_reader_sees_one_state_while_a_writer_goes_on(storage: Storage) -> None:
    with writing(storage) as repositories:
        repositories.projects.create(project("before"))
    with storage.read() as reader:
        names = [one.name for one in reader.projects.list()]
        written = threading.Thread(target=lambda: _create(storage, "meanwhile"))
        written.start()
        written.join()
        assert [one.name for one in reader.projects.list()] == names
    with storage.read() as reader:
        assert len(reader.projects.list()) == 2


def _create(storage: Storage, name: str) -> None:
    with writing(storage) as repositories:
        repositories.projects.create(project(name))


def test_a_read_can_write_nothing(storage: Storage) -> None:
    with storage.read() as repositories, pytest.raises(AssertionError):
        repositories.projects.create(project())


def test_a_new_config_has_the_view_change_of_the_change_that_made_it(storage: Storage) -> None:
    root = create_root_config(storage)
    assert root.view_change == 1
    with writing(storage) as repositories:
        set_secret(repositories, root, "A", secret("a"))
    assert repositories.changes.summary() == Changed(change=ChangeNumber(2), views={root.id: ChangeNumber(2)})
    with storage.read() as repositories:
        assert repositories.configs.get(root.id).view_change == 2
        assert repositories.configs.view_change(root.id) == 2
        assert repositories.changes.since(ChangeNumber(1)).views == {root.id: 2}
        assert repositories.changes.since(ChangeNumber(2)).views == {}


def test_listeners_hear_of_a_change_before_write_returns(storage: Storage) -> None:
    root = create_root_config(storage)
    heard: list[Changed] = []
    storage.subscribe(heard.append)
    with writing(storage) as repositories:
        set_secret(repositories, root, "A", secret("a"))
        assert heard == []
    assert Changed(change=ChangeNumber(2), views={root.id: ChangeNumber(2)}) in heard


def test_an_author_may_be_said_in_the_block_but_must_be(storage: Storage) -> None:
    with storage.write() as repositories:
        repositories.changes.author = AUTHOR
        repositories.projects.create(project())
    assert repositories.changes.taken == 1
    with pytest.raises(AssertionError), storage.write() as repositories:
        repositories.projects.create(project())


def test_a_commit_without_an_answer_is_told_as_a_change_that_nobody_knows(storage: Storage) -> None:
    heard: list[Changed] = []
    storage.subscribe(heard.append)

    engine = storage._database.engine

    def fail(connection: Connection) -> None:  # noqa: ARG001 - SQLAlchemy passes it
        raise OperationalError("COMMIT", None, Exception("the answer was lost"))

    event.listen(engine, "commit", fail)
    with pytest.raises(UnavailableError):
        _create(storage, "maybe")
    event.remove(engine, "commit", fail)
    assert Changed(change=NOT_KNOWN, views={}) in heard


@pytest.mark.parametrize("readable", [True, False])
def test_a_commit_without_an_answer_that_was_one_is_told_with_its_views(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, readable: bool
) -> None:
    """At once, or with the next change where the database could not be read then either; PostgreSQL's ear knows."""
    storage = Storage.open(None, tmp_path)
    storage.migrate()
    storage.start_log(NOW)
    root = create_root_config(storage)
    told: dict[ConfigId, ChangeNumber] = {}
    storage.subscribe(lambda changed: told.update(changed.views))
    engine = storage._database.engine

    def commit_and_lose_the_answer(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.commit()
        if not readable:
            monkeypatch.setattr(storage._database, "connect_to_read", _away)
        raise OperationalError("COMMIT", None, Exception("the answer was lost"))

    event.listen(engine, "commit", commit_and_lose_the_answer, once=True)
    with pytest.raises(UnavailableError), writing(storage) as repositories:
        set_secret(repositories, root, "A", secret("a"))
    assert (root.id in told) is readable
    monkeypatch.undo()
    _create(storage, "another")
    assert told == {root.id: 2}
    storage.close()


def _away() -> Connection:
    raise OperationalError("SELECT", None, Exception("the disk is gone"))


def test_everything_is_there_after_a_restart(databases: Databases) -> None:
    storage = databases.open()
    create_installation(storage)
    root = create_root_config(storage)
    with writing(storage) as repositories:
        set_secret(repositories, root, "A", secret("a"))
    databases.close(storage)
    reopened = databases.open()
    with reopened.read() as repositories:
        assert repositories.configs.find_named(ProjectName("shop"), root.name) == repositories.configs.get(root.id)
        assert _same(open_secrets(repositories, root), {"A": secret("a")})
        assert repositories.changes.newest() == 3


def _same(one: dict[str, str], other: dict[str, str]) -> bool:
    """Compared here, so that a failing assertion shows no value."""
    return one == other
