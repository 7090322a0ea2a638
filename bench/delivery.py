"""From a committed change to the Secret in the cluster, beside what the cluster alone takes from a write to its event.

The yardstick is a patch of another Secret by the same client, told of by the same kind of watch, in the same run.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from bench.parts import HEADWATER, Server, headwater_server
from headwater.kube.client import KubeClient
from headwater.kube.encoding import Changed
from headwater.kube.kubeconfig import load_access
from headwater.kube.resource import ObjectKey, Selection
from headwater.kube.writes import Patch
from headwater.operator.resource_types import SECRETS
from tools.controlplane import plane
from tools.controlplane.programs import BUILD_COMMAND, USUAL, missing

_ROUNDS = 50
_APART = 0.2
"""Seconds between two rounds: none waits behind the one before."""
_SEED = Path(__file__).parent.parent / "src" / "headwater" / "resources" / "seed"
_NAME, _KEY = "bookmarked-secrets", "JWT_SECRET"


def run() -> None:
    if missing(USUAL):
        print(f"not measured: {BUILD_COMMAND}")
        return
    folder = Path(tempfile.mkdtemp(prefix="headwater-bench-"))
    try:
        started = plane.start(folder / "plane", tied=True)
        with headwater_server(folder, secrets=100) as server:
            _measure(folder, started, server)
    finally:
        plane.stop(folder / "plane")
        shutil.rmtree(folder)


def _measure(folder: Path, started: plane.ControlPlane, server: Server) -> None:
    _seed(started, server)
    command = [HEADWATER, "operator", "--kubeconfig", str(started.kubeconfig)]
    with (folder / "operator.log").open("w") as log:
        environ = {**os.environ, "DOPPLER_BASE_URL": server.url}
        operator = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        try:
            asyncio.run(_compare(started.kubeconfig, server))
        finally:
            operator.send_signal(signal.SIGTERM)
            operator.wait(timeout=30)


def _seed(started: plane.ControlPlane, server: Server) -> None:
    """The manifests of the seed, verbatim, and the token's Secret that they name."""
    _set(server, "0")
    _kubectl(started, "apply", "-f", "-", stdin=subprocess.check_output([HEADWATER, "crds"], text=True))
    _kubectl(started, "create", "namespace", "external-secrets")
    token = f"--from-literal=dopplerToken={server.service}"
    _kubectl(started, "-n", "external-secrets", "create", "secret", "generic", "doppler-token-auth", token)
    _kubectl(started, "create", "secret", "generic", "yardstick")
    _kubectl(started, "apply", "-f", str(_SEED))


async def _compare(kubeconfig: Path, server: Server) -> None:
    async with KubeClient(load_access(kubeconfig, {}), user_agent="bench") as client:

        async def patch(value: str) -> None:
            await client.patch(SECRETS, ObjectKey("default", "yardstick"), Patch.merge({"stringData": {_KEY: value}}))

        async def change(value: str) -> None:
            await asyncio.to_thread(_set, server, value)

        alone = await _rounds(client, "yardstick", patch)
        whole = await _rounds(client, _NAME, change)
    print(f"cluster alone, write to event:    p50 {median(alone):5.1f} ms, max {max(alone):5.1f} ms")
    print(f"committed change to Secret event: p50 {median(whole):5.1f} ms, max {max(whole):5.1f} ms")
    print(f"                                  p50 {median(whole) / median(alone):5.1f} of the cluster alone")


async def _rounds(client: KubeClient, name: str, change: Callable[[str], Awaitable[None]]) -> list[float]:
    """Milliseconds from asking for each change (the answer is its commit) to the event that shows it."""
    seen: dict[str, float] = {}
    news = asyncio.Event()
    watching = asyncio.create_task(_watch(client, name, seen, news))
    took = []
    for number in range(_ROUNDS + 1):
        value = f"round-{number}"
        asked = time.perf_counter()
        await change(value)
        async with asyncio.timeout(30):
            while value not in seen:
                news.clear()
                await news.wait()
        took.append(1000 * (seen[value] - asked))
        await asyncio.sleep(_APART)
    watching.cancel()
    return took[1:]


async def _watch(client: KubeClient, name: str, seen: dict[str, float], news: asyncio.Event) -> None:
    selection = Selection(namespace="default", fields=f"metadata.name={name}")
    async with client.watch(SECRETS, "0", selection) as events:
        async for event in events:
            if isinstance(event, Changed):
                seen.setdefault(event.object.data.get(_KEY, b"").decode(), time.perf_counter())
                news.set()


def _set(server: Server, value: str) -> None:
    values = {_KEY: value, "DATABASE_URL": "postgres://db/app"}
    server.post("/v3/configs/config/secrets", {"project": "apps", "config": "prd", "secrets": values})


def _kubectl(started: plane.ControlPlane, *arguments: str, stdin: str = "") -> None:
    command = [str(started.kubectl), "--kubeconfig", str(started.kubeconfig), *arguments]
    subprocess.run(command, input=stdin, check=True, text=True, capture_output=True)
