"""`headwater server start`: the socket first, then the database behind it, then ready; and the way back.

Until the database is migrated and opened, and from the moment the server is told to stop, it answers 503 in JSON.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from headwater.process.clock import Clock, system_clock
from headwater.process.metrics import new_registry
from headwater.process.program import Ready
from headwater.server.app import App
from headwater.server.edge import Edge
from headwater.server.hub import Hub
from headwater.server.listener import Listener, open_socket, tls_context
from headwater.server.metrics import ServerMetrics
from headwater.server.opening import open_store
from headwater.server.routes import find_routes
from headwater.server.routing import route_table
from headwater.server.safety import check_safe
from headwater.server.services import Services
from headwater.server.settings import ServerSettings

_log = structlog.get_logger()


async def run(settings: ServerSettings, *, ready: Ready, stop: asyncio.Event, clock: Clock = system_clock) -> None:
    """Serve until `stop` is set, then let the requests at hand end.

    Raises:
        StartupError: unsafe settings, or something that is not as it must be.
    """
    registry = new_registry()
    metrics = ServerMetrics(registry)
    app = App(route_table(find_routes()), registry, metrics)
    listener = _listener(settings, app)
    await listener.start()
    try:
        async with _services(settings, metrics, clock) as services:
            app.open_up(services)
            _log.info("server.started", url=listener.address.url())
            ready(listener.address)
            await stop.wait()
            _log.info("server.stopping")
            app.close_down()
            services.hub.close()
            await listener.stop()
    finally:
        await listener.stop()


def _listener(settings: ServerSettings, app: App) -> Listener:
    check_safe(settings)
    tls = None
    if settings.tls_cert is not None and settings.tls_key is not None:
        tls = tls_context(settings.tls_cert, settings.tls_key)
    return Listener(app, open_socket(settings.listen), tls=tls, drain_seconds=settings.drain_seconds)


@asynccontextmanager
async def _services(settings: ServerSettings, metrics: ServerMetrics, clock: Clock) -> AsyncIterator[Services]:
    opened = await asyncio.to_thread(open_store, settings, clock())
    hub = Hub()
    metrics.streams.set_function(lambda: len(hub))
    edge = Edge(opened.installation, opened.storage, hub, clock=clock, metrics=metrics)
    reviewing = asyncio.create_task(hub.review())
    try:
        yield Services(edge=edge, hub=hub)
    finally:
        reviewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reviewing
        await edge.close()
        await asyncio.to_thread(opened.storage.close)
