"""Who is woken, how often, and whose stream ends."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from itertools import pairwise

from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.server.hub import GAP_SECONDS, PING_SECONDS, REVIEW_SECONDS, Event, Hub, Watcher
from tests.support.virtual_loop import run_in_virtual_time

ONE, OTHER = ConfigId("one"), ConfigId("other")
SEEN = ChangeNumber(1)
_changes = itertools.count(SEEN + 1)


def change(hub: Hub, config: ConfigId) -> None:
    """The next change, that of one view."""
    hub.wake({config: ChangeNumber(next(_changes))})


async def always() -> bool:
    return True


class Listening:
    """A watcher's events and the moments at which they came, in seconds."""

    def __init__(self, watcher: Watcher) -> None:
        self.heard: list[tuple[float, Event]] = []
        self.task = asyncio.create_task(self._listen(watcher))

    async def _listen(self, watcher: Watcher) -> None:
        async for event in watcher.events():
            self.heard.append((round(asyncio.get_running_loop().time(), 3), event))

    def updates(self) -> list[float]:
        return [at for at, event in self.heard if event is Event.UPDATED]


def listen(
    script: Callable[[Hub, Listening], Awaitable[None]], may_go_on: Callable[[], Awaitable[bool]] = always
) -> Listening:
    """What a watcher of config ONE hears while `script` runs, and until its stream has ended."""

    async def main() -> Listening:
        hub = Hub()
        reviewing = asyncio.create_task(hub.review())
        with hub.watch(ONE, SEEN, may_go_on) as watcher:
            listening = Listening(watcher)
            await script(hub, listening)
            watcher.close()
            await listening.task
        assert len(hub) == 0
        reviewing.cancel()
        return listening

    return run_in_virtual_time(main())


def test_a_change_after_quiet_is_told_at_once() -> None:
    async def script(hub: Hub, _listening: Listening) -> None:
        await asyncio.sleep(5)
        change(hub, ONE)
        await asyncio.sleep(5)

    assert listen(script).heard == [(0.0, Event.CONNECTED), (5.0, Event.UPDATED)]


def test_a_burst_is_told_at_its_start_and_after_its_end() -> None:
    async def script(hub: Hub, _listening: Listening) -> None:
        await asyncio.sleep(1)
        for _ in range(50):
            change(hub, ONE)
            await asyncio.sleep(0.001)
        await asyncio.sleep(1)

    assert listen(script).updates() == [1.0, 1.1]


def test_a_change_that_is_told_twice_is_heard_once() -> None:
    async def script(hub: Hub, _listening: Listening) -> None:
        hub.wake({ONE: SEEN})
        await asyncio.sleep(1)
        for number in (10, 10, 9, 11):
            hub.wake({ONE: ChangeNumber(number)})
            await asyncio.sleep(1)

    assert listen(script).updates() == [1.0, 4.0]


def test_a_storm_is_told_at_most_once_per_gap_and_its_last_change_always() -> None:
    async def script(hub: Hub, _listening: Listening) -> None:
        await asyncio.sleep(1)
        for _ in range(100):
            change(hub, ONE)
            await asyncio.sleep(0.01)
        change(hub, ONE)
        await asyncio.sleep(1)

    told = listen(script).updates()
    assert all(later - earlier >= GAP_SECONDS - 0.001 for earlier, later in pairwise(told))
    assert told[-1] >= 2.0


def test_no_two_events_come_within_the_gap_whatever_they_are() -> None:
    async def script(hub: Hub, _listening: Listening) -> None:
        change(hub, ONE)
        await asyncio.sleep(1)

    assert listen(script).heard == [(0.0, Event.CONNECTED), (0.1, Event.UPDATED)]


def test_other_configs_and_changes_of_none_wake_nobody() -> None:
    async def script(hub: Hub, _listening: Listening) -> None:
        change(hub, OTHER)
        hub.wake({})
        await asyncio.sleep(1)

    assert listen(script).updates() == []


def test_quiet_is_broken_by_pings() -> None:
    async def script(_hub: Hub, _listening: Listening) -> None:
        await asyncio.sleep(2 * (PING_SECONDS + GAP_SECONDS) + 1)

    assert [event for _, event in listen(script).heard] == [Event.CONNECTED, Event.PING, Event.PING]


def test_who_may_no_longer_watch_is_ended_by_the_next_change_of_anything() -> None:
    allowed = True

    async def may_go_on() -> bool:
        return allowed

    async def script(hub: Hub, listening: Listening) -> None:
        nonlocal allowed
        hub.wake({})
        await asyncio.sleep(10)
        assert not listening.task.done()
        allowed = False
        hub.wake({})
        await asyncio.sleep(GAP_SECONDS + REVIEW_SECONDS)
        assert listening.task.done()

    listen(script, may_go_on)


def test_who_may_no_longer_watch_is_ended_in_time_without_any_change() -> None:
    """A token that runs out changes nothing."""

    async def never() -> bool:
        return False

    async def script(_hub: Hub, listening: Listening) -> None:
        await asyncio.sleep(PING_SECONDS + REVIEW_SECONDS)
        assert listening.task.done()

    listen(script, never)


def test_a_bug_in_the_review_of_one_ends_that_one_and_no_other_goes_unreviewed() -> None:
    reviewed: list[int] = []

    async def breaks() -> bool:
        raise RuntimeError("a bug")

    async def counts() -> bool:
        reviewed.append(1)
        return True

    async def script(hub: Hub, listening: Listening) -> None:
        with hub.watch(OTHER, SEEN, counts):
            for _ in range(2):
                hub.wake({})
                await asyncio.sleep(REVIEW_SECONDS + GAP_SECONDS)
        assert listening.task.done()

    listen(script, breaks)
    assert len(reviewed) == 2


def test_a_hub_that_is_closed_ends_what_is_open_and_what_is_opened() -> None:
    async def main() -> list[list[Event]]:
        hub = Hub()
        heard: list[list[Event]] = []
        with hub.watch(ONE, SEEN, always) as before:
            listening = Listening(before)
            await asyncio.sleep(1)
            hub.close()
            await listening.task
            heard.append([event for _, event in listening.heard])
        with hub.watch(ONE, SEEN, always) as after:
            heard.append([event async for event in after.events()])
        return heard

    assert run_in_virtual_time(main()) == [[Event.CONNECTED], [Event.CONNECTED]]
