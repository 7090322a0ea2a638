"""The socket, and uvicorn on it: started, drained and stopped by us.

uvicorn's own `serve()` takes the process's signals, which belong to the command line; so its three steps are run here.
"""

import asyncio
import contextlib
import socket
import ssl
from pathlib import Path

from starlette.types import ASGIApp
from uvicorn import Config, Server

from headwater.domain.errors import StartupError
from headwater.process.health import split_address
from headwater.process.program import Address
from headwater.server.protocol import Protocol

_BACKLOG = 2048
_KEEP_ALIVE_SECONDS = 75


def open_socket(listen: str) -> socket.socket:
    """A bound socket; connections are taken once a `Listener` starts on it.

    Raises:
        StartupError: no address, or one that is taken or not this machine's.
    """
    host, port = split_address(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        # Listening at once, so that a port that another process listens on is found taken here.
        opened.listen(_BACKLOG)
    except OSError as error:
        opened.close()
        raise StartupError(f"cannot listen on {listen}: {error.strerror}", hint="choose another address") from error
    opened.setblocking(False)  # noqa: FBT003 - the library's signature
    return opened


def tls_context(cert: Path, key: Path) -> ssl.SSLContext:
    """Raises: StartupError, for files that are no certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(cert, key)
    except OSError as error:
        reason = error.strerror if type(error) is not ssl.SSLError else "not a certificate and its key"
        raise StartupError(f"cannot use {cert} with {key}: {reason}", hint="give both files in PEM") from error
    return context


class Listener:
    """Answers on a socket until it is stopped."""

    def __init__(
        self, app: ASGIApp, opened: socket.socket, *, tls: ssl.SSLContext | None, drain_seconds: float
    ) -> None:
        self._socket = opened
        self._tls = tls
        self._server = Server(
            Config(
                app,
                http=Protocol,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=round(drain_seconds),
                ssl_context_factory=None if tls is None else lambda _config, _default: tls,
            )
        )
        self._ticking: asyncio.Task[None] | None = None

    @property
    def address(self) -> Address:
        host, port = self._socket.getsockname()[:2]
        return Address(host=host, port=port, tls=self._tls is not None)

    async def start(self) -> None:
        server, config = self._server, self._server.config
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.on_tick(0)
        await server.startup(sockets=[self._socket])
        self._ticking = asyncio.create_task(server.main_loop())

    async def stop(self) -> None:
        """Take no more connections, let the requests at hand end, then close; a second time, do nothing."""
        if self._ticking is None:
            return
        self._server.should_exit = True
        ticking, self._ticking = self._ticking, None
        await ticking
        with contextlib.suppress(OSError):
            await self._server.shutdown(sockets=[self._socket])
