"""The socket, and uvicorn on it: started and stopped by us, since its own `serve()` takes the process's signals."""

import asyncio
import contextlib
import ipaddress
import logging
import socket
from typing import Any, Final

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from headwater.domain.errors import StartupError
from headwater.process.health import split_address
from headwater.process.program import Address

_BACKLOG: Final = 2048
_KEEP_ALIVE_SECONDS: Final = 75
_DRAIN_SECONDS: Final = 1


_SILENT: Final = logging.Logger("uvicorn")  # noqa: LOG001 - not the one that the process may configure
_SILENT.addHandler(logging.NullHandler())


class _Protocol(HttpToolsProtocol):
    """One connection; uvicorn would write request lines and tracebacks of its own."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _SILENT


class PublicAddressError(StartupError):
    """A cluster without passwords would be open to others."""

    code = "devcluster_public_address"


def check_private(listen: str, *, public: bool) -> None:
    """Raises: PublicAddressError, or StartupError for what is no address."""
    host, _ = split_address(listen)
    if not public and not is_loopback(host):
        raise PublicAddressError(
            f"{listen} is reachable from outside, and whoever reaches a devcluster may do anything",
            hint="listen on 127.0.0.1, or give --public",
        )


def open_socket(listen: str) -> socket.socket:
    """Raises: StartupError for an address that cannot be listened on."""
    host, port = split_address(listen)
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(_BACKLOG)
    except OSError as error:
        opened.close()
        raise StartupError(f"cannot listen on {listen}: {error.strerror}", hint="choose another address") from error
    opened.setblocking(False)  # noqa: FBT003 - the library's signature
    return opened


class Listener:
    """Answers on a socket until it is stopped."""

    def __init__(self, app: ASGIApp, opened: socket.socket) -> None:
        self._socket = opened
        config = Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        self._server = Server(config)
        self._ticking: asyncio.Task[None] | None = None

    @property
    def address(self) -> Address:
        host, port = self._socket.getsockname()[:2]
        return Address(host=host, port=port)

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


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
