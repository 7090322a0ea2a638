"""ExternalSecrets fed by provider doppler from a simulator of its API: news at once, trouble said and outlived.

The simulator can do what a real server does not do on demand; the same path with the real one is in tests/e2e.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from typing import Any, Final

import pytest

from headwater.kube.resource import ObjectKey
from headwater.operator.resource_types import EXTERNAL_SECRETS
from headwater.resources.kube_secret import KubeSecret
from tests.support.beside import Beside, running_beside
from tests.support.canary import CANARY, secret
from tests.support.controlplane import AuditLog, Kubectl
from tests.support.doppler_simulator import (
    DopplerSimulator,
    Trouble,
    answers,
    answers_with_error,
    cuts_off,
    hangs_up,
)
from tests.support.operator_cluster import ClusterDesk, OperatorProcess, opened_desk
from tests.support.operator_manifests import doppler_store, external_secret, kube_secret
from tools.controlplane.plane import ControlPlane

pytestmark = pytest.mark.needs("controlplane")

VALUES = {"DATABASE_URL": secret("url"), "JWT_SECRET": secret("jwt")}
TOKEN = secret("token")
GET = "could not get secret data from provider: "
HEALS = 5.0
"""Seconds after the cause's end within which everything heals by itself."""


@pytest.fixture
async def source() -> AsyncIterator[DopplerSimulator]:
    async with DopplerSimulator(token=TOKEN, values=dict(VALUES)) as running:
        yield running


@pytest.fixture
async def synced(desk: ClusterDesk, source: DopplerSimulator) -> KubeSecret:
    """Everything in place, at a short interval."""
    return await sync(desk, source)


async def sync(desk: ClusterDesk, source: DopplerSimulator) -> KubeSecret:
    await desk.apply(kube_secret(desk, "token", {"dopplerToken": TOKEN}), doppler_store(desk, source.url))
    await desk.apply(external_secret(desk, VALUES, interval="1s"))
    made = await desk.until_holds("app", VALUES)
    await desk.until_reported("app", "True", "secret synced")
    return made


@pytest.mark.usefixtures("synced")
async def test_a_change_arrives_by_the_stream(desk: ClusterDesk, source: DopplerSimulator) -> None:
    await desk.apply(external_secret(desk, VALUES, interval="1h"))
    async with asyncio.timeout(10):
        await source.wait_for_streams(1)
    source.set("JWT_SECRET", secret("rotated"))
    await desk.until_holds("app", {**VALUES, "JWT_SECRET": secret("rotated")}, within=1)


@pytest.mark.usefixtures("synced")
async def test_several_external_secrets_share_one_download(desk: ClusterDesk, source: DopplerSimulator) -> None:
    names = [f"app-{number}" for number in range(10)]
    await desk.apply(*(external_secret(desk, VALUES, name=name, interval="1h") for name in names))
    for name in names:
        await desk.until_holds(name, VALUES)
    assert source.downloads().count(200) == 1


async def test_a_server_that_is_away_from_the_start_is_said_and_outlived(
    desk: ClusterDesk, source: DopplerSimulator
) -> None:
    await source.stop()
    await desk.apply(kube_secret(desk, "token", {"dopplerToken": TOKEN}), doppler_store(desk, source.url))
    await desk.apply(external_secret(desk, VALUES))
    await desk.until_store_reported("store", "False", "unable to validate store", within=30)
    await desk.until_reported("app", "False", GET, within=30)
    await source.start()
    await desk.until_holds("app", VALUES, within=HEALS)
    await desk.until_reported("app", "True", within=HEALS)


async def test_a_wrong_token_is_said_and_heals_when_its_secret_is_replaced(
    desk: ClusterDesk, source: DopplerSimulator
) -> None:
    await desk.apply(kube_secret(desk, "token", {"dopplerToken": secret("wrong")}), doppler_store(desk, source.url))
    await desk.apply(external_secret(desk, VALUES))
    await desk.until_store_reported("store", "False", "unable to validate store", within=20)
    await desk.until_reported("app", "False", GET, within=20)
    await desk.apply(kube_secret(desk, "token", {"dopplerToken": TOKEN}))
    await desk.until_holds("app", VALUES, within=HEALS)
    await desk.until_reported("app", "True", within=HEALS)
    await desk.until_store_reported("store", "True", within=HEALS)


async def test_a_missing_token_is_said_and_heals_when_its_secret_comes(
    desk: ClusterDesk, source: DopplerSimulator
) -> None:
    await desk.apply(doppler_store(desk, source.url), external_secret(desk, VALUES))
    missing = f'cannot get Kubernetes secret "token" from namespace "{desk.namespace}": not found'
    await desk.until_store_reported("store", "False", f"unable to create client: {missing}")
    await desk.until_reported("app", "False", f"{GET}{missing}")
    await desk.apply(kube_secret(desk, "token", {"dopplerToken": TOKEN}))
    await desk.until_holds("app", VALUES, within=HEALS)
    await desk.until_store_reported("store", "True", within=HEALS)


async def test_a_force_sync_fetches_at_once(desk: ClusterDesk, source: DopplerSimulator) -> None:
    """No stream, a long interval: only the annotation can have fetched it."""
    source.watch_trouble = answers_with_error(404, "no such route")
    await desk.apply(kube_secret(desk, "token", {"dopplerToken": TOKEN}), doppler_store(desk, source.url))
    await desk.apply(external_secret(desk, VALUES, interval="1h"))
    await desk.until_holds("app", VALUES)
    await desk.until_reported("app", "True")
    source.values["JWT_SECRET"] = secret("rotated")
    annotation = {"external-secrets.io/force-sync": "1"}
    await desk.patch("externalsecret", "app", {"metadata": {"annotations": annotation}})
    await desk.until_holds("app", {**VALUES, "JWT_SECRET": secret("rotated")}, within=HEALS)


# What mostly waits for the next refresh runs beside the other tests, and each is a test of its own below.

LEAK = secret("leak")
TROUBLE: Final[dict[str, tuple[Trouble, str]]] = {
    "an error of the server": (answers_with_error(500, "boom"), "500"),
    "a page of HTML": (answers(200, f"<html>{LEAK}</html>".encode(), kind="text/html"), ""),
    "a gateway's page": (answers(502, b"<html>bad gateway</html>", kind="text/html"), "502"),
    "JSON that is no config": (answers(200, f'["{LEAK}"]'.encode()), ""),
    "a cut-off body": (cuts_off(f'{{"JWT_SECRET":"{LEAK}'.encode()), ""),
    "a refused token": (answers_with_error(401, "Invalid Auth token"), "401"),
    "a missing config": (answers_with_error(404, "Could not find requested config"), "404"),
    "too many requests": (answers_with_error(429, "slow down", headers={"Retry-After": "1"}), "429"),
    "a closed connection": (hangs_up(), ""),
}


async def trouble_is_said_and_outlived(
    desk: ClusterDesk, source: DopplerSimulator, synced: KubeSecret, case: str
) -> None:
    source.trouble, cause = TROUBLE[case]
    said = await desk.until_reported("app", "False", GET, within=30)
    message = said.status.conditions[0].message
    assert cause in message
    assert CANARY not in message
    assert await desk.is_untouched(synced)
    source.trouble = None
    await desk.until_reported("app", "True", "secret synced", within=HEALS)
    assert await desk.is_untouched(synced)


async def ten_unchanged_refreshes_write_nothing(
    desk: ClusterDesk, source: DopplerSimulator, synced: KubeSecret
) -> None:
    await desk.until_event("app", "Created")
    before = await desk.writes()
    async with asyncio.timeout(30):
        await source.wait_for(lambda: source.downloads().count(304) >= 10)
    after = await desk.secret("app")
    assert after is not None
    assert after.metadata.resource_version == synced.metadata.resource_version
    assert await desk.writes() == before


async def a_server_that_is_away_is_said_and_outlived(
    desk: ClusterDesk, source: DopplerSimulator, synced: KubeSecret
) -> None:
    await source.stop()
    said = await desk.until_reported("app", "False", GET, within=30)
    assert await desk.is_untouched(synced)
    await source.start()
    source.set("JWT_SECRET", secret("set while away"))
    await desk.until_holds("app", {**VALUES, "JWT_SECRET": secret("set while away")}, within=HEALS)
    await desk.until_reported("app", "True", within=HEALS)
    assert CANARY not in said.status.conditions[0].message


async def the_same_failure_is_written_once(desk: ClusterDesk, source: DopplerSimulator, synced: KubeSecret) -> None:
    source.trouble = answers_with_error(500, "boom")
    said = await desk.until_reported("app", "False", GET, within=30)
    failures = len(source.downloads())
    async with asyncio.timeout(30):
        await source.wait_for(lambda: len(source.downloads()) >= failures + 3)
    found = await desk.client.get(EXTERNAL_SECRETS, ObjectKey(desk.namespace, "app"))
    assert found.metadata.resource_version == said.metadata.resource_version
    assert await desk.is_untouched(synced)


async def a_store_that_moves_is_followed_and_the_secret_kept_meanwhile(
    desk: ClusterDesk, source: DopplerSimulator, synced: KubeSecret
) -> None:
    await desk.apply(doppler_store(desk, "http://127.0.0.1:9"))
    await desk.until_reported("app", "False", GET, within=30)
    assert await desk.is_untouched(synced)
    await desk.apply(doppler_store(desk, source.url))
    await desk.until_reported("app", "True", within=HEALS)


Waiting = Callable[[ClusterDesk, DopplerSimulator, KubeSecret], Coroutine[Any, Any, None]]
WAITING: Final[dict[str, Waiting]] = {
    "unchanged": ten_unchanged_refreshes_write_nothing,
    "same failure": the_same_failure_is_written_once,
    "away": a_server_that_is_away_is_said_and_outlived,
    "moves": a_store_that_moves_is_followed_and_the_secret_kept_meanwhile,
    **{case: partial(trouble_is_said_and_outlived, case=case) for case in TROUBLE},
}


@pytest.fixture(scope="module", autouse=True)
def beside(operator: OperatorProcess, kubectl: Kubectl, control_plane: ControlPlane) -> Iterator[Beside]:  # noqa: ARG001 - it must run
    """Begun before the first test of the module."""

    async def alone(name: str) -> None:
        namespace = f"beside-{[*WAITING].index(name)}-{os.urandom(3).hex()}"
        await asyncio.to_thread(kubectl, "create", "namespace", namespace)
        try:
            async with (
                opened_desk(kubectl, control_plane, AuditLog(control_plane), namespace) as desk,
                DopplerSimulator(token=TOKEN, values=dict(VALUES)) as source,
            ):
                await WAITING[name](desk, source, await sync(desk, source))
        finally:
            await asyncio.to_thread(kubectl, "delete", "namespace", namespace, "--wait=false")

    with running_beside({name: partial(alone, name) for name in WAITING}) as running:
        yield running


@pytest.mark.parametrize("case", TROUBLE)
def test_trouble_is_said_and_outlived(beside: Beside, case: str) -> None:
    beside.collect(case)


def test_ten_unchanged_refreshes_write_nothing(beside: Beside) -> None:
    beside.collect("unchanged")


def test_the_same_failure_is_written_once(beside: Beside) -> None:
    beside.collect("same failure")


def test_a_server_that_is_away_is_said_and_outlived(beside: Beside) -> None:
    beside.collect("away")


def test_a_store_that_moves_is_followed_and_the_secret_kept_meanwhile(beside: Beside) -> None:
    beside.collect("moves")
