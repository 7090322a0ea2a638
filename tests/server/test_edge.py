"""The edge by itself: who gets to the writer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from headwater.crypto.envelope import new_key
from headwater.crypto.tokens import create_personal_token
from headwater.domain.ids import RequestId
from headwater.process.clock import system_clock
from headwater.process.metrics import new_registry
from headwater.server.edge import Edge
from headwater.server.hub import Hub
from headwater.server.metrics import ServerMetrics
from headwater.usecases.authentication import InvalidTokenError
from headwater.usecases.projects import NewProject, create_project
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


async def test_a_write_by_nobody_does_not_wait_for_the_writer(desk: Desk, edge: Edge) -> None:
    stranger = create_personal_token()
    with desk.storage.write(), pytest.raises(InvalidTokenError):
        await asyncio.wait_for(
            edge.write(stranger, RequestId("r"), lambda call: create_project(call, NewProject(name="shop"))), 10
        )
