"""The queue, on a clock that only the test moves."""

import asyncio

import pytest

from headwater.kube.backoff import Backoff
from headwater.kube.queue import Queue
from tests.support.manual_timer import ManualTimer

STEADY = Backoff(first=1.0, limit=4.0, randomness=lambda: 0.0)


@pytest.fixture
def timer() -> ManualTimer:
    return ManualTimer()


@pytest.fixture
def queue(timer: ManualTimer) -> Queue[str]:
    return Queue(backoff=STEADY, timer=timer)


async def taken(queue: Queue[str]) -> list[str]:
    """What workers would take now, in order; all of it done at once."""
    keys = []
    while len(queue):
        key = await queue.take()
        queue.done(key)
        keys.append(key)
    return keys


async def test_a_key_stands_in_it_once(queue: Queue[str]) -> None:
    for key in ["a", "b", "a"]:
        queue.add(key)
    assert await taken(queue) == ["a", "b"]


async def test_one_worker_at_a_time_has_a_key(queue: Queue[str]) -> None:
    queue.add("a")
    assert await queue.take() == "a"
    queue.add("a")
    assert len(queue) == 0


async def test_what_is_added_during_work_is_worked_on_once_more(queue: Queue[str]) -> None:
    queue.add("a")
    key = await queue.take()
    queue.add("a")
    queue.add("a")
    queue.done(key)
    assert await taken(queue) == ["a"]


async def test_a_worker_waits_for_a_key(queue: Queue[str]) -> None:
    waiting = [asyncio.create_task(queue.take()) for _ in range(2)]
    await asyncio.sleep(0)
    queue.add("a")
    queue.add("b")
    assert sorted(await asyncio.gather(*waiting)) == ["a", "b"]


async def test_a_worker_that_is_cancelled_as_it_is_woken_wakes_another(queue: Queue[str]) -> None:
    first, second = (asyncio.create_task(queue.take()) for _ in range(2))
    await asyncio.sleep(0)
    queue.add("a")
    first.cancel()
    assert await second == "a"
    assert first.cancelled()


async def test_failures_wait_longer_each_time(queue: Queue[str], timer: ManualTimer) -> None:
    assert [queue.retry("a") for _ in range(4)] == [1.0, 2.0, 4.0, 4.0]
    timer.advance(3.9)
    assert len(queue) == 0
    timer.advance(0.1)
    assert await taken(queue) == ["a"]


async def test_after_success_the_next_failure_is_the_first(queue: Queue[str]) -> None:
    queue.retry("a")
    queue.retry("a")
    queue.forget("a")
    assert queue.retry("a") == 1.0


async def test_a_key_comes_later_once_at_the_time_set_last(queue: Queue[str], timer: ManualTimer) -> None:
    queue.retry("a")
    queue.add_after("a", 60)
    timer.advance(59)
    assert len(queue) == 0
    timer.advance(1)
    assert await taken(queue) == ["a"]


async def test_what_is_cancelled_does_not_come(queue: Queue[str], timer: ManualTimer) -> None:
    queue.add_after("a", 60)
    queue.cancel("a")
    timer.advance(60)
    assert len(queue) == 0


async def test_a_change_is_not_held_up_by_a_backoff(queue: Queue[str]) -> None:
    queue.retry("a")
    queue.add("a")
    assert await taken(queue) == ["a"]


async def test_workers_work_until_they_are_cancelled(queue: Queue[str]) -> None:
    done: list[str] = []
    finished = asyncio.Event()

    async def do(key: str) -> None:
        done.append(key)
        if len(done) == 1:
            queue.add(key)
        else:
            finished.set()

    workers = [asyncio.create_task(queue.work(do)) for _ in range(3)]
    queue.add("a")
    await finished.wait()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    assert done == ["a", "a"]


async def test_nothing_comes_later_once_closed(queue: Queue[str], timer: ManualTimer) -> None:
    queue.add_after("a", 1)
    queue.close()
    timer.advance(1)
    assert len(queue) == 0
