import pytest

from headwater.domain.names import ProjectName
from headwater.domain.places import Project
from headwater.storage.repositories import Repositories
from headwater.usecases.look_ups import LookUpMissedError, LookUps, Memory
from tests.support.desk import Desk


def find_project(repositories: Repositories, name: ProjectName) -> Project | None:
    return repositories.projects.find(name)


SHOP, NOWHERE = ProjectName("shop"), ProjectName("nowhere")


def test_what_a_transaction_answered_memory_answers_too(shop: Desk) -> None:
    memory: Memory = {}
    with shop.rows() as rows:
        stored = LookUps(rows, memory)(find_project, SHOP)

    assert LookUps(None, memory)(find_project, SHOP) is stored


def test_what_was_not_found_is_not_remembered_so_that_strangers_fill_no_memory(shop: Desk) -> None:
    memory: Memory = {}
    with shop.rows() as rows:
        assert LookUps(rows, memory)(find_project, NOWHERE) is None

    assert memory == {}
    with pytest.raises(LookUpMissedError):
        LookUps(None, memory)(find_project, NOWHERE)


def test_a_transaction_answers_for_itself_whatever_memory_says(shop: Desk) -> None:
    with shop.rows() as rows:
        found = rows.projects.find(SHOP)
        memory: Memory = {(find_project, SHOP): "stale"}

        assert LookUps(rows, memory)(find_project, SHOP) == found


def test_without_connection_there_are_no_repositories() -> None:
    with pytest.raises(LookUpMissedError):
        LookUps(None, {}).repositories  # noqa: B018 - the property raises
