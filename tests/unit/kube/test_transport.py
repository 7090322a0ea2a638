"""Connections: who we are is asked anew after a 401, and no failure shows who we are."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.hidden import Hidden
from headwater.kube.access import Access, ClientCertificate, FixedCredential, Identity, NoClusterError
from headwater.kube.errors import ApiUnavailableError, CredentialRefusedError
from headwater.kube.transport import MAX_CALLS, Call, Timeouts, Transport, lines
from tests.support.canary import secret
from tests.support.kube_simulator import THINGS, KubeSimulator, answers

CALL = Call(method="GET", path=THINGS.collection(), doing="list things")


@dataclass(slots=True)
class Rotating:
    """A credential that has another token each time it is refused."""

    tokens: list[str] = field(default_factory=lambda: [secret("old"), secret("new")], repr=False)
    refusals: int = 0

    async def identity(self, *, refused: bool = False) -> Identity:
        self.refusals += refused
        return Identity(bearer=Hidden(self.tokens[min(self.refusals, len(self.tokens) - 1)]))


def transport(simulator: KubeSimulator, credential: Rotating, timeouts: Timeouts | None = None) -> Transport:
    server = simulator.client().access.server
    return Transport(Access(server=server, credential=credential), user_agent="tests/1", timeouts=timeouts)


@pytest.fixture
async def simulator() -> AsyncIterator[KubeSimulator]:
    async with KubeSimulator() as running:
        yield running


async def test_a_rotated_token_costs_one_failed_call(simulator: KubeSimulator) -> None:
    simulator.trouble = [answers(401, "Unauthorized")]
    calls = transport(simulator, Rotating())
    await calls.call(CALL)
    await calls.close()
    sent = [seen.headers["Authorization"].removeprefix("Bearer ") for seen in simulator.seen]
    assert sent == [secret("old"), secret("new")]


async def test_a_token_that_stays_refused_is_an_error(simulator: KubeSimulator) -> None:
    simulator.trouble = [answers(401, "Unauthorized"), answers(401, "Unauthorized")]
    calls = transport(simulator, Rotating())
    with pytest.raises(CredentialRefusedError) as caught:
        await calls.call(CALL)
    await calls.close()
    assert str(caught.value).startswith("cannot list things: Unauthorized")


async def test_how_long_to_stay_away_is_read_from_the_answer(simulator: KubeSimulator) -> None:
    async def busy(request: web.Request) -> web.StreamResponse:
        response = await answers(429, "TooManyRequests")(request)
        response.headers["Retry-After"] = "3"
        return response

    simulator.trouble = [busy]
    calls = transport(simulator, Rotating())
    with pytest.raises(ApiUnavailableError) as caught:
        await calls.call(CALL)
    await calls.close()
    assert caught.value.retry_after == 3.0


async def test_a_cluster_that_is_away_is_said_in_words_without_the_token(simulator: KubeSimulator) -> None:
    calls = transport(simulator, Rotating())
    await simulator.stop()
    with pytest.raises(ApiUnavailableError) as caught:
        await calls.call(CALL)
    await calls.close()
    assert "cannot list things: the connection failed" in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_host_that_is_not_there_is_said_in_words() -> None:
    calls = Transport(Access(server="http://nowhere.invalid", credential=Rotating()), user_agent="tests/1")
    with pytest.raises(ApiUnavailableError) as caught:
        await calls.call(CALL)
    await calls.close()
    assert str(caught.value) == "cannot list things: there is no such host"


async def test_an_answer_that_never_comes_is_given_up(simulator: KubeSimulator) -> None:
    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    simulator.trouble = [never, never]
    calls = transport(simulator, Rotating(), Timeouts(call=0.05))
    with pytest.raises(ApiUnavailableError, match="no answer in time"):
        await calls.call(CALL)
    with pytest.raises(ApiUnavailableError, match="no answer in time"):
        async with calls.stream(CALL):
            raise AssertionError
    await calls.close()


async def test_a_token_that_cannot_be_sent_is_not_shown(simulator: KubeSimulator) -> None:
    calls = transport(simulator, Rotating([secret("two\nlines")]))
    with pytest.raises(ApiUnavailableError, match="the address or the credential cannot be sent") as caught:
        await calls.call(CALL)
    await calls.close()
    assert caught.value.__cause__ is None


async def test_a_callers_own_error_is_not_taken_for_the_clusters(simulator: KubeSimulator) -> None:
    calls = transport(simulator, Rotating())
    watch = Call(
        method="GET", path=THINGS.collection(), doing="watch", query={"watch": "true", "resourceVersion": "100"}
    )
    with pytest.raises(TimeoutError, match="mine"):
        async with calls.stream(watch):
            raise TimeoutError("mine")
    await calls.close()


async def test_a_calls_time_does_not_run_while_it_waits_for_others(simulator: KubeSimulator) -> None:
    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    simulator.trouble = [never] * MAX_CALLS
    calls = transport(simulator, Rotating(), Timeouts(call=0.3))
    stuck = [asyncio.create_task(calls.call(CALL)) for _ in range(MAX_CALLS)]
    waited = asyncio.create_task(calls.call(CALL))
    assert b"ThingList" in await waited
    assert [type(error) for error in await asyncio.gather(*stuck, return_exceptions=True)] == (
        [ApiUnavailableError] * MAX_CALLS
    )
    await calls.close()


def test_certificates_that_cannot_be_used_are_found_at_the_start() -> None:
    broken = Identity(certificate=ClientCertificate(b"none", Hidden(secret("key").encode())))
    with pytest.raises(NoClusterError):
        Transport(Access(server="https://k", credential=FixedCredential(broken)), user_agent="tests/1")


async def test_a_certificate_of_a_plugin_that_cannot_be_used_is_an_error_for_now() -> None:
    class Broken:
        async def identity(self, *, refused: bool = False) -> Identity:  # noqa: ARG002 - the same for all
            return Identity(certificate=ClientCertificate(b"none", Hidden(secret("key").encode())))

    calls = Transport(Access(server="https://localhost:1", credential=Broken()), user_agent="tests/1")
    with pytest.raises(ApiUnavailableError, match="the certificate that a plugin gave cannot be used"):
        await calls.call(CALL)
    await calls.close()


async def chunks(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@given(st.lists(st.binary(max_size=8).map(lambda text: text.replace(b"\n", b"") or b"x"), max_size=8), st.data())
def test_lines_are_whole_however_they_come(texts: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(text + b"\n" for text in texts) + b"cut off"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    parts = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]

    async def collected() -> list[bytes]:
        return [line async for line in lines(chunks(parts))]

    assert asyncio.run(collected()) == texts
