"""The provider `doppler` and the feeds against a server with Doppler's wire rules, over real connections."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import perf_counter

import pytest

from headwater.client.endpoint import read_endpoint
from headwater.client.transport import Timeouts, Transport
from headwater.domain.hidden import Hidden
from headwater.operator.feeds.ambient import Ambient
from headwater.operator.feeds.feeds import Feeds
from headwater.operator.feeds.reading import Reading, Want
from headwater.operator.providers.doppler import DopplerProvider
from headwater.operator.providers.protocol import Credential, DataRef, FetchFailedError, FindRef, Ref, Store
from headwater.resources.references import SecretKeySelector
from headwater.resources.secret_store import DopplerAuth, DopplerSecretRef
from headwater.resources.secret_store import DopplerProvider as Settings
from tests.support.canary import CANARY, secret
from tests.support.doppler_simulator import (
    DopplerSimulator,
    Trouble,
    answers,
    answers_with_error,
    cuts_off,
    goes_on_forever,
    hangs_up,
)

TOKEN = "dp.st.prd.throwaway"  # throw-away, for tests
AUTH = DopplerAuth(secret_ref=DopplerSecretRef(doppler_token=SecretKeySelector(name="doppler-token-auth")))
HEALING = 5.0
"""Seconds within which everything heals after the cause's end."""


SPEED = 5
"""How much shorter the pauses of the feeds are here; their true lengths are proved in tests/unit."""


def quick_ambient() -> Ambient:
    def now() -> float:
        return asyncio.get_running_loop().time() * SPEED

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / SPEED)

    return Ambient(now=now, sleep=sleep, random=random.random)


@dataclass(slots=True)
class Operator:
    """What a manager does with feeds: read and acknowledge whenever it is woken."""

    simulator: DopplerSimulator
    provider: DopplerProvider
    token: str = TOKEN
    interval: float | None = 3600
    format: str | None = None
    wants: dict[str, list[Ref]] = field(default_factory=dict)
    readings: asyncio.Queue[tuple[str, Reading]] = field(default_factory=asyncio.Queue)
    feeds: Feeds[str] = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.feeds = Feeds({"doppler": self.provider}, self.wake, quick_ambient())

    def wake(self, subscriber: str) -> None:
        task = asyncio.create_task(self._reconcile(subscriber))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reconcile(self, subscriber: str) -> None:
        store = Store(
            uid="1",
            generation=1,
            kind="ClusterSecretStore",
            name="doppler-secret-store",
            provider="doppler",
            settings=Settings(auth=AUTH, host=self.simulator.url, format=self.format),
        )
        credential = Credential(uid="2", resource_version=self.token, value=Hidden(self.token))
        wants = [Want(store=store, credential=credential, ref=ref) for ref in self.wants[subscriber]]
        reading = await self.feeds.read(subscriber, wants, interval=self.interval)
        if reading is not None and reading.is_news:
            self.feeds.acknowledge(subscriber, reading.digest)
            self.readings.put_nowait((subscriber, reading))

    async def apply(self, subscriber: str, *refs: Ref) -> dict[str, str] | str:
        self.wants[subscriber] = list(refs)
        self.wake(subscriber)
        return await self.next()

    async def next(self, *, within: float = 20) -> dict[str, str] | str:
        """What the next reading says: values, or the first failure's text."""
        async with asyncio.timeout(within):
            _, reading = await self.readings.get()
        values: dict[str, str] = {}
        for outcome in reading.outcomes:
            if isinstance(outcome, Exception):
                return str(outcome)
            values |= {name: value.reveal().decode() for name, value in outcome.items()}
        return values


@pytest.fixture
async def operator() -> AsyncIterator[Operator]:
    values = {"DATABASE_URL": secret("postgres://"), "JWT_SECRET": secret("jwt")}
    provider = DopplerProvider(read_endpoint("unused.invalid"), Transport("test", Timeouts(connect=1, call=2)))
    async with DopplerSimulator(TOKEN, values) as simulator:
        operator = Operator(simulator, provider)
        yield operator
        await operator.feeds.close()
        await provider.close()


DATA = (DataRef(key="DATABASE_URL"), DataRef(key="JWT_SECRET"))


async def test_three_apps_read_one_store_with_one_download(operator: Operator) -> None:
    for app in ("bookmarked", "code-talk", "tenantflow"):
        assert await operator.apply(app, *DATA) == operator.simulator.values
    await operator.simulator.wait_for_streams(1)
    assert operator.simulator.downloads().count(200) == 1


async def test_fifty_rotations_arrive_each_well_within_a_second(operator: Operator) -> None:
    await operator.apply("bookmarked", *DATA)
    await operator.simulator.wait_for_streams(1)
    delays = []
    for number in range(50):
        value = secret(f"jwt-{number}")
        started = perf_counter()
        operator.simulator.set("JWT_SECRET", value)
        read = await operator.next()
        delays.append(perf_counter() - started)
        assert read == operator.simulator.values
    assert max(delays) < 0.5


async def test_ten_polls_of_an_unchanged_config_are_ten_304s(operator: Operator) -> None:
    operator.simulator.watch_trouble = answers_with_error(404, "no such route")
    operator.interval = 1
    await operator.apply("bookmarked", *DATA)
    async with asyncio.timeout(20):
        await operator.simulator.wait_for(lambda: operator.simulator.downloads().count(304) == 10)
    assert operator.simulator.downloads().count(200) == 1
    assert operator.readings.empty()


FILES: dict[str, tuple[Trouble | None, str]] = {
    "as it is": (None, 'DATABASE_URL="'),
    "HTML": (answers(200, b"<html>", kind="text/html"), "is not a config"),
    "nothing": (answers(200, kind="text/plain"), "is not a config"),
    "an error": (answers(502, b"bad gateway", kind="text/plain"), "answered 502"),
}


@pytest.mark.parametrize("case", FILES)
async def test_a_whole_file_is_one_value_and_never_a_page_of_a_proxy(operator: Operator, case: str) -> None:
    operator.format = "env"
    operator.simulator.trouble, expected = FILES[case]
    read = await operator.apply("bookmarked", FindRef())
    assert expected in (read if isinstance(read, str) else read["DOPPLER_SECRETS_FILE"])


async def test_find_is_told_of_a_new_name(operator: Operator) -> None:
    await operator.apply("bookmarked", FindRef(name_regexp=".*"))
    await operator.simulator.wait_for_streams(1)
    operator.simulator.set("PORT", "8080")
    assert await operator.next() == operator.simulator.values


async def test_a_change_during_an_outage_arrives_when_it_ends(operator: Operator) -> None:
    operator.interval = 1
    await operator.apply("bookmarked", *DATA)
    await operator.simulator.wait_for_streams(1)
    await operator.simulator.stop()
    failed = await operator.next()
    operator.simulator.set("JWT_SECRET", secret("rotated"))
    await operator.simulator.start()
    assert isinstance(failed, str)
    assert "cannot connect to 127.0.0.1" in failed
    assert await operator.next(within=HEALING) == operator.simulator.values
    await asyncio.wait_for(operator.simulator.wait_for_streams(1), HEALING)


async def test_a_restart_of_the_server_is_no_news(operator: Operator) -> None:
    await operator.apply("bookmarked", *DATA)
    await operator.simulator.wait_for_streams(1)
    await operator.simulator.stop()
    await asyncio.sleep(1)
    await operator.simulator.start()
    await asyncio.wait_for(operator.simulator.wait_for_streams(1), HEALING)
    assert operator.readings.empty()


TROUBLES: dict[str, tuple[Trouble, str]] = {
    "401": (answers_with_error(401, "Invalid Auth token"), "answered 401: Invalid Auth token"),
    "404": (answers_with_error(404, "Could not find requested config 'prd'"), "answered 404: Could not find"),
    "500": (answers_with_error(500), "answered 500: the server failed"),
    "503 that is HTML": (answers(503, b"<html>", kind="text/html"), "answered 503: the server failed"),
    "429": (answers_with_error(429, headers={"Retry-After": "1"}), "answered 429: too many requests"),
    "HTML": (answers(200, b"<html>", kind="text/html"), "is not a config"),
    "wrong types": (answers(200, b'{"JWT_SECRET": 1}'), "not a JSON object of strings"),
    "a name twice": (answers(200, b'{"JWT_SECRET": "a", "JWT_SECRET": "b"}'), "names a secret twice"),
    "nothing in it": (answers(200, b"{}"), "secret 'DATABASE_URL' not found"),
    "a cut-off body": (cuts_off(b'{"JWT_SECRET": "half'), "was cut off"),
    "far too much": (goes_on_forever(b"x" * 65_536), "larger than 8 MiB"),
    "a lost connection": (hangs_up(), "the connection to"),
}


@pytest.mark.parametrize("case", TROUBLES)
async def test_trouble_is_told_and_heals_by_itself(operator: Operator, case: str) -> None:
    operator.interval = 1
    before = await operator.apply("bookmarked", *DATA)
    operator.simulator.trouble, words = TROUBLES[case]
    failed = await operator.next()
    operator.simulator.trouble = None
    assert isinstance(failed, str)
    assert words in failed
    assert CANARY not in failed
    assert await operator.next(within=HEALING) == before


async def test_a_revoked_token_is_told_within_a_second_though_nobody_polls(operator: Operator) -> None:
    await operator.apply("bookmarked", *DATA)
    await operator.simulator.wait_for_streams(1)
    operator.simulator.token = "another"  # throw-away, for tests
    operator.simulator.cut_streams()
    failed = await operator.next(within=2)
    assert isinstance(failed, str)
    assert "answered 401" in failed


async def test_a_new_token_heals_at_once(operator: Operator) -> None:
    operator.token = "wrong"  # throw-away, for tests
    failed = await operator.apply("bookmarked", *DATA)
    operator.token = TOKEN
    operator.wake("bookmarked")
    assert isinstance(failed, str)
    assert await operator.next(within=1) == operator.simulator.values


async def test_a_store_is_valid_when_its_token_is(operator: Operator) -> None:
    store = Store(
        uid="1", generation=1, kind="SecretStore", name="s", provider="doppler",
        settings=Settings(auth=AUTH, host=operator.simulator.url),
    )  # fmt: skip
    await operator.provider.validate(store, Credential(uid="1", resource_version="1", value=Hidden(TOKEN)))
    with pytest.raises(FetchFailedError, match="answered 401"):
        await operator.provider.validate(store, Credential(uid="1", resource_version="1", value=Hidden("wrong")))
