"""The writer: groups, order, and what a database that refuses does to those who wait."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from headwater.domain.activity import AccessEntry
from headwater.domain.errors import UnavailableError
from headwater.domain.ids import ChangeNumber, ConfigId, PrincipalId, RequestId
from headwater.process.metrics import new_registry
from headwater.server.errors import AccessLogError
from headwater.server.metrics import ServerMetrics
from headwater.server.writer import Writer


def entry(number: int) -> AccessEntry:
    return AccessEntry(
        at=datetime(2026, 11, 25, tzinfo=UTC),
        principal=PrincipalId("p"),
        request=RequestId(str(number)),
        config=ConfigId("c"),
        view_change=ChangeNumber(1),
    )


class Disk:
    """A log that takes a group only when the test lets it, and refuses when told to."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.free = threading.Event()
        self.free.set()
        self.begun = threading.Event()
        self.refuses = False

    def append_access(self, entries: Sequence[AccessEntry]) -> None:
        self.begun.set()
        self.free.wait(10)
        if self.refuses:
            raise UnavailableError("full")
        self.groups.append([one.request for one in entries])


@asynccontextmanager
async def writer_on(disk: Disk) -> AsyncIterator[Writer]:
    writer = Writer(disk, ServerMetrics(new_registry(with_process=False)))
    try:
        yield writer
    finally:
        disk.free.set()
        await writer.close()


async def until_begun(disk: Disk) -> None:
    await asyncio.to_thread(disk.begun.wait, 10)


async def test_entries_that_come_while_a_group_is_written_go_together_in_the_next() -> None:
    disk = Disk()
    disk.free.clear()
    async with writer_on(disk) as writer:
        first = asyncio.create_task(writer.record(entry(0)))
        await until_begun(disk)
        rest = [asyncio.create_task(writer.record(entry(number))) for number in range(1, 6)]
        await asyncio.sleep(0)
        assert not first.done()
        disk.free.set()
        await asyncio.gather(first, *rest)
    assert disk.groups == [["0"], ["1", "2", "3", "4", "5"]]


async def test_a_refused_group_refuses_its_replies_and_those_that_waited_through_it() -> None:
    disk = Disk()
    disk.free.clear()
    disk.refuses = True
    async with writer_on(disk) as writer:
        first = asyncio.create_task(writer.record(entry(0)))
        await until_begun(disk)
        waited = [asyncio.create_task(writer.record(entry(1))), asyncio.create_task(writer.run(lambda: "written"))]
        await asyncio.sleep(0)
        disk.free.set()
        failed = await asyncio.gather(first, *waited, return_exceptions=True)
        assert [type(error) for error in failed] == [AccessLogError, AccessLogError, UnavailableError]
        disk.refuses = False
        await writer.record(entry(2))
        assert await writer.run(lambda: "written") == "written"
    assert disk.groups == [["2"]]


async def test_jobs_run_one_by_one_in_the_order_in_which_they_came() -> None:
    ran: list[int] = []
    async with writer_on(Disk()) as writer:
        await asyncio.gather(*[writer.run(lambda number=number: ran.append(number)) for number in range(20)])  # type: ignore[misc]
    assert ran == list(range(20))


async def test_the_error_of_a_job_is_its_askers_and_the_writer_goes_on() -> None:
    def fail() -> None:
        raise KeyError("bug")

    async with writer_on(Disk()) as writer:
        with pytest.raises(KeyError):
            await writer.run(fail)
        assert await writer.run(lambda: 1) == 1


async def test_closing_finishes_what_was_asked_for() -> None:
    disk = Disk()
    async with writer_on(disk) as writer:
        asked = asyncio.create_task(writer.record(entry(0)))
        await asyncio.sleep(0)
    await asked
    assert disk.groups == [["0"]]
