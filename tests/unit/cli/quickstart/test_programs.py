import asyncio

import pytest

from headwater.cli.quickstart.programs import beside, started, until_stopped
from headwater.domain.errors import StartupError, UnavailableError
from headwater.process.program import Address, Ready

HERE = Address(host="127.0.0.1", port=1)


async def _serve(settings: list[str], *, ready: Ready, stop: asyncio.Event) -> None:
    settings.append("started")
    ready(HERE)
    await stop.wait()
    settings.append("stopped")


async def _refuse(settings: None, *, ready: Ready, stop: asyncio.Event) -> None:  # noqa: ARG001 - never so far
    raise StartupError("the port is taken")


async def _leave(settings: None, *, ready: Ready, stop: asyncio.Event) -> None:  # noqa: ARG001 - as above
    return


async def _fail_later(settings: asyncio.Event, *, ready: Ready, stop: asyncio.Event) -> None:  # noqa: ARG001 - as above
    ready(HERE)
    await settings.wait()
    raise StartupError("the disk is full")


async def test_a_program_runs_as_long_as_its_context() -> None:
    log: list[str] = []
    async with started("server", _serve, log) as up:
        assert (up.address, log) == (HERE, ["started"])
    assert log == ["started", "stopped"]


async def test_a_program_is_stopped_when_what_follows_fails() -> None:
    log: list[str] = []
    with pytest.raises(KeyError):
        async with started("server", _serve, log):
            raise KeyError
    assert log == ["started", "stopped"]


async def test_why_a_program_does_not_start_is_raised() -> None:
    with pytest.raises(StartupError, match="the port is taken"):
        async with started("server", _refuse, None):
            pass
    with pytest.raises(StartupError, match="the server ended before it was ready"):
        async with started("server", _leave, None):
            pass


async def test_a_program_that_fails_later_ends_the_rest() -> None:
    failing = asyncio.Event()
    log: list[str] = []

    async def run_both() -> None:
        async with started("server", _serve, log) as one, started("cluster", _fail_later, failing) as other:
            failing.set()
            await beside(asyncio.Event().wait(), one, other)

    with pytest.raises(StartupError, match="the disk is full"):
        await run_both()
    assert log == ["started", "stopped"]


async def test_work_beside_programs_comes_to_what_it_does() -> None:
    async def work() -> int:
        return 5

    async with started("server", _serve, []) as up:
        assert await beside(work(), up) == 5


async def test_what_ended_a_program_is_told_rather_than_that_it_does_not_answer() -> None:
    failing = asyncio.Event()

    async def ask() -> None:
        failing.set()
        raise UnavailableError("nobody answers")

    async def run() -> None:
        async with started("cluster", _fail_later, failing) as up:
            await beside(ask(), up)

    with pytest.raises(StartupError, match="the disk is full"):
        await run()


async def test_work_ends_when_it_is_told_to_stop() -> None:
    stop = asyncio.Event()
    ended: list[bool] = []

    async def work() -> None:
        try:
            stop.set()
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    await until_stopped(asyncio.create_task(work()), stop)
    assert ended == [True]


async def test_why_work_fails_is_raised() -> None:
    async def work() -> None:
        raise StartupError("no cluster")

    with pytest.raises(StartupError, match="no cluster"):
        await until_stopped(asyncio.create_task(work()), asyncio.Event())
