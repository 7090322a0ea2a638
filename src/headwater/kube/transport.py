"""Calls over HTTP: one pool for calls, another for streams, which would otherwise starve the calls.

Surprise: errors of aiohttp are never chained, because they carry the request's headers and with them the token.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import hdrs

from headwater.kube.access import Access, ClientCertificate, FixedCredential, Identity, NoClusterError, tls_context
from headwater.kube.errors import ApiUnavailableError, KubeError, parse_status, to_error

MAX_CALLS = 50
"""Connections for calls; the API server serves more, but one client should leave some for others."""

_UNAUTHORIZED = 401
_FIRST_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    call: float = 30.0
    """A whole call, and the opening of a stream."""
    silence: float = 70.0
    """Without a byte on a stream, after which it counts as lost; the API server sends a bookmark about each minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request; `doing` is what an error says could not be done."""

    method: str
    path: str
    doing: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)


class Transport:
    """Owns the connections to one cluster; used within one event loop."""

    def __init__(self, access: Access, *, user_agent: str, timeouts: Timeouts | None = None) -> None:
        """Raises NoClusterError if the certificates of `access` cannot be used."""
        self._access = access
        self._user_agent = user_agent
        self._timeouts = timeouts or Timeouts()
        self._free = asyncio.Semaphore(MAX_CALLS)
        """So that a call's time does not run while it waits for others."""
        self._calls: aiohttp.ClientSession | None = None
        self._streams: aiohttp.ClientSession | None = None
        certificate = access.credential.fixed.certificate if isinstance(access.credential, FixedCredential) else None
        self._tls = certificate, tls_context(access, certificate)

    async def call(self, call: Call) -> bytes:
        """The body of a successful answer.

        Raises:
            KubeError
        """
        if self._calls is None:
            self._calls = self._new_session(aiohttp.TCPConnector(limit=MAX_CALLS))
        limits = aiohttp.ClientTimeout(total=self._timeouts.call, sock_connect=self._timeouts.connect)
        async with self._free:
            with _translated(call.doing):
                async with await self._open(self._calls, call, limits) as response:
                    return await response.read()

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[AsyncIterator[bytes]]:
        """The lines of an answer that goes on, as they come; they end when the server ends them.

        Raises:
            KubeError: also while lines are read, when the connection is lost or silent for too long.
        """
        if self._streams is None:
            self._streams = self._new_session(aiohttp.TCPConnector(limit=0))
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=self._timeouts.connect, sock_read=self._timeouts.silence
        )
        with _translated(call.doing):
            response = await self._open(self._streams, call, limits)
        try:
            yield lines(_chunks(response, call.doing))
        finally:
            _abort(response)

    async def close(self) -> None:
        for session in (self._calls, self._streams):
            if session is not None:
                await session.close()
        self._calls = self._streams = None

    def _new_session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        headers = {hdrs.USER_AGENT: self._user_agent, hdrs.ACCEPT: "application/json", hdrs.ACCEPT_ENCODING: "identity"}
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=headers)

    async def _open(
        self, session: aiohttp.ClientSession, call: Call, limits: aiohttp.ClientTimeout
    ) -> aiohttp.ClientResponse:
        """A successful answer; after a 401 the credential is read anew and the call made once more."""
        response = await self._send(session, call, limits, await self._access.credential.identity())
        if response.status == _UNAUTHORIZED:
            response.release()
            identity = await self._access.credential.identity(refused=True)
            response = await self._send(session, call, limits, identity)
        if response.status >= _FIRST_ERROR:
            async with response:
                raise await _refusal(response, call.doing)
        return response

    async def _send(
        self, session: aiohttp.ClientSession, call: Call, limits: aiohttp.ClientTimeout, identity: Identity
    ) -> aiohttp.ClientResponse:
        headers = dict(call.headers)
        if identity.bearer is not None:
            headers[hdrs.AUTHORIZATION] = f"Bearer {identity.bearer.reveal()}"
        async with asyncio.timeout(self._timeouts.call):
            return await session.request(
                call.method,
                self._access.server + call.path,
                params=call.query,
                headers=headers,
                data=call.body,
                ssl=self._context(identity.certificate),
                server_hostname=self._access.server_name,
                proxy=self._access.proxy,
                timeout=limits,
                allow_redirects=False,
            )

    def _context(self, certificate: ClientCertificate | None) -> ssl.SSLContext:
        if self._tls[0] != certificate:
            try:
                self._tls = certificate, tls_context(self._access, certificate)
            except NoClusterError as error:
                raise ApiUnavailableError("the certificate that a plugin gave cannot be used") from error
        return self._tls[1]


async def _chunks(response: aiohttp.ClientResponse, doing: str) -> AsyncIterator[bytes]:
    with _translated(doing):
        async for chunk in response.content.iter_any():
            yield chunk


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Whole lines, without their ends, of any length; what follows the last line's end is dropped as cut off."""
    pending: list[bytes] = []
    async for chunk in chunks:
        first, *rest = chunk.split(b"\n")
        pending.append(first)
        for part in rest:
            line = b"".join(pending)
            pending = [part]
            if line:
                yield line


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    """Errors of aiohttp become ours. Only around what awaits the network: a bug of a caller is no such error."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise _unavailable(doing, error) from None


def _abort(response: aiohttp.ClientResponse) -> None:
    """Drop a stream that is left: a farewell over TLS would keep its socket until the server answers, if it does."""
    connection = response.connection
    if connection is not None and connection.transport is not None:
        connection.transport.abort()
    response.close()


async def _refusal(response: aiohttp.ClientResponse, doing: str) -> KubeError:
    status = parse_status(await response.read())
    after = response.headers.get(hdrs.RETRY_AFTER, "")
    return to_error(response.status, status, doing, retry_after=float(after) if after.isdecimal() else None)


_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer in time"),
    (aiohttp.ClientConnectorCertificateError, "the API server's certificate is not trusted"),
    (aiohttp.ClientSSLError, "the TLS handshake failed"),
    (aiohttp.ClientConnectorDNSError, "there is no such host"),
    (aiohttp.ClientPayloadError, "the answer was cut off"),
    (OSError, "the connection failed"),
    (ValueError, "the address or the credential cannot be sent"),
    (Exception, "the connection failed"),
)
"""The first that fits; words that hold nothing of the library's."""


def _unavailable(doing: str, error: Exception) -> ApiUnavailableError:
    words = next(words for kind, words in _FAILURES if isinstance(error, kind))
    number = error.errno if isinstance(error, OSError) else None
    reason = f": {os.strerror(number).lower()}" if number and number > 0 else ""  # below zero they are the resolver's
    return ApiUnavailableError(f"cannot {doing}: {words}{reason}")
