"""The devcluster as a program: a cluster with its first namespaces, what keeps it going, and its listener."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from headwater.devcluster.api import Api
from headwater.devcluster.app import App
from headwater.devcluster.auditing import Audit
from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.manager import Manager
from headwater.devcluster.keeping import Keeper
from headwater.devcluster.kubeconfig import write_kubeconfig
from headwater.devcluster.listener import Listener, check_private, open_socket
from headwater.devcluster.settings import DevclusterSettings
from headwater.domain.errors import StartupError
from headwater.process.program import Address, Ready

_log = structlog.get_logger()


async def run(settings: DevclusterSettings, *, ready: Ready, stop: asyncio.Event) -> None:
    """Serve until `stop` is set.

    Raises:
        StartupError: the address is taken or open to others, or the data folder cannot be used, or no longer.
    """
    check_private(settings.listen, public=settings.public)
    with contextlib.ExitStack() as opened:
        listening = opened.enter_context(open_socket(settings.listen))
        cluster = Cluster()
        failing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        opened.enter_context(contextlib.closing(Keeper(settings.data, cluster, failing.set_exception)))
        audit = opened.enter_context(contextlib.closing(_audit(settings)))
        app = App(Api(cluster), audit, public=settings.public)
        async with _serving(cluster, app, listening) as address:
            if settings.write_kubeconfig is not None:
                write_kubeconfig(settings.write_kubeconfig, address)
            _log.info("devcluster.started", url=address.url())
            ready(address)
            await _until(stop, failing)


async def _until(stop: asyncio.Event, failing: asyncio.Future[None]) -> None:
    """Raises what `failing` is given, if that comes first."""
    stopping: asyncio.Future[bool] = asyncio.create_task(stop.wait())
    waited: list[asyncio.Future[Any]] = [stopping, failing]
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if failing.done():
        failing.result()


@asynccontextmanager
async def _serving(cluster: Cluster, app: App, listening: socket.socket) -> AsyncIterator[Address]:
    listener, manager = Listener(app, listening), Manager(cluster)
    manager.begin()
    await listener.start()
    managing = asyncio.create_task(manager.run())
    try:
        yield listener.address
    finally:
        app.close()
        await listener.stop()
        managing.cancel()
        await asyncio.gather(managing, return_exceptions=True)


def _audit(settings: DevclusterSettings) -> Audit:
    try:
        return Audit(settings.audit_log)
    except OSError as error:
        raise StartupError(f"cannot write {settings.audit_log}: {error.strerror}", hint="name another file") from error
