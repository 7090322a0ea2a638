"""The operator as a program: finds its cluster, runs the manager, answers for its health."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from headwater.kube.client import KubeClient
from headwater.kube.kubeconfig import load_access
from headwater.operator.manager import Manager
from headwater.operator.providers import load_providers
from headwater.operator.settings import OperatorSettings
from headwater.process.health import serve_health
from headwater.process.metrics import new_registry
from headwater.process.program import Address, Ready

NOWHERE = Address(host="", port=0)
"""Where an operator without a health listener listens."""

_log = structlog.get_logger()


async def run(settings: OperatorSettings, *, ready: Ready, stop: asyncio.Event) -> None:
    """Keep the cluster's Secrets until `stop`.

    Raises:
        StartupError: no cluster is known, or the health listener cannot listen.
    """
    access = load_access(settings.kubeconfig, os.environ)
    providers = load_providers(os.environ)
    synced = asyncio.Event()
    try:
        async with KubeClient(access) as client, _health(settings, synced) as address:
            running = asyncio.create_task(Manager(client, providers, settings).run(synced=synced))
            try:
                await _until(synced, running, stop)
                ready(address)
                _log.info("operator.started", cluster=access.server)
                await _until(stop, running, stop)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    finally:
        await asyncio.gather(*(provider.close() for provider in providers.values()))


@asynccontextmanager
async def _health(settings: OperatorSettings, synced: asyncio.Event) -> AsyncIterator[Address]:
    if not settings.health_listen:
        yield NOWHERE
        return
    async with serve_health(settings.health_listen, new_registry(), is_ready=synced.is_set) as address:
        yield address


async def _until(event: asyncio.Event, running: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Return once `event` or `stop` is set; a manager that ends before raises what ended it."""
    waits = [asyncio.create_task(event.wait()), asyncio.create_task(stop.wait())]
    try:
        await asyncio.wait([running, *waits], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    if running.done():
        running.result()
