"""The informer on a real API server: many objects, writes of others, and a server that goes away."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from headwater.kube.client import KubeClient
from headwater.kube.errors import ExpiredError
from headwater.kube.informer import Change, Informer
from headwater.kube.kubeconfig import load_access
from headwater.kube.resource import ObjectKey, ResourceType, Selection
from headwater.resources.kube_secret import KubeSecret
from tests.support.canary import secret
from tests.support.controlplane import Kubectl
from tools.controlplane.plane import ControlPlane, free_port, start, stop

pytestmark = pytest.mark.needs("controlplane")

SECRETS = ResourceType(version="v1", plural="secrets", kind="Secret", struct=KubeSecret)

Keys = tuple[str, ...]


def keys_of(found: KubeSecret) -> Keys:
    """What is kept of a Secret: no value."""
    return tuple(sorted(found.data))


class Following:
    """An informer that runs, with a way to wait for what it knows."""

    def __init__(self, informer: Informer[KubeSecret, Keys]) -> None:
        self.informer = informer
        self.changes: list[Change[Keys]] = []
        self._heard = asyncio.Event()
        informer.on_change(self._take_in)

    def _take_in(self, change: Change[Keys]) -> None:
        self.changes.append(change)
        self._heard.set()

    async def until(self, holds: Callable[[], bool], *, within: float = 20.0) -> None:
        async with asyncio.timeout(within):
            while not holds():
                self._heard.clear()
                await self._heard.wait()


@asynccontextmanager
async def following(kubeconfig: Path, namespace: str) -> AsyncIterator[Following]:
    async with KubeClient(load_access(kubeconfig, {})) as client:
        informer = Informer(client, SECRETS, keys_of, selection=Selection(namespace=namespace))
        follower = Following(informer)
        running = asyncio.create_task(informer.run())
        try:
            await informer.synced.wait()
            yield follower
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def kubectl_in_thread(kubectl: Kubectl, *arguments: str) -> None:
    await asyncio.to_thread(kubectl, *arguments)


async def test_what_others_write_is_known_and_no_value_is_kept(
    control_plane: ControlPlane, kubectl: Kubectl, namespace: str
) -> None:
    here = ("--namespace", namespace)
    kubectl("create", "secret", "generic", "old", f"--from-literal=a={secret('v')}", *here)
    async with following(control_plane.kubeconfig, namespace) as follower:
        old, new = ObjectKey(namespace, "old"), ObjectKey(namespace, "new")
        assert follower.informer.find(old) == ("a",)
        await kubectl_in_thread(kubectl, "create", "secret", "generic", "new", "--from-literal=b=1", *here)
        await follower.until(lambda: follower.informer.find(new) == ("b",))
        await kubectl_in_thread(kubectl, "delete", "secret", "old", *here)
        await follower.until(lambda: follower.informer.find(old) is None)
    assert [(change.key.name, change.old, change.new) for change in follower.changes] == [
        ("old", None, ("a",)),
        ("new", None, ("b",)),
        ("old", ("a",), None),
    ]


async def test_thousands_come_in_pages(control_plane: ControlPlane, namespace: str) -> None:
    async with KubeClient(load_access(control_plane.kubeconfig, {}), user_agent="tests") as client:
        bodies = [{"metadata": {"name": f"s{number}"}} for number in range(1100)]
        await asyncio.gather(*(client.create(SECRETS, namespace, body) for body in bodies))
    async with following(control_plane.kubeconfig, namespace) as follower:
        assert len(follower.informer) == 1100


async def test_our_own_write_is_told_once(control_plane: ControlPlane, namespace: str) -> None:
    async with (
        following(control_plane.kubeconfig, namespace) as follower,
        KubeClient(load_access(control_plane.kubeconfig, {}), user_agent="tests") as client,
    ):
        stored = await client.create(SECRETS, namespace, {"metadata": {"name": "ours"}, "data": {"a": "MQ=="}})
        follower.informer.observed(stored)
        assert follower.informer.find(ObjectKey(namespace, "ours")) == ("a",)
        await client.create(SECRETS, namespace, {"metadata": {"name": "next"}})
        await follower.until(lambda: follower.informer.find(ObjectKey(namespace, "next")) is not None)
    assert [change.key.name for change in follower.changes] == ["ours", "next"]


@pytest.fixture
async def passing_plane(tmp_path: Path, control_plane: ControlPlane) -> AsyncIterator[tuple[ControlPlane, int]]:
    """A control plane of this test's own, on a port that it keeps."""
    assert control_plane.kubectl.exists()
    port = free_port()
    try:
        yield await asyncio.to_thread(start, tmp_path / "plane", port=port, tied=False), port
    finally:
        await asyncio.to_thread(stop, tmp_path / "plane")


async def test_a_restarted_cluster_is_caught_up_with(passing_plane: tuple[ControlPlane, int]) -> None:
    plane, port = passing_plane
    kubectl = Kubectl(plane.kubectl, plane.kubeconfig)
    here = ("--namespace", "default")
    for name in ("stays", "goes"):
        await kubectl_in_thread(kubectl, "create", "secret", "generic", name, "--from-literal=a=1", *here)
    async with (
        following(plane.kubeconfig, "default") as follower,
        KubeClient(load_access(plane.kubeconfig, {}), user_agent="tests") as client,
    ):
        before = (await client.list(SECRETS)).resource_version
        await asyncio.to_thread(stop, plane.folder)
        await asyncio.to_thread(start, plane.folder, port=port, tied=False)
        await kubectl_in_thread(kubectl, "delete", "secret", "goes", *here)
        await kubectl_in_thread(kubectl, "create", "secret", "generic", "comes", "--from-literal=b=1", *here)
        await follower.until(lambda: follower.informer.find(ObjectKey("default", "comes")) == ("b",))
        known = {key.name for key, _ in follower.informer.items()}
        with pytest.raises(ExpiredError):
            await _first_event(client, before)
    assert known == {"stays", "comes"}
    assert [change.new for change in follower.changes if change.key.name == "stays"] == [("a",)]


async def _first_event(client: KubeClient, since: str) -> object:
    async with client.watch(SECRETS, since, seconds=5) as events:
        return await anext(events)
