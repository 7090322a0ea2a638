import asyncio
from collections.abc import AsyncIterator

import pytest

from headwater.operator.feeds.feeds import Feeds
from headwater.operator.feeds.reading import Reading, Want
from headwater.operator.providers.protocol import (
    Body,
    DataRef,
    FailureKind,
    FetchFailedError,
    FindRef,
    Picked,
    PickError,
    ProviderConfigError,
    Ref,
)
from tests.support.canary import secret
from tests.support.memory_source import MemorySource, credential, store
from tests.support.virtual_time import VirtualTime, settle

BLUE, GREEN = secret("blue"), secret("green")
ALL = FindRef()


class Bench:
    """Feeds over one source in memory, under virtual time, with what they woke."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.source = MemorySource({"A": BLUE, "B": BLUE})
        self.woken: list[str] = []
        self.feeds: Feeds[str] = Feeds({"memory": self.source}, self.woken.append, self.time.ambient())

    async def read(
        self, subscriber: str, *refs: Ref | Want, interval: float | None = 60, fresh: bool = False
    ) -> Reading | None:
        wants = [ref if isinstance(ref, Want) else want(ref) for ref in refs]
        reading = asyncio.create_task(self.feeds.read(subscriber, wants, interval=interval, fresh=fresh))
        await self.time.advance(0)
        if not reading.done():
            await self.time.advance(1)
        return await reading

    async def take(self, subscriber: str, *refs: Ref | Want, interval: float | None = 60) -> Reading:
        """Read and acknowledge, as a reconcile that applied what it read."""
        reading = await self.read(subscriber, *refs, interval=interval)
        assert reading is not None
        self.feeds.acknowledge(subscriber, reading.digest)
        self.woken.clear()
        return reading

    @property
    def fetches(self) -> int:
        return len(self.source.fetches)


def want(ref: Ref, *, generation: int = 1, version: str = "1", name: str = "store") -> Want:
    return Want(store=store(name, generation), credential=credential(version), ref=ref)


def data(key: str) -> DataRef:
    return DataRef(key=key)


def values(reading: Reading | None) -> list[object]:
    """Outcomes as plain values; an error as its text."""
    assert reading is not None
    return [
        str(outcome)
        if isinstance(outcome, Exception)
        else {name: value.reveal().decode() for name, value in outcome.items()}
        for outcome in reading.outcomes
    ]


def failure(kind: FailureKind, text: str = "no luck", retry_after: float | None = None) -> FetchFailedError:
    return FetchFailedError(text, kind, retry_after=retry_after)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.feeds.close()


async def test_what_many_read_is_fetched_once(bench: Bench) -> None:
    bench.source.has_streams = False
    for number in range(50):
        await bench.take(f"es-{number}", data("A"), data("B"))
    assert bench.fetches == 1


async def test_outcomes_stand_in_the_order_of_the_wants(bench: Bench) -> None:
    reading = await bench.read("es", data("B"), data("missing"), ALL)
    assert values(reading) == [{"B": BLUE}, "secret 'missing' not found", {"A": BLUE, "B": BLUE}]


async def test_two_forms_share_one_stream(bench: Bench) -> None:
    await bench.take("es", data("A"), ALL)
    assert (bench.source.streams, len({key.form for key, _ in bench.source.fetches})) == (1, 2)


async def test_a_change_wakes_those_whose_values_differ_and_nobody_else(bench: Bench) -> None:
    await bench.take("a", data("A"))
    await bench.take("b", data("B"))
    await bench.take("all", ALL)
    bench.source.values["A"] = GREEN
    bench.source.hint()
    await bench.time.advance(0.1)
    assert sorted(bench.woken) == ["a", "all"]


async def test_find_is_woken_for_a_new_name(bench: Bench) -> None:
    await bench.take("all", ALL)
    bench.source.values["C"] = GREEN
    bench.source.hint()
    await bench.time.advance(0.1)
    assert bench.woken == ["all"]


async def test_a_hint_without_a_change_wakes_nobody(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.hint()
    await bench.time.advance(0.1)
    assert (bench.woken, bench.source.fetches[-1][1] is not None) == ([], True)


async def test_a_hint_that_comes_during_a_fetch_leads_to_another_fetch(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.held = asyncio.Event()
    bench.source.hint()
    await bench.time.advance(0.1)
    bench.source.values["A"] = GREEN  # after the fetch under way has read its answer
    bench.source.hint()
    await bench.time.advance(0.1)
    bench.source.held.set()
    await bench.time.advance(0.1)
    assert (bench.woken, values(await bench.read("a", data("A")))) == (["a"], [{"A": GREEN}])


async def test_news_stay_news_until_they_are_acknowledged(bench: Bench) -> None:
    first = await bench.read("a", data("A"))
    again = await bench.read("a", data("A"))
    assert first is not None
    assert again is not None
    bench.feeds.acknowledge("a", again.digest)
    after = await bench.read("a", data("A"))
    assert after is not None
    assert (first.is_news, again.is_news, after.is_news) == (True, True, False)


async def test_a_subscriber_who_took_nothing_yet_is_woken_for_the_first_body(bench: Bench) -> None:
    bench.source.held = asyncio.Event()
    assert await bench.read("a", data("A")) is None
    bench.source.held.set()
    await settle()
    assert bench.woken == ["a"]


async def test_readers_of_a_silent_source_share_its_first_second(bench: Bench) -> None:
    bench.source.held = asyncio.Event()
    assert await bench.read("first", data("A")) is None
    started = bench.time.now
    for number in range(100):
        assert await bench.feeds.read(f"app-{number}", [want(data("A"))], interval=60) is None
    assert bench.time.now == started
    bench.source.held.set()
    await bench.time.advance(0)
    assert len(bench.woken) == 101


async def test_a_reader_who_waits_for_the_first_body_is_not_woken_for_it_too(bench: Bench) -> None:
    assert await bench.read("a", data("A")) is not None
    await settle()
    assert bench.woken == []


async def test_a_change_that_comes_before_the_last_one_is_acknowledged_wakes(bench: Bench) -> None:
    await bench.read("a", data("A"))
    bench.source.values["A"] = GREEN
    bench.source.hint()
    await bench.time.advance(0.1)
    assert bench.woken == ["a"]


async def test_who_was_told_to_wait_is_woken_though_the_answer_is_the_one_he_took(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.held = asyncio.Event()
    assert await bench.read("a", want(data("A"), version="2")) is None
    bench.source.held.set()
    await settle()
    assert bench.woken == ["a"]


async def test_polling_follows_the_smallest_interval(bench: Bench) -> None:
    bench.source.has_streams = False
    await bench.take("slow", data("A"), interval=3600)
    await bench.take("quick", data("A"), interval=60)
    await bench.take("never", data("A"), interval=None)
    await bench.time.advance(600)
    assert 10 <= bench.fetches - 1 <= 12


async def test_without_an_interval_nothing_is_polled_but_hints_count(bench: Bench) -> None:
    await bench.take("a", data("A"), interval=None)
    before = bench.fetches
    await bench.time.advance(100_000)
    polled = bench.fetches - before
    bench.source.values["A"] = GREEN
    bench.source.hint()
    await bench.time.advance(0.1)
    assert (polled, bench.woken) == (0, ["a"])


async def test_polling_finds_what_no_hint_told(bench: Bench) -> None:
    bench.source.has_streams = False
    await bench.take("a", data("A"), interval=60)
    bench.source.values["A"] = GREEN
    await bench.time.advance(60)
    assert bench.woken == ["a"]


async def test_fresh_asks_before_it_answers(bench: Bench) -> None:
    bench.source.has_streams = False
    await bench.take("a", data("A"))
    bench.source.values["A"] = GREEN
    assert values(await bench.read("a", data("A"), fresh=True)) == [{"A": GREEN}]


async def test_nobody_waits_for_the_fresh_answer_of_a_source_in_trouble(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.failure = failure(FailureKind.REFUSED)
    bench.source.hint()
    await bench.time.advance(1)
    bench.source.failure, bench.source.held = None, asyncio.Event()
    reading = asyncio.create_task(bench.feeds.read("a", [want(data("A"))], interval=60, fresh=True))
    await bench.time.advance(0)
    assert reading.done()
    bench.source.held.set()
    await bench.time.advance(1)
    assert values(await bench.read("a", data("A"))) == [{"A": BLUE}]


async def test_a_stream_that_is_cut_comes_back_and_its_feeds_ask_once(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.cut_streams()
    await settle()
    bench.source.values["A"] = GREEN  # while no stream could tell
    await bench.time.advance(2)
    assert (bench.source.streams, bench.woken) == (1, ["a"])


@pytest.mark.parametrize("kind", list(FailureKind))
async def test_a_first_failure_is_told_at_once(bench: Bench, kind: FailureKind) -> None:
    bench.source.failure = failure(kind, "no luck")
    assert values(await bench.read("a", data("A"))) == ["no luck"]


async def test_a_refusal_is_told_at_once_and_heals_by_itself(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.failure = failure(FailureKind.REFUSED, "revoked")
    bench.source.hint()
    await bench.time.advance(0.1)
    assert bench.woken == ["a"]
    assert values(await bench.take("a", data("A"))) == ["revoked"]
    bench.source.failure = None
    await bench.time.advance(5)
    assert (bench.woken, values(await bench.read("a", data("A")))) == (["a"], [{"A": BLUE}])


@pytest.mark.parametrize("kind", [FailureKind.UNREACHABLE, FailureKind.BROKEN])
async def test_trouble_that_passes_soon_is_told_to_nobody_who_has_values(bench: Bench, kind: FailureKind) -> None:
    await bench.take("a", data("A"))
    bench.source.failure = failure(kind)
    bench.source.hint()
    await bench.time.advance(10)
    bench.source.failure = None
    await bench.time.advance(30)
    assert bench.woken == []


@pytest.mark.parametrize("kind", [FailureKind.UNREACHABLE, FailureKind.BROKEN, FailureKind.RATE_LIMITED])
async def test_trouble_that_lasts_is_told_and_heals_within_five_seconds(bench: Bench, kind: FailureKind) -> None:
    await bench.take("a", data("A"))
    bench.source.failure = failure(kind, retry_after=3)
    bench.source.hint()
    await bench.time.advance(100)
    assert bench.woken == ["a"]
    assert values(await bench.take("a", data("A"))) == ["no luck"]
    bench.source.failure = None
    await bench.time.advance(5)
    assert (bench.woken, values(await bench.read("a", data("A")))) == (["a"], [{"A": BLUE}])


async def test_equal_failures_wake_once(bench: Bench) -> None:
    bench.source.failure = failure(FailureKind.BROKEN)
    await bench.take("a", data("A"))
    await bench.time.advance(600)
    assert (bench.woken, bench.fetches > 100) == ([], True)


async def test_a_rate_limit_is_never_cut_short_by_hints_or_timers(bench: Bench) -> None:
    await bench.take("a", data("A"), interval=1)
    bench.source.failure = failure(FailureKind.RATE_LIMITED, retry_after=30)
    bench.source.hint()
    await bench.time.advance(0.1)
    before = bench.fetches
    for _ in range(29):
        bench.source.hint()
        await bench.time.advance(1)
    early = bench.fetches - before
    await bench.time.advance(6)
    assert (early, bench.fetches - before) == (0, 1)


async def test_a_host_that_does_not_answer_is_probed_by_one_feed_at_a_time(bench: Bench) -> None:
    bench.source.has_streams = False
    for number in range(40):
        await bench.take(f"es-{number}", want(data("A"), name=f"store-{number}"), interval=10)
    bench.source.failure = failure(FailureKind.UNREACHABLE)
    await bench.time.advance(30)
    before = bench.fetches
    await bench.time.advance(100)
    assert 30 <= bench.fetches - before <= 70


async def test_the_answer_to_one_probe_heals_every_feed_of_the_host(bench: Bench) -> None:
    bench.source.has_streams = False
    bench.source.failure = failure(FailureKind.UNREACHABLE)
    for number in range(40):
        await bench.take(f"es-{number}", want(data("A"), name=f"store-{number}"))
    bench.source.failure = None
    await bench.time.advance(5)
    assert len(set(bench.woken)) == 40


async def test_a_source_that_refuses_to_stream_is_polled_and_asked_again_hourly(bench: Bench) -> None:
    bench.source.watch_failure = failure(FailureKind.REFUSED)
    await bench.take("a", data("A"), interval=60)
    await bench.time.advance(3000)
    assert (bench.source.openings, bench.fetches >= 50) == (1, True)
    bench.source.watch_failure = None
    await bench.time.advance(1000)
    assert bench.source.streams == 1


async def test_a_token_that_is_accepted_again_gets_its_stream_back_at_once(bench: Bench) -> None:
    bench.source.failure = bench.source.watch_failure = failure(FailureKind.REFUSED)
    await bench.take("a", data("A"))
    await bench.time.advance(60)
    bench.source.failure = bench.source.watch_failure = None
    await bench.time.advance(6)
    assert bench.source.streams == 1


@pytest.mark.parametrize("kind", [FailureKind.UNREACHABLE, FailureKind.BROKEN, FailureKind.RATE_LIMITED])
@pytest.mark.parametrize("outage", [600, 610, 620, 630])
async def test_streams_return_soon_after_a_long_outage(bench: Bench, outage: float, kind: FailureKind) -> None:
    await bench.take("a", data("A"))
    bench.source.failure = bench.source.watch_failure = failure(kind)
    bench.source.cut_streams()
    await bench.time.advance(outage)
    bench.source.failure = bench.source.watch_failure = None
    await bench.time.advance(5)
    assert bench.source.streams == 1


async def test_a_lost_stream_tells_of_a_host_that_is_gone_though_nobody_polls(bench: Bench) -> None:
    await bench.take("a", data("A"), interval=None)
    bench.source.failure = bench.source.watch_failure = failure(FailureKind.UNREACHABLE, "gone")
    bench.source.cut_streams()
    await bench.time.advance(30)
    assert values(await bench.read("a", data("A"), interval=None)) == ["gone"]


NEWER = {"a newer store": want(data("A"), generation=2), "another version of its token": want(data("A"), version="2")}


@pytest.mark.parametrize("newer", NEWER)
async def test_what_is_newer_closes_the_old_feed_and_wakes_its_readers(bench: Bench, newer: str) -> None:
    await bench.take("a", data("A"))
    await bench.take("b", data("A"))
    old = next(iter(bench.feeds._sources.values())).feeds.copy()
    bench.source.failure = failure(FailureKind.REFUSED, "the new token is wrong")
    reading = await bench.read("a", NEWER[newer])
    assert values(reading) == ["the new token is wrong"]
    assert "b" in bench.woken
    assert all(feed.answer is None for feed in old.values())


async def test_an_unread_feed_closes_with_its_stream(bench: Bench) -> None:
    await bench.take("a", data("A"))
    await bench.take("b", data("B"))
    bench.feeds.forget("a")
    await settle()
    kept = bench.source.streams
    bench.feeds.forget("b")
    await settle()
    before = bench.fetches
    await bench.time.advance(3600)
    assert (kept, bench.source.streams, bench.fetches) == (1, 0, before)


async def test_wanting_something_else_lets_the_old_go(bench: Bench) -> None:
    await bench.take("a", data("A"), ALL)
    await bench.take("a", ALL)
    await settle()
    before = bench.fetches
    bench.source.hint()
    await bench.time.advance(0.1)
    assert bench.fetches == before + 1


async def test_closing_ends_every_task_and_drops_every_body() -> None:
    bench = Bench()
    await bench.take("a", data("A"), ALL)
    feeds = [feed for source in bench.feeds._sources.values() for feed in source.feeds.values()]
    await bench.feeds.close()
    assert (asyncio.all_tasks(), bench.source.streams) == ({asyncio.current_task()}, 0)
    assert [feed.answer for feed in feeds] == [None, None]


async def test_no_value_that_the_source_quotes_reaches_a_message(bench: Bench) -> None:
    await bench.take("a", data("A"))
    bench.source.failure = failure(FailureKind.REFUSED, f"cannot parse '{BLUE}'")
    bench.source.hint()
    await bench.time.advance(0.1)
    assert values(await bench.read("a", data("A"))) == ["cannot parse '…'"]


async def test_a_bug_in_a_provider_is_a_failure_that_heals(bench: Bench) -> None:
    fetch = bench.source.fetch
    bench.source.fetch = lambda *_: 1 / 0  # type: ignore[method-assign,assignment]
    reading = await bench.read("a", data("A"))
    bench.source.fetch = fetch  # type: ignore[method-assign]
    await bench.time.advance(5)
    assert (values(reading), values(await bench.read("a", data("A")))) == (["an internal error"], [{"A": BLUE}])


async def test_a_bug_in_picking_is_an_outcome_of_its_subscriber_alone(bench: Bench) -> None:
    pick = bench.source.pick

    def pick_only_a(body: Body, ref: Ref) -> Picked:
        if ref != data("A"):
            raise ZeroDivisionError
        return pick(body, ref)

    bench.source.pick = pick_only_a  # type: ignore[method-assign]
    assert values(await bench.read("b", data("A"), data("B"))) == [{"A": BLUE}, "an internal error"]


async def test_a_flood_of_hints_is_not_a_flood_of_fetches(bench: Bench) -> None:
    await bench.take("a", data("A"))
    before = bench.fetches
    for _ in range(1000):
        bench.source.hint()
        await bench.time.advance(0.001)
    assert 10 <= bench.fetches - before <= 21


async def test_a_provider_that_does_not_exist_is_an_outcome(bench: Bench) -> None:
    unknown = Want(store=store(provider="vault"), credential=credential(), ref=data("A"))
    reading = await bench.read("a", unknown, data("A"))
    assert reading is not None
    assert isinstance(reading.outcomes[0], ProviderConfigError)
    assert values(reading)[1] == {"A": BLUE}


async def test_an_outcome_that_is_an_error_keeps_no_frames_alive(bench: Bench) -> None:
    reading = await bench.read("a", data("missing"))
    assert reading is not None
    outcome = reading.outcomes[0]
    assert isinstance(outcome, PickError)
    assert outcome.__traceback__ is None


async def test_recovering_feeds_do_not_act_as_one(bench: Bench) -> None:
    """Source: promise O02, calls spread over a quarter of the pause at least."""
    bench.source.has_streams = False
    bench.source.failure = failure(FailureKind.UNREACHABLE)
    for number in range(20):
        await bench.take(f"es-{number}", want(data("A"), name=f"store-{number}"))
    chances = iter(number / 97 % 1 for number in range(10**6))
    object.__setattr__(bench.feeds._ambient, "random", lambda: next(chances))
    bench.source.failure = None
    before, moments = bench.fetches, list[float]()
    for _ in range(60):
        await bench.time.advance(0.1)
        moments += [bench.time.now] * (bench.fetches - before)
        before = bench.fetches
    assert len(moments) == 20
    assert max(moments[1:]) - min(moments[1:]) > 0.1
