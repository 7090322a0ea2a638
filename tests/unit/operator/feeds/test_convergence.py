"""Whatever happens to a source, every subscriber ends with what it holds now, and without a fetch too many."""

import asyncio
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.operator.feeds import pace
from headwater.operator.feeds.feeds import Feeds
from headwater.operator.feeds.reading import Want
from headwater.operator.providers.protocol import DataRef, FailureKind, FetchFailedError, FindRef, Ref
from tests.support.memory_source import MemorySource, credential, store
from tests.support.virtual_time import VirtualTime, settle

INTERVAL = 60.0
RETRY_AFTER = 2.0
REFS: dict[str, list[Ref]] = {
    "a": [DataRef(key="A")],
    "b": [DataRef(key="B"), DataRef(key="A")],
    "all": [FindRef()],
    "both": [FindRef(), DataRef(key="B")],
}


@dataclass(slots=True)
class World:
    """A source, and an operator that does as it is told: reads when woken, and applies what it reads."""

    time: VirtualTime = field(default_factory=VirtualTime)
    source: MemorySource = field(default_factory=lambda: MemorySource({"A": "0", "B": "0"}))
    subscribers: set[str] = field(default_factory=set)
    applied: dict[str, list[dict[str, bytes] | str]] = field(default_factory=dict)
    generation: int = 1
    version: int = 1
    feeds: Feeds[str] = field(init=False)
    _dirty: set[str] = field(default_factory=set)
    _busy: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.feeds = Feeds({"memory": self.source}, self.wake, self.time.ambient())

    def wake(self, subscriber: str) -> None:
        """As the manager's queue: one worker per key, and once more if woken meanwhile."""
        self._dirty.add(subscriber)
        if subscriber not in self._busy:
            self._busy[subscriber] = asyncio.create_task(self._work(subscriber))

    async def _work(self, subscriber: str) -> None:
        while subscriber in self._dirty:
            self._dirty.discard(subscriber)
            await self._reconcile(subscriber)
        del self._busy[subscriber]

    async def _reconcile(self, subscriber: str) -> None:
        if subscriber not in self.subscribers:
            self.feeds.forget(subscriber)
            self.applied.pop(subscriber, None)
            return
        holder, token = store(generation=self.generation), credential(str(self.version))
        wants = [Want(store=holder, credential=token, ref=ref) for ref in REFS[subscriber]]
        reading = await self.feeds.read(subscriber, wants, interval=INTERVAL)
        if reading is None:
            return
        self.feeds.acknowledge(subscriber, reading.digest)
        self.applied[subscriber] = [
            str(outcome)
            if isinstance(outcome, Exception)
            else {name: value.reveal() for name, value in outcome.items()}
            for outcome in reading.outcomes
        ]

    async def do(self, step: tuple[str, str]) -> None:  # noqa: C901 - a table of steps
        match step:
            case "set", name:
                self.source.values[name] = str(int(self.source.values[name]) + 1)
                self.source.hint()
            case "set unheard", name:
                self.source.values[name] = str(int(self.source.values[name]) + 1)
            case "cut", _:
                self.source.cut_streams()
            case "fail", kind:
                self.source.failure = FetchFailedError(kind, FailureKind(kind), retry_after=RETRY_AFTER)
            case "fail to watch", kind:
                self.source.watch_failure = FetchFailedError(kind, FailureKind(kind), retry_after=RETRY_AFTER)
            case "heal", _:
                self.source.failure = self.source.watch_failure = None
            case "subscribe", who:
                self.subscribers.add(who)
                self.wake(who)
            case "forget", who:
                self.subscribers.discard(who)
                self.wake(who)
            case "edit the store", _:
                self.generation += 1
                self.wake_all()
            case "edit the token", _:
                self.version += 1
                self.wake_all()
            case "wait", seconds:
                await self.time.advance(float(seconds))
            case _:
                raise AssertionError(step)

    def wake_all(self) -> None:
        for subscriber in self.subscribers:
            self.wake(subscriber)

    def expected(self) -> dict[str, list[dict[str, bytes] | str]]:
        values = {name: value.encode() for name, value in self.source.values.items()}
        return {
            who: [{ref.key: values[ref.key]} if isinstance(ref, DataRef) else values for ref in REFS[who]]
            for who in self.subscribers
        }


STEPS = st.one_of(
    st.tuples(st.sampled_from(["set", "set unheard"]), st.sampled_from("AB")),
    st.tuples(st.sampled_from(["fail", "fail to watch"]), st.sampled_from(list(FailureKind))),
    st.tuples(st.sampled_from(["subscribe", "forget"]), st.sampled_from(list(REFS))),
    st.tuples(st.sampled_from(["cut", "heal", "edit the store", "edit the token"]), st.just("")),
    st.tuples(st.just("wait"), st.sampled_from(["0", "0.01", "0.5", "3", "20", "100"])),
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=30), chance=st.sampled_from([0.0, 0.5, 0.99]))
def test_every_subscriber_ends_with_what_the_source_holds(steps: list[tuple[str, str]], chance: float) -> None:
    asyncio.run(_live_through(steps, chance))


async def _live_through(steps: list[tuple[str, str]], chance: float) -> None:
    world = World(time=VirtualTime(chance=chance))
    for step in [("subscribe", "a"), *steps]:
        await world.do(step)
        await settle()
    await world.do(("heal", ""))
    await world.time.advance(5 + pace.rate_limit_pause(RETRY_AFTER, chance))  # it may have asked to be left alone
    healed = [outcome for outcomes in world.applied.values() for outcome in outcomes if isinstance(outcome, str)]
    await world.time.advance(INTERVAL)
    before = len(world.source.fetches)
    await world.time.advance(10 * INTERVAL)
    polled = len(world.source.fetches) - before
    found, expected = world.applied, world.expected()
    await world.feeds.close()
    assert healed == []
    assert found == expected
    assert polled <= 2 * (12 + 1)
    assert asyncio.all_tasks() == {asyncio.current_task()}
