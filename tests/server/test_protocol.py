"""Bytes on a raw socket: what cannot be parsed, or could be read in two ways, is answered in JSON and closes."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from headwater.server import protocol
from headwater.server.listener import Listener, open_socket

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Echo:
    """Answers with what it was sent, once `gate` is open."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope["path"])
        self.arrived.set()
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        await self.gate.wait()
        content = json.dumps({"path": scope["path"], "body": body.decode()}).encode()
        length = str(len(content)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        if scope["method"] == "DELETE":
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


class Server:
    def __init__(self, app: Echo, port: int) -> None:
        self.app = app
        self.port = port

    async def talk(self, *parts: bytes) -> bytes:
        """Everything the server says until it closes; half-closes after the last part."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
            return await asyncio.wait_for(reader.read(), 10)
        finally:
            writer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listening() -> AsyncIterator[Server]:
    app = Echo()
    listener = Listener(app, open_socket("127.0.0.1:0"), tls=None, drain_seconds=1)
    await listener.start()
    yield Server(app, listener.address.port)
    await listener.stop()


@pytest.fixture
def server(listening: Server) -> Server:
    listening.app.seen.clear()
    listening.app.arrived.clear()
    return listening


def replies(said: bytes) -> list[tuple[int, dict[str, str], Any]]:
    """The replies in `said`, in order: status, headers, decoded body."""
    found = []
    while said:
        head, _, said = said.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers.get("content-length", "0"))
        body, said = said[:length], said[length:]
        found.append((int(first.split()[1]), headers, json.loads(body) if body else None))
    return found


HOST = b"Host: a\r\n"
NEXT = b"GET /next HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"

REFUSED = {
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown method": b"FETCH / HTTP/1.1\r\n" + HOST + b"\r\n",
    "both Content-Length and Transfer-Encoding": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "the same, the other way round": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n"
    ),
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "the same length twice": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
    "a length with a sign": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +4\r\n\r\nabcd",
    "an unknown transfer encoding": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two transfer encodings": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a vertical tab before chunked": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "bare line feeds": b"GET / HTTP/1.1\nHost: a\n\n",
    "a bare carriage return": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\x00b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: b\r\n\r\n",
    "a path of raw UTF-8": b"GET /\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a star for a path": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "a chunk that ends in a bare line feed": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n"
    ),
    "a trailer that sets the length": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nContent-Length: 4\r\n\r\n"
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_doubtful_request_is_refused_in_json_and_nothing_after_it_is_read(server: Server, case: str) -> None:
    said = replies(await server.talk(REFUSED[case] + NEXT))
    assert [(status, headers["connection"]) for status, headers, _ in said] == [(400, "close")]
    assert said[0][1]["content-type"] == "application/json"
    assert said[0][2]["success"] is False
    assert said[0][2]["messages"]
    assert "/next" not in server.app.seen


async def test_an_http_version_that_is_not_spoken_is_named(server: Server) -> None:
    said = replies(await server.talk(b"GET / HTTP/2.0\r\n" + HOST + b"\r\n"))
    assert said[0][0] == 505


def head_of(size: int) -> bytes:
    """A request whose header lines, path included, have `size` bytes as they are counted."""
    start = b"GET / HTTP/1.1\r\n"
    rest = HOST + b"Connection: close\r\n"
    counted = len(b"/") + len(rest) + len(b"X: \r\n")
    return start + rest + b"X: " + b"a" * (size - counted) + b"\r\n\r\n"


@pytest.mark.parametrize(("size", "status"), [(protocol.MAX_HEAD_BYTES, 200), (protocol.MAX_HEAD_BYTES + 1, 431)])
async def test_headers_up_to_16_kib_pass(server: Server, size: int, status: int) -> None:
    assert replies(await server.talk(head_of(size)))[0][0] == status


async def test_a_header_that_never_ends_is_refused(server: Server) -> None:
    pieces = [b"a" * 4096] * 5
    assert replies(await server.talk(b"GET / HTTP/1.1\r\nX: ", *pieces))[0][0] == 431


async def test_a_chunked_body_arrives_whole(server: Server) -> None:
    head = b"POST /chunked HTTP/1.1\r\n" + HOST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = replies(await server.talk(head, b"3\r\nabc\r\n", b"2\r\nd;\r\n0\r\n\r\n"))
    assert said[0][2] == {"path": "/chunked", "body": "abcd;"}


async def test_a_chunk_extension_is_ignored(server: Server) -> None:
    """As RFC 9112 has it: the framing stays as it is."""
    head = b"POST /chunked HTTP/1.1\r\n" + HOST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = replies(await server.talk(head + b"1;5\r\nx\r\n0\r\n\r\n" + NEXT))
    assert [body for _, _, body in said] == [{"path": "/chunked", "body": "x"}]


async def test_two_requests_on_one_connection_are_answered_in_turn(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for path in ("/one", "/two"):
        writer.write(b"GET " + path.encode() + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        assert json.loads(await reader.readexactly(length))["path"] == path
    writer.close()


async def test_a_request_sent_before_the_answer_to_the_last_is_not_read(server: Server) -> None:
    server.app.gate.clear()
    first = b"GET /first HTTP/1.1\r\n" + HOST + b"\r\n"
    talking = asyncio.create_task(server.talk(first, NEXT))
    await server.app.arrived.wait()
    server.app.gate.set()
    said = replies(await talking)
    assert [(status, body["path"]) for status, _, body in said] == [(200, "/first")]
    assert said[0][1]["connection"] == "close"


async def test_the_unframed_body_of_a_delete_poisons_nothing(server: Server) -> None:
    """The node SDK sends the JSON of a DELETE without a length."""
    said = replies(await server.talk(b"DELETE /it HTTP/1.1\r\n" + HOST + b'\r\n{"name":"A"}' + NEXT))
    assert [(status, body["path"]) for status, _, body in said] == [(200, "/it")]
    assert server.app.seen == ["/it"]


async def test_a_body_that_breaks_off_in_its_framing_is_refused(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    assert replies(await server.talk(head, b"zz\r\n"))[0][0] == 400


async def test_an_offer_to_upgrade_is_answered_as_http_1_1_and_closed(server: Server) -> None:
    head = b"GET /plain HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"
    said = replies(await server.talk(head + b"PRI * HTTP/2.0\r\n\r\n"))
    assert [(status, body["path"]) for status, _, body in said] == [(200, "/plain")]


async def test_a_request_that_does_not_arrive_is_timed_out(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.05)
    assert replies(await server.talk(b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nab"))[0][0] == 408
    assert replies(await server.talk(b"GET / HT"))[0][0] == 408
    assert replies(await server.talk())[0][0] == 408
