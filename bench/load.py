"""A load generator: the same GET over and over on keep-alive connections, in a process of its own.

It counts answers by their Content-Length and never parses a body, so that one core of it outruns the server it loads.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import uvloop

_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one run of the generator saw: answers per second, and how many had the expected status."""

    per_second: float
    answers: int
    unexpected: int


def measure(url: str, *, headers: dict[str, str], status: int, seconds: float, connections: int = 64) -> Load:
    """Load `url` from a second process for `seconds`."""
    command = [sys.executable, "-m", "bench.load", url, "--status", str(status), "--seconds", str(seconds)]
    command += ["--connections", str(connections), "--headers", json.dumps(headers)]
    printed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return Load(**json.loads(printed))


class _Connection(asyncio.Protocol):
    """One keep-alive connection: sends the next request as soon as the answer before it is whole."""

    def __init__(self, request: bytes, status: bytes) -> None:
        self._request = request
        self._status = status
        self._buffer = b""
        self.answers = 0
        self.unexpected = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        head = buffer.find(b"\r\n\r\n")
        if head < 0 or len(buffer) < head + 4 + _body_length(buffer[:head]):
            self._buffer = buffer
            return
        self._buffer = b""
        self.answers += 1
        self.unexpected += buffer[9:12] != self._status
        self._transport.write(self._request)


def _body_length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(_LENGTH)
    if start < 0:
        return 0
    end = lowered.find(b"\r\n", start)
    return int(lowered[start + len(_LENGTH) : end if end >= 0 else None])


async def _load(arguments: argparse.Namespace) -> Load:
    target = urlsplit(arguments.url)
    path = f"{target.path}?{target.query}" if target.query else target.path
    lines = [f"GET {path} HTTP/1.1", f"Host: {target.netloc}"]
    lines += [f"{name}: {value}" for name, value in json.loads(arguments.headers).items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    loop = asyncio.get_running_loop()
    status = str(arguments.status).encode()
    made = [
        await loop.create_connection(lambda: _Connection(request, status), target.hostname, target.port)
        for _ in range(arguments.connections)
    ]
    started = time.perf_counter()
    await asyncio.sleep(arguments.seconds)
    elapsed = time.perf_counter() - started
    answers = sum(connection.answers for _, connection in made)
    for transport, _ in made:
        transport.abort()
    unexpected = sum(connection.unexpected for _, connection in made)
    return Load(per_second=answers / elapsed, answers=answers, unexpected=unexpected)


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--headers", default="{}")
    parser.add_argument("--status", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=64)
    seen = uvloop.run(_load(parser.parse_args()))
    print(json.dumps({"per_second": seen.per_second, "answers": seen.answers, "unexpected": seen.unexpected}))


if __name__ == "__main__":
    _main()
