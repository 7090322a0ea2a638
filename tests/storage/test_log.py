import json

import pytest
from sqlalchemy import delete, event, update

from headwater.domain.errors import UnavailableError
from headwater.domain.ids import ConfigId
from headwater.storage import tables as t
from headwater.storage.log import Head, verify
from headwater.storage.storage import Storage, opened_log
from tests.storage.conftest import Databases
from tests.support.storage_builders import access, activity, create_root_config, project, writing

CONFIG = ConfigId("config")


def verdict(databases: Databases, *anchors: Head) -> tuple[int, list[tuple[str, int]]]:
    """How many entries there are, and the bad ones."""
    with opened_log(databases.url, databases.folder) as entries:
        found = verify(entries, anchors)
    return found.entries, [(bad.server, bad.sequence) for bad in found.bad]


def test_activity_and_access_entries_form_one_chain_from_the_start(databases: Databases) -> None:
    storage = databases.open()
    with writing(storage) as repositories:
        repositories.projects.create(project())
        repositories.log.append(activity(), access(CONFIG))
    storage.append_access([access(CONFIG), access(CONFIG, delivery=True)])
    assert verdict(databases) == (5, [])
    with storage.read() as repositories:
        assert len(repositories.log.list_entries("activity", newest=10)) == 1
        assert len(repositories.log.list_entries("access", newest=2)) == 2


def test_the_log_can_be_read_beside_the_server_and_after_it(databases: Databases) -> None:
    storage = databases.open()
    storage.append_access([access(CONFIG)])
    assert verdict(databases) == (2, [])
    databases.close(storage)
    assert verdict(databases) == (2, [])


def test_each_start_is_a_new_chain_that_carries_the_heads_of_the_others(databases: Databases) -> None:
    servers = []
    for _ in range(3):
        storage = databases.open()
        storage.append_access([access(CONFIG)])
        servers.append(storage.server)
        databases.close(storage)
    with opened_log(databases.url, databases.folder) as entries:
        read = list(entries)
    assert verify(read).bad == []
    last_start = next(entry for entry in read if entry.server == servers[2] and entry.sequence == 1)
    carried = {head.split(":")[0]: int(head.split(":")[1]) for head in json.loads(last_start.entry)["heads"]}
    assert carried == {servers[0]: 2, servers[1]: 2}


def test_a_transaction_that_fails_leaves_the_chain_whole(databases: Databases) -> None:
    storage = databases.open()

    def append_and_fail() -> None:
        with writing(storage) as repositories:
            repositories.log.append(activity())
            raise UnavailableError("no")

    with pytest.raises(UnavailableError):
        append_and_fail()
    storage.append_access([access(CONFIG)])
    assert verdict(databases) == (2, [])


def test_a_commit_without_an_answer_leaves_the_chain_whole(databases: Databases) -> None:
    """The row is in, the answer never came: the head is read again, and the next entry follows the right one."""
    storage = databases.open()

    def commit_and_lose_the_answer(connection: object) -> None:
        connection.connection.driver_connection.commit()  # type: ignore[attr-defined]
        raise OSError("the answer was lost")

    engine = storage._database.engine
    event.listen(engine, "commit", commit_and_lose_the_answer)
    with pytest.raises(OSError, match="lost"):
        storage.append_access([access(CONFIG)])
    event.remove(engine, "commit", commit_and_lose_the_answer)
    storage.append_access([access(CONFIG)])
    assert verdict(databases) == (3, [])


TAMPERING = {
    "removed": (delete(t.log).where(t.log.c.sequence == 3), 3),
    "changed": (update(t.log).where(t.log.c.sequence == 3).values(entry="{}"), 3),
    "given another time": (update(t.log).where(t.log.c.sequence == 3).values(at=t.log.c.at + 1), 3),
    "made another's": (update(t.log).where(t.log.c.sequence == 3).values(fetched_config_id="other"), 3),
}


@pytest.mark.parametrize("case", TAMPERING)
def test_an_entry_that_was_worked_on_in_the_database_is_named(databases: Databases, case: str) -> None:
    statement, sequence = TAMPERING[case]
    storage = databases.open()
    storage.append_access([access(CONFIG) for _ in range(4)])
    with writing(storage) as repositories:
        repositories._connection.execute(statement)
    assert verdict(databases)[1] == [(storage.server, sequence)]


def test_swapped_entries_are_named(databases: Databases) -> None:
    storage = databases.open()
    storage.append_access([access(CONFIG) for _ in range(4)])
    with writing(storage) as repositories:
        for number, other in ((2, 99), (4, 2), (99, 4)):
            moved = update(t.log).where(t.log.c.sequence == number).values(sequence=other)
            repositories._connection.execute(moved)
    assert verdict(databases)[1] == [(storage.server, 2)]


def test_a_cut_tail_is_named_against_a_head(databases: Databases) -> None:
    storage = databases.open()
    storage.append_access([access(CONFIG) for _ in range(4)])
    with opened_log(databases.url, databases.folder) as entries:
        head = verify(entries).heads[0]
    with writing(storage) as repositories:
        repositories._connection.execute(delete(t.log).where(t.log.c.sequence > 3))
    assert verdict(databases) == (3, [])
    assert verdict(databases, head) == (3, [(storage.server, 4)])


def test_a_log_that_was_not_started_takes_nothing(databases: Databases) -> None:
    storage = Storage.open(databases.url, databases.folder)
    storage.migrate()
    try:
        with pytest.raises(AssertionError):
            storage.append_access([access(CONFIG)])
    finally:
        storage.close()


def test_logging_takes_no_change_number(storage: Storage) -> None:
    create_root_config(storage)
    with writing(storage) as repositories:
        repositories.log.append(activity())
    assert repositories.changes.taken is None
