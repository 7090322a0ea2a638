"""The client against a server that keeps Doppler's wire rules, and against one that breaks them."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from headwater.client.client import Client, ConfigAddress, DownloadQuery, WatchEvent
from headwater.client.download import Download, NotModified, read_json_values
from headwater.client.endpoint import read_endpoint
from headwater.client.errors import (
    AccessRefusedError,
    BadReplyError,
    RateLimitedError,
    RequestRefusedError,
    TokenRefusedError,
    UnreachableError,
    UpstreamFailedError,
    UpstreamNotFoundError,
)
from headwater.client.transport import Timeouts, Transport
from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden
from tests.support.canary import CANARY, secret
from tests.support.doppler_simulator import (
    DopplerSimulator,
    Trouble,
    answers,
    answers_with_error,
    cuts_off,
    goes_on_forever,
    hangs_up,
    never_answers,
)

TOKEN = "dp.st.prd.throwaway"  # throw-away, for tests
VALUE = secret("postgres://user:pass@host")
HERE = ConfigAddress(project="bookmarked", config="prd")


@pytest.fixture
async def simulator() -> AsyncIterator[DopplerSimulator]:
    async with DopplerSimulator(TOKEN, {"DATABASE_URL": VALUE, "JWT_SECRET": secret("ünïcode\n")}) as simulator:
        yield simulator


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    transport = Transport("headwater-test", Timeouts(connect=1, call=1, silence=0.3))
    yield transport
    await transport.close()


@pytest.fixture
def client(simulator: DopplerSimulator, transport: Transport) -> Client:
    return Client(transport, read_endpoint(simulator.url), Hidden(TOKEN))


async def test_a_download_brings_every_value(simulator: DopplerSimulator, client: Client) -> None:
    reply = await client.download(DownloadQuery(address=HERE))
    assert isinstance(reply, Download)
    values = read_json_values(reply.body)
    assert {name: value.reveal() for name, value in values.items()} == simulator.values


async def test_an_unchanged_config_is_not_sent_again(simulator: DopplerSimulator, client: Client) -> None:
    first = await client.download(DownloadQuery(address=HERE))
    assert isinstance(first, Download)
    again = await client.download(DownloadQuery(address=HERE), first.etag)
    simulator.values["JWT_SECRET"] = secret("other")
    third = await client.download(DownloadQuery(address=HERE), first.etag)
    assert isinstance(again, NotModified)
    assert isinstance(third, Download)
    assert simulator.downloads() == [200, 304, 200]


async def test_a_download_says_only_what_it_means(simulator: DopplerSimulator, client: Client) -> None:
    await client.download(DownloadQuery(address=ConfigAddress()))
    await client.download(
        DownloadQuery(address=HERE, format="env", name_transformer="lower-kebab", names=("JWT_SECRET", "PORT"))
    )
    plain, full = simulator.seen
    assert plain.query == {}
    assert full.query == {
        "project": "bookmarked",
        "config": "prd",
        "format": "env",
        "name_transformer": "lower-kebab",
        "secrets": "JWT_SECRET,PORT",
    }
    assert (plain.headers["Accept"], full.headers["Accept"]) == ("application/json", "text/plain")
    assert plain.headers["User-Agent"] == "headwater-test"


@pytest.mark.parametrize("etag", ["", "x" * 4000, "\u00fc"])
async def test_an_etag_that_cannot_be_sent_back_is_none(simulator: DopplerSimulator, client: Client, etag: str) -> None:
    simulator.trouble = answers(200, b"{}", headers={"ETag": etag})
    reply = await client.download(DownloadQuery(address=HERE))
    assert isinstance(reply, Download)
    assert reply.etag is None


async def test_a_token_is_checked_by_listing_projects(client: Client, simulator: DopplerSimulator) -> None:
    await client.check_token()
    assert [seen.path for seen in simulator.seen] == ["/v3/projects"]


async def test_whitespace_around_a_token_is_not_part_of_it(simulator: DopplerSimulator, transport: Transport) -> None:
    await Client(transport, read_endpoint(simulator.url), Hidden(f"{TOKEN}\n")).check_token()


@pytest.mark.parametrize("token", ["", " \n", "dp.st.a\nb", "a:b", "tökén"])
async def test_a_token_that_cannot_be_one_is_never_sent(
    simulator: DopplerSimulator, transport: Transport, token: str
) -> None:
    client = Client(transport, read_endpoint(simulator.url), Hidden(token))
    with pytest.raises(TokenRefusedError):
        await client.check_token()
    assert simulator.seen == []


QUOTED = f"the value '{VALUE}' of {TOKEN}"
JSON_ERROR = b'{"messages": ["no"]}'

TROUBLES: dict[str, tuple[Trouble, type[HeadwaterError], str]] = {
    "401": (answers_with_error(401, "Invalid Auth token"), TokenRefusedError, "answered 401: Invalid Auth token"),
    "401 that is HTML": (answers(401, b"<p>who?", kind="text/html"), TokenRefusedError, "the token is not accepted"),
    "403": (answers_with_error(403, "no"), AccessRefusedError, "answered 403: no"),
    "404": (answers_with_error(404, "Could not find\nit"), UpstreamNotFoundError, "answered 404: Could not find it"),
    "400": (answers_with_error(400, "a", "b"), RequestRefusedError, "answered 400: a b"),
    "400 with a token in it": (answers_with_error(400, TOKEN), RequestRefusedError, "answered 400: [redacted]"),
    "429": (answers_with_error(429, "Retry in 1 seconds"), RateLimitedError, "answered 429: too many requests"),
    "500": (answers_with_error(500, "internal error (id 1)"), UpstreamFailedError, "answered 500: the server failed"),
    "502 that is HTML": (answers(502, b"<html>", kind="text/html"), UpstreamFailedError, "answered 502"),
    "503 that quotes a value": (answers(503, VALUE.encode()), UpstreamFailedError, "answered 503"),
    "302": (answers(302, headers={"Location": "https://elsewhere"}), BadReplyError, "answered 302: it redirects"),
    "204": (answers(204), BadReplyError, "answered 204"),
    "304 to a first question": (answers(304), BadReplyError, "answered 304"),
    "HTML": (answers(200, b"<html>", kind="text/html"), BadReplyError, "is not a config"),
    "HTML that says it is JSON": (answers(200, b"<html>"), BadReplyError, "not a JSON object of strings"),
    "nothing": (answers(200), BadReplyError, "is not a config"),
    "a list": (answers(200, b"[]"), BadReplyError, "not a JSON object of strings"),
    "null": (answers(200, b"null"), BadReplyError, "not a JSON object of strings"),
    "a number": (answers(200, b'{"A":"x","B":1}'), BadReplyError, "not a JSON object of strings"),
    "a null value": (answers(200, b'{"A":null}'), BadReplyError, "not a JSON object of strings"),
    "an object": (answers(200, f'{{"A":{{"v":"{VALUE}"}}}}'.encode()), BadReplyError, "not a JSON object of strings"),
    "no UTF-8": (answers(200, b'{"A":"\xff"}'), BadReplyError, "not a JSON object of strings"),
    "half a surrogate": (answers(200, b'{"A":"\\ud800"}'), BadReplyError, "not a JSON object of strings"),
    "deep nesting": (answers(200, b"[" * 100_000), BadReplyError, "not a JSON object of strings"),
    "a name twice": (answers(200, f'{{"A":"{VALUE}","A":"b"}}'.encode()), BadReplyError, "names a secret twice"),
    "a body in half": (answers(200, f'{{"A":"{VALUE}'.encode()), BadReplyError, "not a JSON object of strings"),
    "a cut-off body": (cuts_off(f'{{"A":"{VALUE}"'.encode()), BadReplyError, "was cut off"),
    "far too much": (goes_on_forever(b"x" * 65_536), BadReplyError, "larger than 8 MiB"),
    "compression": (answers(200, b"x", headers={"Content-Encoding": "gzip"}), BadReplyError, "compressed"),
    "a closed connection": (hangs_up(), UnreachableError, "the connection to"),
    "silence": (never_answers(), UnreachableError, "did not answer in time"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_is_one_clear_error(simulator: DopplerSimulator, client: Client, trouble: str) -> None:
    simulator.trouble, kind, words = TROUBLES[trouble]
    with pytest.raises(HeadwaterError) as caught:
        await _read(client)
    assert type(caught.value) is kind
    assert words in caught.value.message
    assert CANARY not in str(caught.value)
    assert TOKEN not in str(caught.value)


async def _read(client: Client) -> None:
    reply = await client.download(DownloadQuery(address=HERE))
    assert isinstance(reply, Download)
    read_json_values(reply.body)


RETRY_AFTER = {"30": 30.0, " 7 ": 7.0, "": None, "soon": None, "-1": None, "Fri, 31 Dec 1999 23:59:59 GMT": None}


@pytest.mark.parametrize("header", RETRY_AFTER)
async def test_retry_after_is_read_in_seconds(simulator: DopplerSimulator, client: Client, header: str) -> None:
    simulator.trouble = answers_with_error(429, headers={"Retry-After": header})
    with pytest.raises(RateLimitedError) as caught:
        await _read(client)
    assert caught.value.retry_after == RETRY_AFTER[header]


UNREACHABLE = {
    "http://127.0.0.1:1": "cannot connect to 127.0.0.1:1: connection refused",
    "http://headwater.invalid": "cannot connect to headwater.invalid",
}


@pytest.mark.parametrize("address", UNREACHABLE)
async def test_a_host_that_is_not_there_is_unreachable(transport: Transport, address: str) -> None:
    with pytest.raises(UnreachableError, match=UNREACHABLE[address]):
        await _read(Client(transport, read_endpoint(address), Hidden(TOKEN)))


async def test_tls_to_a_server_without_it_is_unreachable(simulator: DopplerSimulator, transport: Transport) -> None:
    endpoint = read_endpoint(simulator.url.replace("http://", "https://"))
    with pytest.raises(UnreachableError, match="cannot connect to"):
        await _read(Client(transport, endpoint, Hidden(TOKEN)))


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())  # throw-away, for tests
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(hours=1), not_valid_after=now + timedelta(hours=1),
    )  # fmt: skip
    files = tmp_path_factory.mktemp("tls")
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    (files / "tls.crt").write_bytes(certificate)
    (files / "tls.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files / "tls.crt", files / "tls.key")
    return context


async def test_a_certificate_that_nobody_vouches_for_gets_no_token(
    untrusted: ssl.SSLContext, transport: Transport
) -> None:
    async with DopplerSimulator(TOKEN, tls=untrusted) as simulator:
        with pytest.raises(UnreachableError, match="its certificate is not trusted"):
            await _read(Client(transport, read_endpoint(simulator.url), Hidden(TOKEN)))
        assert simulator.seen == []


async def test_verification_can_be_switched_off(untrusted: ssl.SSLContext, transport: Transport) -> None:
    async with DopplerSimulator(TOKEN, tls=untrusted) as simulator:
        await _read(Client(transport, read_endpoint(simulator.url, verify_tls=False), Hidden(TOKEN)))


async def test_the_proxy_of_the_environ_is_used(
    simulator: DopplerSimulator, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", simulator.url)
    monkeypatch.setenv("no_proxy", "inside.invalid")
    await _read(Client(transport, read_endpoint("http://headwater.invalid"), Hidden(TOKEN)))
    with pytest.raises(UnreachableError):
        await _read(Client(transport, read_endpoint("http://inside.invalid"), Hidden(TOKEN)))


UPDATE = b'event: message\ndata: {"type":"secrets.update"}\n\n'

STREAMS: dict[str, tuple[list[bytes], int]] = {
    "an update": ([UPDATE], 1),
    "two in one write": ([UPDATE * 2], 2),
    "one in many writes": ([UPDATE[i : i + 1] for i in range(len(UPDATE))], 1),
    "comments, ids and retries": ([b": hello\nid: 1\nretry: 10\n\n", UPDATE], 1),
    "other line endings": ([UPDATE.replace(b"\n", b"\r\n")], 1),
    "pings": ([b'data: {"type":"ping"}\n\n', UPDATE], 1),
    "types that we do not know, and no JSON": ([b'data: {"type":"news"}\n\ndata: what\n\ndata: 1\n\n', UPDATE], 1),
}


@pytest.mark.parametrize("case", STREAMS)
async def test_a_stream_tells_of_each_change(simulator: DopplerSimulator, client: Client, case: str) -> None:
    chunks, changes = STREAMS[case]
    async with aclosing(client.watch(HERE)) as events:
        assert await anext(events) is WatchEvent.CONNECTED
        for chunk in chunks:
            simulator.send(chunk)
        assert [await anext(events) for _ in range(changes)] == [WatchEvent.CHANGED] * changes
        simulator.cut_streams()
        assert [event async for event in events] == []


async def test_a_stream_that_falls_silent_ends(client: Client) -> None:
    async with asyncio.timeout(5):
        assert [event async for event in client.watch(HERE)] == [WatchEvent.CONNECTED]


async def test_leaving_a_stream_closes_its_connection(simulator: DopplerSimulator, client: Client) -> None:
    async with aclosing(client.watch(HERE)) as events:
        await anext(events)
    async with asyncio.timeout(5):
        while simulator.streams:
            simulator.send(b": are you there\n\n")
            await asyncio.sleep(0)


async def test_open_streams_do_not_starve_downloads(simulator: DopplerSimulator) -> None:
    transport = Transport("headwater-test")
    client = Client(transport, read_endpoint(simulator.url), Hidden(TOKEN))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(transport.close)
        streams = [await stack.enter_async_context(aclosing(client.watch(HERE))) for _ in range(150)]
        assert await asyncio.gather(*map(anext, streams)) == [WatchEvent.CONNECTED] * 150
        await _read(client)


WATCH_TROUBLES: dict[str, tuple[Trouble, type[HeadwaterError]]] = {
    "403": (answers_with_error(403, "watching is off"), AccessRefusedError),
    "404": (answers_with_error(404), UpstreamNotFoundError),
    "no stream": (answers(200, b"{}"), BadReplyError),
    "silence": (never_answers(), UnreachableError),
}


@pytest.mark.parametrize("case", WATCH_TROUBLES)
async def test_a_stream_that_does_not_open_says_why(simulator: DopplerSimulator, client: Client, case: str) -> None:
    simulator.watch_trouble, kind = WATCH_TROUBLES[case]
    with pytest.raises(kind):
        await anext(client.watch(HERE))
