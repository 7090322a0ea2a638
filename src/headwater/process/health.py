"""`/healthz`, `/readyz` and `/metrics` for programs that have no web server of their own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from headwater.domain.errors import StartupError
from headwater.process.metrics import CONTENT_TYPE, Registry, to_text
from headwater.process.program import Address


@asynccontextmanager
async def serve_health(listen: str, registry: Registry, *, is_ready: Callable[[], bool]) -> AsyncIterator[Address]:
    """Answer health and metrics on `listen` (`host:port`, port 0 for a free one) while the context lasts.

    Raises:
        StartupError: the address cannot be listened on.
    """
    runner = web.AppRunner(_app(registry, is_ready), access_log=None)
    await runner.setup()
    host, port = split_address(listen)
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise StartupError(f"cannot listen on {listen}: {error.strerror}", hint="choose another address") from error
    try:
        bound = runner.addresses[0]
        yield Address(host=bound[0], port=bound[1])
    finally:
        await runner.cleanup()


def split_address(listen: str) -> tuple[str, int]:
    """`127.0.0.1:8080`, `[::1]:8080` or `:8080` (every interface) → host and port.

    Raises:
        StartupError: not of that form.
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the largest port
        raise StartupError(f"not an address to listen on: {listen}", hint="write host:port, such as 127.0.0.1:8080")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104 - asked for by the empty host


def _app(registry: Registry, is_ready: Callable[[], bool]) -> web.Application:
    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        ready = is_ready()
        return web.json_response({"status": "ready" if ready else "starting"}, status=200 if ready else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=to_text(registry), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app
