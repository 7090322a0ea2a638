"""The main job: the seed's two files, verbatim, and a secret that the real `doppler` CLI rotates, there at once."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from headwater.kube.client import KubeClient
from headwater.kube.encoding import Changed
from headwater.kube.resource import Selection
from headwater.operator.resource_types import SECRETS
from headwater.resources.marks import DATA_HASH_ANNOTATION, data_hash
from tests.clients.conftest import Doppler
from tests.e2e.conftest import CONFIG, PROJECT
from tests.support.canary import CANARY, secret
from tests.support.controlplane import Kubectl
from tests.support.headwater_server import DOWNLOAD, ServerProcess
from tests.support.operator_cluster import ClusterDesk, OperatorProcess

pytestmark = [pytest.mark.needs("controlplane"), pytest.mark.needs("doppler")]

SEED = Path(__file__).parent.parent.parent / "src" / "headwater" / "resources" / "seed"
STORE, APP = "doppler-secret-store", "bookmarked-secrets"
VALUES = {"DATABASE_URL": secret("postgres"), "JWT_SECRET": secret("jwt")}
GET = "could not get secret data from provider: "

ROTATIONS = 50
APART = 0.3
"""Seconds between two rotations, at least."""
LIMIT = 1.0
"""Seconds from the CLI's exit to the Secret's event, at most."""


@pytest.fixture
async def seeded(server: ServerProcess, doppler: Doppler, desk: ClusterDesk) -> AsyncIterator[None]:
    """The token's Secret by hand, as the seed's page has it, and the two files by plain `kubectl apply -f`."""
    set_all = [f"{name}={value}" for name, value in VALUES.items()]
    await asyncio.to_thread(doppler, "secrets", "set", *set_all, "--silent")
    token = server.create_service_token(PROJECT, CONFIG)
    await asyncio.to_thread(_seed, desk.kubectl, token)
    await desk.until_holds(APP, VALUES)
    await desk.until_reported(APP, "True", "secret synced")
    yield
    await asyncio.to_thread(_remove, desk.kubectl)


def _seed(kubectl: Kubectl, token: str) -> None:
    kubectl.run("create", "namespace", "external-secrets")
    literal = f"--from-literal=dopplerToken={token}"
    kubectl("create", "secret", "generic", "doppler-token-auth", "--namespace", "external-secrets", literal)
    kubectl("apply", "-f", str(SEED / "clustersecretstore.yaml"), "-f", str(SEED / "externalsecret-bookmarked.yaml"))


def _remove(kubectl: Kubectl) -> None:
    kubectl("delete", "externalsecret", APP, "--namespace", "default")
    kubectl("delete", "secret", APP, "--namespace", "default", "--ignore-not-found")
    kubectl("delete", "clustersecretstore", STORE)
    kubectl("delete", "secret", "doppler-token-auth", "--namespace", "external-secrets")


@pytest.mark.usefixtures("seeded")
async def test_the_seed_becomes_ready(desk: ClusterDesk) -> None:
    await desk.until_store_reported(STORE, "True", "store validated", cluster=True)
    made = await desk.until_holds(APP, VALUES)
    assert made.metadata.annotations[DATA_HASH_ANNOTATION] == data_hash(made.data)
    assert made.metadata.controller is not None
    assert (made.metadata.controller.kind, made.metadata.controller.name) == ("ExternalSecret", APP)


@pytest.mark.usefixtures("seeded")
async def test_unchanged_refreshes_are_answered_304_and_write_nothing(desk: ClusterDesk, server: ServerProcess) -> None:
    made = await desk.until_holds(APP, VALUES)
    before = server.count(DOWNLOAD, 304)
    await desk.patch("externalsecret", APP, {"spec": {"refreshInterval": "1s"}})
    async with asyncio.timeout(60):
        while server.count(DOWNLOAD, 304) < before + 10:  # noqa: ASYNC110 - a counter at /metrics has no event
            await asyncio.sleep(0.5)
    assert await desk.is_untouched(made)


@pytest.mark.usefixtures("seeded")
async def test_a_server_that_restarts_is_outlived(desk: ClusterDesk, server: ServerProcess) -> None:
    made = await desk.until_holds(APP, VALUES)
    await desk.patch("externalsecret", APP, {"spec": {"refreshInterval": "1s"}})
    await asyncio.to_thread(server.kill)
    try:
        said = await desk.until_reported(APP, "False", GET, within=30)
        assert CANARY not in said.status.conditions[0].message
        assert await desk.is_untouched(made)
    finally:
        await asyncio.to_thread(server.start)
    await desk.until_reported(APP, "True", within=5)
    assert await desk.is_untouched(made)


@pytest.mark.usefixtures("seeded")
async def test_a_revoked_token_is_said_and_a_new_one_heals(desk: ClusterDesk, server: ServerProcess) -> None:
    made = await desk.until_holds(APP, VALUES)
    await desk.patch("externalsecret", APP, {"spec": {"refreshInterval": "1s"}})
    old = await asyncio.to_thread(_token, desk.kubectl)
    server.revoke_service_token(PROJECT, CONFIG, old)
    said = await desk.until_reported(APP, "False", GET, within=30)
    assert old not in said.status.conditions[0].message
    assert await desk.is_untouched(made)
    new = server.create_service_token(PROJECT, CONFIG)
    replacement = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "doppler-token-auth", "namespace": "external-secrets"},
        "stringData": {"dopplerToken": new},
    }
    await desk.apply(replacement)
    await desk.until_reported(APP, "True", within=5)
    assert await desk.is_untouched(made)


def _token(kubectl: Kubectl) -> str:
    template = "--output=go-template={{.data.dopplerToken | base64decode}}"
    return kubectl("get", "secret", "doppler-token-auth", "--namespace", "external-secrets", template)


@pytest.mark.usefixtures("seeded")
@pytest.mark.timeout(300)
async def test_fifty_rotations_arrive_within_a_second(desk: ClusterDesk, doppler: Doppler) -> None:
    await desk.patch("externalsecret", APP, {"spec": {"refreshInterval": "1h"}})
    arrivals: dict[bytes, float] = {}
    news = asyncio.Condition()
    started = asyncio.Event()
    watching = asyncio.create_task(_watch(desk.client, arrivals, news, started))
    await started.wait()
    took = [await _rotate(doppler, number, arrivals, news) for number in range(ROTATIONS)]
    watching.cancel()
    milliseconds = sorted(1000 * seconds for seconds in took)
    print(f"\n{ROTATIONS} rotations: p50 {statistics.median(milliseconds):.0f} ms, max {milliseconds[-1]:.0f} ms")  # noqa: T201
    assert milliseconds[-1] < 1000 * LIMIT


async def _watch(
    client: KubeClient, arrivals: dict[bytes, float], news: asyncio.Condition, started: asyncio.Event
) -> None:
    """Note when each value of JWT_SECRET was first seen."""
    selection = Selection(namespace="default", fields=f"metadata.name={APP}")
    listing = await client.list(SECRETS, selection)
    async with client.watch(SECRETS, listing.resource_version, selection) as events:
        started.set()
        async for event in events:
            if isinstance(event, Changed):
                async with news:
                    arrivals.setdefault(event.object.data["JWT_SECRET"], time.perf_counter())
                    news.notify_all()


async def _rotate(doppler: Doppler, number: int, arrivals: dict[bytes, float], news: asyncio.Condition) -> float:
    """Seconds from the CLI's exit until the watch had the new value; less than none counts as none."""
    value = secret(f"rotation-{number}")
    await asyncio.to_thread(doppler, "secrets", "set", f"JWT_SECRET={value}", "--silent")
    done = time.perf_counter()
    async with asyncio.timeout(10), news:
        await news.wait_for(lambda: value.encode() in arrivals)
    await asyncio.sleep(APART)
    return max(arrivals[value.encode()] - done, 0.0)


@pytest.mark.usefixtures("seeded")
async def test_no_program_logs_a_value(operator: OperatorProcess, server: ServerProcess) -> None:
    for log in (operator.log, server.log):
        assert CANARY not in log.read_text(encoding="utf-8")
