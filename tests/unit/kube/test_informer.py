"""The informer against a simulated API server, which loses connections and history on demand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kube.backoff import Backoff
from headwater.kube.errors import ApiUnavailableError
from headwater.kube.informer import Change, Index, Informer, whole
from headwater.kube.resource import ObjectKey
from tests.support.canary import secret
from tests.support.kube_simulator import THINGS, KubeSimulator, Meta, Thing, answers

AT_ONCE = Backoff(first=0.0, limit=0.0)


@dataclass(slots=True)
class Followed:
    """An informer that runs, and the changes that it told."""

    simulator: KubeSimulator
    informer: Informer[Thing, Thing]
    changes: list[Change[Thing]] = field(default_factory=list)
    told: asyncio.Condition = field(default_factory=asyncio.Condition)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    def take_in(self, change: Change[Thing]) -> None:
        self.changes.append(change)
        self._heard.set()

    async def until(self, **sizes: int | None) -> None:
        """Wait until the named things have these sizes; None is for one that is gone."""
        while any(self.size(name) != size for name, size in sizes.items()):
            self._heard.clear()
            await self._heard.wait()

    def size(self, name: str) -> int | None:
        found = self.informer.find(ObjectKey("web", name))
        return found.size if found else None

    def sizes(self) -> dict[str, int]:
        return {key.name: thing.size for key, thing in self.informer.items()}

    def story(self) -> list[tuple[str, int | None, int | None]]:
        return [
            (change.key.name, change.old.size if change.old else None, change.new.size if change.new else None)
            for change in self.changes
        ]


@asynccontextmanager
async def follow(simulator: KubeSimulator, silence: float = 60.0) -> AsyncIterator[Followed]:
    async with simulator.client(silence=silence) as client:
        informer = Informer(client, THINGS, whole, backoff=AT_ONCE)
        followed = Followed(simulator, informer)
        informer.on_change(followed.take_in)
        running = asyncio.create_task(informer.run())
        try:
            yield followed
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def simulator() -> AsyncIterator[KubeSimulator]:
    async with KubeSimulator() as running:
        yield running


@pytest.fixture
async def followed(simulator: KubeSimulator) -> AsyncIterator[Followed]:
    """With `one` in the cluster, and the first watch open."""
    simulator.put("one", size=1)
    async with follow(simulator) as each:
        await each.informer.synced.wait()
        await simulator.watching()
        yield each


async def test_what_is_there_is_told_before_it_counts_as_synced(followed: Followed) -> None:
    assert followed.story() == [("one", None, 1)]
    assert len(followed.informer) == 1


async def test_changes_are_told_with_old_and_new(followed: Followed) -> None:
    followed.simulator.put("one", size=2)
    followed.simulator.put("two", size=7)
    followed.simulator.remove("one")
    await followed.until(one=None, two=7)
    assert followed.story() == [("one", None, 1), ("one", 1, 2), ("two", None, 7), ("one", 2, None)]


async def test_a_long_list_comes_in_pages(simulator: KubeSimulator) -> None:
    for number in range(1200):
        simulator.put(f"thing-{number}", size=number)
    async with follow(simulator) as followed:
        await followed.informer.synced.wait()
        assert len(followed.informer) == 1200
    assert [(seen.query["limit"], "continue" in seen.query) for seen in simulator.lists()] == [
        ("500", False),
        ("500", True),
        ("500", True),
    ]


async def test_a_lost_watch_goes_on_where_it_was(followed: Followed) -> None:
    followed.simulator.put("one", size=2)
    await followed.until(one=2)
    followed.simulator.end_watches()
    followed.simulator.put("one", size=3)
    await followed.until(one=3)
    assert len(followed.simulator.lists()) == 1
    assert followed.story() == [("one", None, 1), ("one", 1, 2), ("one", 2, 3)]


async def test_a_bookmark_moves_the_place_where_a_watch_goes_on(followed: Followed) -> None:
    followed.simulator.bookmark()
    followed.simulator.end_watches()
    at = followed.simulator.version
    await followed.simulator.watching(2)
    assert followed.simulator.watches()[-1].query["resourceVersion"] == str(at)
    assert followed.simulator.watches()[-1].query["allowWatchBookmarks"] == "true"


@pytest.mark.parametrize("as_event", [False, True], ids=["by HTTP", "as an event"])
async def test_a_deletion_in_lost_history_surfaces(followed: Followed, as_event: bool) -> None:
    followed.simulator.put("two", size=2)
    await followed.until(two=2)
    followed.simulator.gone_as_event = as_event
    followed.simulator.end_watches()
    followed.simulator.remove("one")
    followed.simulator.put("two", size=3)
    followed.simulator.compact()
    await followed.until(one=None, two=3)
    assert ("one", 1, None) in followed.story()
    assert len(followed.simulator.lists()) == 2


async def test_listing_again_tells_nothing_of_what_stayed(followed: Followed) -> None:
    followed.simulator.end_watches()
    followed.simulator.compact()
    await followed.simulator.until(lambda: len(followed.simulator.lists()) == 2)
    followed.simulator.put("two", size=2)
    await followed.until(two=2)
    assert followed.story() == [("one", None, 1), ("two", None, 2)]


async def test_silence_is_taken_for_a_lost_connection(simulator: KubeSimulator) -> None:
    simulator.put("one", size=1)
    async with follow(simulator, silence=0.05) as followed:
        await simulator.watching(2)
        simulator.put("one", size=2)
        await followed.until(one=2)
    assert len(simulator.lists()) == 1


async def test_it_starts_as_soon_as_the_api_server_answers(simulator: KubeSimulator) -> None:
    simulator.put("one", size=1)
    simulator.trouble = [answers(503, "ServiceUnavailable"), answers(403, "Forbidden"), answers(404, "NotFound")]
    async with follow(simulator) as followed:
        await followed.informer.synced.wait()
        await simulator.watching()
        simulator.put("one", size=2)
        await followed.until(one=2)
        assert followed.informer.failure is None


async def test_why_it_is_behind_can_be_asked(simulator: KubeSimulator) -> None:
    async with follow(simulator) as followed:
        await simulator.watching()
        simulator.trouble = [answers(503, "ServiceUnavailable") for _ in range(2)]
        simulator.say(b'{"type": "ERROR", "object": {"code": 500, "reason": "InternalError"}}')
        simulator.end_watches()
        await simulator.until(lambda: not simulator.trouble)
        assert isinstance(followed.informer.failure, ApiUnavailableError)


async def test_pages_that_expire_are_fetched_anew_all_at_once(simulator: KubeSimulator) -> None:
    for number in range(501):
        simulator.put(f"thing-{number}", size=number)

    async def first_page(request: web.Request) -> web.StreamResponse:
        simulator.trouble.append(answers(410, "Expired"))
        return simulator._list(request)

    simulator.trouble = [first_page]
    async with follow(simulator) as followed:
        await followed.informer.synced.wait()
        assert len(followed.informer) == 501
    assert [seen.query.get("limit") for seen in simulator.lists()] == ["500", "500", None]


async def test_a_restored_cluster_is_believed(followed: Followed) -> None:
    followed.simulator.put("two", size=2)
    await followed.until(two=2)
    followed.simulator.end_watches()
    followed.simulator.restore(version=50)
    followed.simulator.objects.clear()
    followed.simulator.put("one", size=9)
    followed.simulator.trouble = [answers(500, "InternalError") for _ in range(5)]
    await followed.until(one=9, two=None)


async def test_an_odd_object_hides_no_other(simulator: KubeSimulator, capsys: pytest.CaptureFixture[str]) -> None:
    simulator.put("odd", size=secret("not a number"))
    simulator.put("one", size=1)
    async with follow(simulator) as followed:
        await followed.informer.synced.wait()
        assert followed.sizes() == {"one": 1}
        await simulator.watching()
        simulator.put("odder", size=secret("nor this"))
        simulator.put("one", size=2)
        await followed.until(one=2)
        assert followed.sizes() == {"one": 2}
    shown = capsys.readouterr().out
    assert "odder" in shown
    assert "$.size" in shown


@pytest.mark.parametrize("then", ["stays", "goes"])
async def test_what_an_object_was_before_it_became_odd_holds_no_more(followed: Followed, then: str) -> None:
    followed.simulator.put("one", size=secret("not a number"))
    if then == "goes":
        followed.simulator.remove("one")
    await followed.until(one=None)
    followed.simulator.put("one", size=2)
    await followed.until(one=2)
    assert followed.story()[1:] == [("one", 1, None), ("one", None, 2)]


async def test_it_keeps_only_what_is_remembered(simulator: KubeSimulator) -> None:
    simulator.put("one", size=1, note=secret("a value"))
    async with simulator.client() as client:
        informer = Informer(client, THINGS, lambda thing: len(thing.note), backoff=AT_ONCE)
        running = asyncio.create_task(informer.run())
        await informer.synced.wait()
        assert informer.find(ObjectKey("web", "one")) == len(secret("a value"))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_our_own_write_counts_before_the_watch_tells_of_it(followed: Followed) -> None:
    version = str(followed.simulator.version + 1)
    followed.informer.observed(Thing(metadata=Meta(name="one", namespace="web", resource_version=version), size=5))
    assert followed.size("one") == 5
    followed.simulator.put("one", size=5)
    followed.simulator.put("one", size=6)
    await followed.until(one=6)
    assert followed.story() == [("one", None, 1), ("one", 1, 5), ("one", 5, 6)]


async def test_our_own_write_that_the_watch_told_of_already_is_no_news(followed: Followed) -> None:
    followed.simulator.put("one", size=2)
    written = str(followed.simulator.version)
    followed.simulator.remove("one")
    await followed.until(one=None)
    followed.informer.observed(Thing(metadata=Meta(name="one", namespace="web", resource_version=written), size=2))
    assert followed.size("one") is None


async def test_what_we_wrote_while_a_list_was_made_is_not_taken_for_gone(followed: Followed) -> None:
    simulator = followed.simulator
    ours = Thing(metadata=Meta(name="ours", namespace="web", resource_version=str(simulator.version + 5)), size=5)

    async def list_then_write(request: web.Request) -> web.StreamResponse:
        listed = simulator._list(request)
        followed.informer.observed(ours)
        return listed

    simulator.trouble = [answers(410, "Expired"), list_then_write]
    simulator.end_watches()
    await simulator.watching(3)
    assert followed.sizes() == {"one": 1, "ours": 5}


async def test_an_index_follows(followed: Followed) -> None:
    index = Index(followed.informer, lambda thing: [thing.size % 2 == 0])
    followed.simulator.put("two", size=2)
    followed.simulator.put("four", size=4)
    followed.simulator.put("two", size=3)
    followed.simulator.put("done")
    await followed.until(two=3, done=0)
    assert index.keys(entry=True) == {ObjectKey("web", "four"), ObjectKey("web", "done")}
    followed.simulator.remove("four")
    followed.simulator.remove("done")
    await followed.until(four=None, done=None)
    assert index.keys(entry=True) == frozenset()


NAMES = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.integers(1, 9)),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.sampled_from(["bookmark", "compact", "end_watches", "settle"])),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25), as_event=st.booleans())
def test_whatever_happens_the_copy_is_right_in_the_end(steps: list[tuple[Any, ...]], as_event: bool) -> None:
    asyncio.run(_play(steps, as_event=as_event))


async def _play(steps: list[tuple[Any, ...]], *, as_event: bool) -> None:
    async with KubeSimulator(gone_as_event=as_event) as simulator, follow(simulator) as followed:
        for step in steps:
            await _do(simulator, step)
        simulator.put("sentinel", size=1)
        await followed.until(sentinel=1)
        expected = {each["metadata"]["name"]: each.get("size", 0) for each in simulator.objects.values()}
        assert followed.sizes() == expected
        assert _retold(followed.changes) == expected


async def _do(simulator: KubeSimulator, step: tuple[Any, ...]) -> None:
    match step:
        case ("put", name, size):
            simulator.put(name, size=size)
        case ("remove", name):
            if THINGS.path(ObjectKey("web", name)) in simulator.objects:
                simulator.remove(name)
        case ("settle",):
            await simulator.watching()
        case _:
            getattr(simulator, step[0])()


def _retold(changes: list[Change[Thing]]) -> dict[str, int]:
    """What one who only listened knows; each change must start from what was known."""
    known: dict[str, Thing] = {}
    for change in changes:
        assert known.get(change.key.name) == change.old
        if change.new is None:
            del known[change.key.name]
        else:
            known[change.key.name] = change.new
    return {name: thing.size for name, thing in known.items()}
