"""The edge by itself: who gets to the writer, and how long anybody waits."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from headwater.crypto.envelope import new_key
from headwater.crypto.tokens import create_personal_token
from headwater.domain.errors import UnavailableError
from headwater.domain.ids import RequestId
from headwater.domain.places import Project
from headwater.domain.views import View
from headwater.process.clock import system_clock
from headwater.process.metrics import new_registry
from headwater.server import edge as module
from headwater.server.edge import Edge
from headwater.server.hub import Hub
from headwater.server.metrics import ServerMetrics
from headwater.usecases.authentication import InvalidTokenError
from headwater.usecases.call import Call, Outcome
from headwater.usecases.projects import NewProject, create_project
from headwater.usecases.refs import ConfigRef
from headwater.usecases.secrets import list_secrets
from tests.support.desk import Desk

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    opened = Desk(tmp_path, new_key())
    yield opened
    opened.close()


@pytest_asyncio.fixture
async def edge(desk: Desk) -> AsyncIterator[Edge]:
    metrics = ServerMetrics(new_registry(with_process=False))
    running = Edge(desk.installation, desk.storage, Hub(), clock=system_clock, metrics=metrics)
    yield running
    await running.close()


def new_project(call: Call) -> Outcome[Project]:
    return create_project(call, NewProject(name="shop"))


async def test_a_write_by_nobody_does_not_wait_for_the_writer(desk: Desk, edge: Edge) -> None:
    stranger = create_personal_token()
    with desk.storage.write(), pytest.raises(InvalidTokenError):
        await asyncio.wait_for(edge.write(stranger, RequestId("r"), new_project), 10)


async def test_a_database_that_does_not_answer_is_not_waited_for(
    desk: Desk, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.project("bank")
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.1)

    def list_bank(call: Call) -> Outcome[View]:
        return list_secrets(call, ConfigRef("bank", "dev"))

    with desk.storage.write():  # nobody else gets to write meanwhile
        with pytest.raises(UnavailableError):
            await edge.write(desk.owner, RequestId("r1"), new_project)
        with pytest.raises(UnavailableError):
            await edge.read(desk.owner, RequestId("r2"), list_bank)
