"""The event stream, to the byte and to the chunk: the `doppler` CLI takes one event per read and drops all else."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from headwater.server import hub
from tests.support.canary import secret
from tests.support.headwater_server import SECRETS, Client, ServerThread

WATCH = "/v3/configs/config/secrets/watch"


def event(kind: str) -> bytes:
    return b'event: message\ndata: {"type":"%s"}\n\n' % kind.encode()


class Stream:
    """One watch, read chunk by chunk as they come over the wire."""

    def __init__(self, server: Client, query: str, token: str) -> None:
        parts = urlsplit(server.url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10)
        self._unread = b""
        asked = f"GET {WATCH}?{query} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"
        self._socket.sendall(asked.encode())
        self.status = int(self._line().split()[1])
        lines = iter(self._line, b"")
        self.headers = dict(line.decode().lower().split(": ", 1) for line in lines)

    def next(self) -> bytes:
        """One chunk; empty at the end of the stream."""
        size = int(self._line(), 16)
        while len(self._unread) < size + 2:
            self._receive()
        data, self._unread = self._unread[:size], self._unread[size + 2 :]
        return data

    def is_silent(self, seconds: float) -> bool:
        return not self._unread and not select.select([self._socket], [], [], seconds)[0]

    def close(self) -> None:
        self._socket.close()

    def _line(self) -> bytes:
        while b"\r\n" not in self._unread:
            self._receive()
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line

    def _receive(self) -> None:
        received = self._socket.recv(65536)
        assert received, "the server closed the connection"
        self._unread += received


@contextmanager
def watching(server: Client, project: str, config: str = "prd", token: str = "") -> Iterator[Stream]:
    stream = Stream(server, f"project={project}&config={config}", token or server.token)
    try:
        yield stream
    finally:
        stream.close()


@pytest.fixture
def project(server: ServerThread, request: pytest.FixtureRequest) -> str:
    name = "watch-" + str(abs(hash(request.node.name)))
    server.create_project(name)
    return name


def test_a_stream_begins_with_connected_and_is_not_buffered(server: ServerThread, project: str) -> None:
    with watching(server, project) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in stream.headers
        assert stream.next() == event("connected")


def test_a_change_is_told_once_it_can_be_read(server: ServerThread, project: str) -> None:
    with watching(server, project) as stream:
        assert stream.next() == event("connected")
        for number in range(3):
            server.set_secrets(project, "prd", {"A": secret(str(number))})
            assert stream.next() == event("secrets.update")
            assert server.download(project, "prd").json()["A"] == secret(str(number))


def test_only_a_change_of_what_this_config_shows_is_told(server: ServerThread, project: str) -> None:
    server.set_secrets(project, "dev", {"SHARED": secret("s"), "OTHER": secret("o")})
    server.create_config(project, "prd", "prd_blue")
    server.set_secrets(project, "prd", {"A": "${dev.SHARED}"})
    with watching(server, project, "prd_blue") as stream:
        assert stream.next() == event("connected")
        server.set_secrets(project, "dev", {"OTHER": secret("p")})
        server.set_secrets(project, "prd", {"A": "${dev.SHARED}"})
        server.create_service_token(project, "prd_blue")
        assert stream.is_silent(0.3)
        server.set_secrets(project, "dev", {"SHARED": secret("t")})
        assert stream.next() == event("secrets.update")


def test_a_burst_is_told_in_few_events_the_last_one_after_its_end(server: ServerThread, project: str) -> None:
    with watching(server, project) as stream:
        assert stream.next() == event("connected")
        began = time.monotonic()
        for number in range(40):
            server.set_secrets(project, "prd", {"A": secret(str(number))})
        ended = time.monotonic()
        told = 0
        while not stream.is_silent(0.3):
            assert stream.next() == event("secrets.update")
            told += 1
    assert 1 <= told <= (ended - began) / hub.GAP_SECONDS + 2


def test_a_revoked_token_ends_its_streams_and_no_others(server: ServerThread, project: str) -> None:
    revoked, kept = (server.create_service_token(project, "prd") for _ in range(2))
    with watching(server, project, token=revoked) as ended, watching(server, project, token=kept) as going_on:
        assert (ended.next(), going_on.next()) == (event("connected"), event("connected"))
        server.revoke_service_token(project, "prd", revoked)
        assert ended.next() == b""
        server.set_secrets(project, "prd", {"A": secret("a")})
        assert going_on.next() == event("secrets.update")


def test_a_deleted_config_ends_its_streams(server: ServerThread, project: str) -> None:
    server.create_config(project, "prd", "prd_blue")
    with watching(server, project, "prd_blue") as stream:
        assert stream.next() == event("connected")
        server.must("DELETE", f"/v3/configs/config?project={project}&config=prd_blue")
        assert stream.next() == b""


def test_a_quiet_stream_says_that_it_lives(server: ServerThread, project: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PING_SECONDS", 0.05)
    with watching(server, project) as stream:
        assert stream.next() == event("connected")
        assert [stream.next() for _ in range(2)] == [event("ping"), event("ping")]


def test_a_stream_that_may_not_be_opened_is_refused_in_json(server: ServerThread, project: str) -> None:
    assert server.get(f"{WATCH}?project={project}&config=nowhere").status == 404
    assert server.get(f"{WATCH}?project={project}&config=prd", token="dp.st.x").status == 401  # throw-away, for tests


def test_a_caller_that_goes_away_leaves_nothing_behind(server: ServerThread, project: str) -> None:
    before = server.metric("headwater_watch_streams")
    with watching(server, project) as stream:
        assert stream.next() == event("connected")
        assert server.metric("headwater_watch_streams") == before + 1
    deadline = time.monotonic() + 5
    while server.metric("headwater_watch_streams") != before:
        assert time.monotonic() < deadline
    assert server.request("POST", f"{SECRETS}?project={project}&config=prd", {"secrets": {"A": None}}).status == 200
