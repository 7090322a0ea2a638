"""10,000 ExternalSecrets in devcluster: created, listed in pages, watched, and their status patched.

devcluster has one core to itself; the client, which is the operator's own, has another.
"""

import asyncio
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.parts import HEADWATER
from headwater.kube.client import PAGE_SIZE, KubeClient
from headwater.kube.encoding import Changed
from headwater.kube.kubeconfig import load_access
from headwater.kube.resource import ObjectKey, ResourceType
from headwater.kube.writes import Patch
from headwater.resources.crds import KINDS, custom_resource_definition

COUNT = 10_000

_IN_FLIGHT = 50
_FINALLY_SECONDS = 30.0


class _Meta(msgspec.Struct, frozen=True, rename="camel", gc=False):
    name: str
    uid: str = ""
    namespace: str = ""
    resource_version: str = ""


class _Object(msgspec.Struct, frozen=True, gc=False):
    metadata: _Meta


EXTERNAL_SECRETS = ResourceType(
    group="external-secrets.io", version="v1", plural="externalsecrets", kind="ExternalSecret", struct=_Object
)
_DEFINITIONS = ResourceType(
    group="apiextensions.k8s.io",
    version="v1",
    plural="customresourcedefinitions",
    kind="CustomResourceDefinition",
    struct=_Object,
    namespaced=False,
)


@dataclass(frozen=True, slots=True)
class _Cluster:
    client: KubeClient
    pid: int


def run() -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, _devcluster(Path(name)) as (kubeconfig, pid):
        print(f"{time.perf_counter() - began:>9.2f} s   from nothing to an answering API")
        asyncio.run(_measure(kubeconfig, pid))


async def _measure(kubeconfig: Path, pid: int) -> None:
    async with KubeClient(load_access(kubeconfig, {}), user_agent="bench") as client:
        cluster = _Cluster(client, pid)
        definitions = [custom_resource_definition(kind) for kind in KINDS]
        await _timed("CRDs created", cluster, definitions, lambda each: client.create(_DEFINITIONS, "", each))
        await _timed("ExternalSecrets created", cluster, range(COUNT), lambda each: _create(client, each))
        await _list(cluster)
        async with _watching(client) as seen:
            await _timed("status patches", cluster, range(COUNT), lambda each: _report(client, each))
            await asyncio.wait_for(seen.wait(), _FINALLY_SECONDS)
        await _timed("ExternalSecrets deleted", cluster, range(COUNT), lambda each: _delete(client, each))


async def _timed(what: str, cluster: _Cluster, each: Any, act: Callable[[Any], Awaitable[object]]) -> None:  # noqa: ANN401 - any iterable
    waiting = iter(each)
    count = len(each)
    cpu, began = _cpu_seconds(cluster.pid), time.perf_counter()

    async def work() -> None:
        for item in waiting:
            await act(item)

    await asyncio.gather(*(work() for _ in range(_IN_FLIGHT)))
    took, used = time.perf_counter() - began, _cpu_seconds(cluster.pid) - cpu
    print(f"{count / took:>9,.0f} /s  {what}: {count} in {took:.1f} s, {used / count * 1e6:,.0f} us of CPU each")


async def _list(cluster: _Cluster) -> None:
    cpu, began = _cpu_seconds(cluster.pid), time.perf_counter()
    listing = await cluster.client.list(EXTERNAL_SECRETS)
    took, used = time.perf_counter() - began, _cpu_seconds(cluster.pid) - cpu
    assert len(listing.items) == COUNT
    print(f"{took:>9.2f} s   all {COUNT} listed in pages of {PAGE_SIZE}, {used:.2f} s of CPU; {_rss(cluster.pid)} MiB")


@asynccontextmanager
async def _watching(client: KubeClient) -> AsyncIterator[asyncio.Event]:
    """Set once as many changes as there are objects were seen; says how long after the last patch that was."""
    done = asyncio.Event()
    listing = await client.list(EXTERNAL_SECRETS)

    async def follow() -> None:
        seen, began = 0, time.perf_counter()
        async with client.watch(EXTERNAL_SECRETS, listing.resource_version) as events:
            async for event in events:
                seen += isinstance(event, Changed)
                if seen == COUNT:
                    print(f"{seen / (time.perf_counter() - began):>9,.0f} /s  events seen by a watch meanwhile")
                    done.set()
                    return

    following = asyncio.create_task(follow())
    try:
        yield done
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _create(client: KubeClient, number: int) -> None:
    await client.create(EXTERNAL_SECRETS, "default", _external_secret(number), field_manager="bench")


async def _report(client: KubeClient, number: int) -> None:
    ready = {"type": "Ready", "status": "True", "reason": "SecretSynced", "message": "secret synced"}
    moment = "2026-11-25T00:00:00Z"
    conditions = [{**ready, "lastTransitionTime": moment}]
    body = {"status": {"refreshTime": moment, "syncedResourceVersion": f"1-{number}", "conditions": conditions}}
    key = ObjectKey("default", f"app-{number:05}")
    await client.patch(EXTERNAL_SECRETS, key, Patch.merge(body), subresource="status")


async def _delete(client: KubeClient, number: int) -> None:
    await client.delete(EXTERNAL_SECRETS, ObjectKey("default", f"app-{number:05}"))


def _external_secret(number: int) -> object:
    data = [{"secretKey": f"KEY_{each}", "remoteRef": {"key": f"KEY_{each}"}} for each in range(10)]
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": f"app-{number:05}", "namespace": "default", "labels": {"app": f"app-{number}"}},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"name": "store", "kind": "ClusterSecretStore"},
            "target": {"name": f"app-{number:05}"},
            "data": data,
        },
    }


@contextmanager
def _devcluster(folder: Path) -> Iterator[tuple[Path, int]]:
    kubeconfig = folder / "kubeconfig"
    command = [HEADWATER, "devcluster", "--write-kubeconfig", str(kubeconfig)]
    mine, its = _cores()
    os.sched_setaffinity(0, its)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    os.sched_setaffinity(0, mine)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        yield kubeconfig, process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def _cores() -> tuple[set[int], set[int]]:
    """One for us and one for devcluster; the same if there is only one."""
    cores = sorted(os.sched_getaffinity(0))
    return {cores[0]}, {cores[-1]}


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20
