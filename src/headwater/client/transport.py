"""The connections to servers: one pool for calls, another for streams, which would otherwise starve the calls.

Surprise: replies are asked for uncompressed and never decompressed, so that a size limit on what was read is a limit
on what is held. Proxies of the environ (`HTTPS_PROXY`, `NO_PROXY`) are honoured; redirects are not followed, since a
token must not travel to where a reply points.
"""

import ipaddress
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp import hdrs

from headwater.client.endpoint import Endpoint
from headwater.client.errors import BadReplyError, TokenRefusedError, UnreachableError
from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden

MAX_CALLS_PER_HOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds."""

    connect: float = 2.0
    """One TCP connection; short, so that a host that came back is found soon."""
    call: float = 10.0
    """A whole call, and the opening of a stream."""
    silence: float = 75.0
    """Without a byte on a stream, after which it counts as lost; servers send a ping every 30 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call as it goes over the wire, but for the token."""

    endpoint: Endpoint
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: Hidden[bytes] | None = None
    """Hidden, since what is written are mostly secrets."""


class Transport:
    """Owns the sessions; made once per program and shared by all clients. Used within one event loop."""

    def __init__(self, user_agent: str, timeouts: Timeouts | None = None) -> None:
        self._user_agent = user_agent
        self._timeouts = timeouts or Timeouts()
        self._calls: aiohttp.ClientSession | None = None
        self._streams: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def call(self, request: Request, token: Hidden[str]) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request within `Timeouts.call`, the reading of the body included.

        Raises:
            UnreachableError, BadReplyError, TokenRefusedError
        """
        if self._calls is None:
            self._calls = self._new_session(aiohttp.TCPConnector(limit_per_host=MAX_CALLS_PER_HOST))
        limits = aiohttp.ClientTimeout(total=self._timeouts.call, sock_connect=self._timeouts.connect)
        async with self._sent(self._calls, request, token, limits) as response:
            yield response

    @asynccontextmanager
    async def stream(self, request: Request, token: Hidden[str]) -> AsyncIterator[aiohttp.ClientResponse]:
        """GET whose body goes on; a read fails after `Timeouts.silence` without a byte.

        Raises:
            UnreachableError, BadReplyError, TokenRefusedError
        """
        if self._streams is None:
            self._streams = self._new_session(aiohttp.TCPConnector(limit=0))
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=self._timeouts.connect, sock_read=self._timeouts.silence
        )
        async with self._sent(self._streams, request, token, limits) as response:
            yield response

    @property
    def opening(self) -> float:
        """Seconds within which a stream must open."""
        return self._timeouts.call

    async def close(self) -> None:
        for session in (self._calls, self._streams):
            if session is not None:
                await session.close()
        self._calls = self._streams = None

    def _new_session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={hdrs.USER_AGENT: self._user_agent, hdrs.ACCEPT_ENCODING: "identity"},
            auto_decompress=False,
        )

    @asynccontextmanager
    async def _sent(
        self, session: aiohttp.ClientSession, request: Request, token: Hidden[str], limits: aiohttp.ClientTimeout
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        authorization = _authorization(request.endpoint.host, token)
        try:
            async with session.request(
                request.method,
                request.endpoint.base_url + request.path,
                params=request.query,
                data=None if request.body is None else request.body.reveal(),
                headers={**request.headers, hdrs.AUTHORIZATION: authorization},
                proxy=_proxy_for(request.endpoint),
                ssl=_tls(verify=request.endpoint.verify_tls),
                timeout=limits,
                allow_redirects=False,
            ) as response:
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # Not chained: aiohttp's errors carry the request's headers, and with them the token.
            raise _to_error(request.endpoint.host, error) from None


def _authorization(host: str, token: Hidden[str]) -> str:
    """HTTP Basic with the token as user: Doppler and our server take it on every route.

    Whitespace around a token is never part of it, but often of the file it came from.
    """
    text = token.reveal().strip()
    if not text or ":" in text or not text.isascii() or not text.isprintable():
        raise TokenRefusedError(f"the token for {host} is empty or has characters that no token has")
    return aiohttp.encode_basic_auth(text, "")


def _proxy_for(endpoint: Endpoint) -> str | None:
    """The environ's; asked for here since aiohttp's own way also reads ~/.netrc, in a thread, on each call.

    None for this machine itself, whatever the environ says, as every client written in Go has it.
    """
    address = urlsplit(endpoint.base_url)
    host = address.hostname or ""
    return None if _is_loopback(host) or proxy_bypass(host) else getproxies().get(address.scheme)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _tls(*, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


_CANNOT_CONNECT = "cannot connect to {}"

_FAILURES: tuple[tuple[type[Exception], type[UnreachableError | BadReplyError], str], ...] = (
    (TimeoutError, UnreachableError, "{} did not answer in time"),
    (aiohttp.ClientConnectorCertificateError, UnreachableError, "cannot connect to {}: its certificate is not trusted"),
    (aiohttp.ClientSSLError, UnreachableError, "cannot connect to {}: the TLS handshake failed"),
    (aiohttp.ClientConnectorDNSError, UnreachableError, "cannot connect to {}: there is no such host"),
    (aiohttp.ClientConnectorError, UnreachableError, _CANNOT_CONNECT),
    (aiohttp.ClientPayloadError, BadReplyError, "the reply of {} was cut off"),
    (aiohttp.ClientResponseError, BadReplyError, "the reply of {} is not HTTP as it should be"),
    (ValueError, BadReplyError, "{} is not an address that can be called"),
    (Exception, UnreachableError, "the connection to {} was lost"),
)
"""The first that fits; words that hold nothing of the library's."""


def _to_error(host: str, error: Exception) -> HeadwaterError:
    kind, words = next((kind, words) for type_, kind, words in _FAILURES if isinstance(error, type_))
    reason = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else ""
    text = words.format(host)
    return kind(f"{text}: {reason}" if reason and words == _CANNOT_CONNECT else text)
