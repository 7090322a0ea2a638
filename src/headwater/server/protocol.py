"""HTTP/1.1 as we take it: uvicorn's httptools protocol, stricter, and with JSON for what no route can answer.

Two surprises. A request that comes before the previous one is answered is not read at all: that answer closes the
connection instead, so no reply can be taken for another's (some clients send a DELETE body without framing it). And
uvicorn's own logger is silenced here: it writes tracebacks and request lines.
"""

import asyncio
import logging
from typing import Any, ClassVar

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from headwater.wire.base import ErrorReply
from headwater.wire.codec import encode

MAX_HEAD_BYTES = 16 * 1024
"""Of one request: its first line and its headers."""

REQUEST_SECONDS = 30.0
"""For a request to arrive whole, from its first byte; for the first one, from when the connection was made."""

_SILENT = logging.Logger("uvicorn")  # noqa: LOG001 - not the one that the process may configure
_SILENT.addHandler(logging.NullHandler())


class _RefusedError(Exception):
    """Raised inside the parser's callbacks to stop it."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    head_limit: ClassVar[int] = MAX_HEAD_BYTES

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = _SILENT
        self._in_head = True
        self._in_message = False
        self._fed_bytes = 0
        self._deaf = False
        self._refusal = (400, "the request is not valid HTTP/1.1")
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Whoever connects and then says nothing is not waited for: each holds one of the process's descriptors."""
        super().connection_made(transport)
        self._set_patience(self.loop.call_later(REQUEST_SECONDS, self._run_out))

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # HTTP/2 or WebSocket was offered: answered as HTTP/1.1, once
            self.cycle.keep_alive = False
            self._deaf = True
        except httptools.HttpParserError:
            self._refuse()
            return
        if self._is_too_long_a_head(data):
            self._refuse()
            return
        self._mind_the_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._set_patience(None)
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        if self._is_answering():
            raise _RefusedError
        self._in_head = self._in_message = True
        self._fed_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._check_head()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_message = False
        super().on_message_complete()

    def shutdown(self) -> None:
        """Close when the reply at hand is sent, and read no further request."""
        super().shutdown()
        if self._is_answering() and not self._in_message:
            self._deaf = True

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _check_head(self) -> None:
        """What the parser lets pass and a proxy in front of us may read differently."""
        if not self.url.startswith(b"/"):
            raise self._refused(400, "a request names a path of this server")
        lines = sum(len(name) + len(value) + len(b": \r\n") for name, value in self.headers)
        if len(self.url) + lines > self.head_limit:
            raise self._head_too_large()
        version = self.parser.get_http_version()
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if version not in ("1.0", "1.1"):
            raise self._refused(505, "only HTTP/1.1 is spoken here")
        if len(hosts) > 1 or (not hosts and version == "1.1"):
            raise self._refused(400, "a request names its host once")
        if codings and (version == "1.0" or [coding.lower() for coding in codings] != [b"chunked"]):
            raise self._refused(400, "of transfer encodings only chunked is taken")

    def _is_too_long_a_head(self, data: bytes) -> bool:
        """The parser keeps a header to itself until it is whole, so one that never ends is counted as it comes."""
        if not (self._in_message and self._in_head):
            return False
        self._fed_bytes += len(data)
        if self._fed_bytes > self.head_limit:
            self._head_too_large()
            return True
        return False

    def _head_too_large(self) -> _RefusedError:
        return self._refused(431, f"the headers are larger than {self.head_limit // 1024} KiB")

    def _refused(self, status: int, message: str) -> _RefusedError:
        self._refusal = (status, message)
        return _RefusedError(message)

    def _refuse(self) -> None:
        """Answer what cannot be parsed, unless an earlier request is still to be answered: then only that is."""
        self._deaf = True
        self._set_patience(None)
        cycle: RequestResponseCycle | None = self.cycle
        own = self._in_message and not self._in_head
        if cycle is None or cycle.response_complete:
            self._answer()
        elif own and not cycle.response_started:
            cycle.disconnected = True
            cycle.message_event.set()
            self._answer()
        elif own:
            self.transport.close()
        else:
            cycle.keep_alive = False

    def _answer(self) -> None:
        status, message = self._refusal
        body = encode(ErrorReply(messages=[message]))
        head = [STATUS_LINE[status]]
        for name, value in self.server_state.default_headers:
            head += [name, b": ", value, b"\r\n"]
        head += [b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)]
        self.transport.write(b"".join([*head, body]))
        self.transport.close()

    def _mind_the_time(self) -> None:
        """A request that has begun has `REQUEST_SECONDS` to arrive; most arrive whole and need no timer."""
        if not self._in_message:
            if self._patience is not None:
                self._set_patience(None)
        elif self._patience is None:
            self._set_patience(self.loop.call_later(REQUEST_SECONDS, self._run_out))

    def _set_patience(self, timer: asyncio.TimerHandle | None) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = timer

    def _run_out(self) -> None:
        self._refusal = (408, f"the request did not arrive within {REQUEST_SECONDS:.0f} s")
        self._refuse()
