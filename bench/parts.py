"""What measurements start: a server of ours with a filled config, the bare yardstick, and a disk to sync to."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

HEADWATER = str(Path(sys.executable).parent / "headwater")
DOWNLOAD = "/v3/configs/config/secrets/download"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `owner` and `service` are tokens of it."""

    url: str
    owner: str
    service: str

    def post(self, path: str, body: object) -> dict[str, object]:
        return _post(self.url + path, self.owner, body)

    def download(self) -> tuple[bytes, str]:
        """The body of the config `prd`, and its ETag."""
        request = urllib.request.Request(self.url + DOWNLOAD, headers={"Authorization": f"Bearer {self.service}"})  # noqa: S310 - loopback
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return answer.read(), answer.headers["ETag"]


@contextlib.contextmanager
def headwater_server(folder: Path, *, secrets: int) -> Iterator[Server]:
    """A server of ours, whose project `apps` has `secrets` values of 30 characters in `prd`."""
    data = folder / "data"
    init = [HEADWATER, "server", "init", "--data", str(data), "--personal-token"]
    owner = subprocess.run(init, capture_output=True, check=True, text=True).stdout.strip()
    url = f"http://127.0.0.1:{free_port()}"
    start = [HEADWATER, "server", "start", "--data", str(data), "--listen", url.removeprefix("http://")]
    with (folder / "server.log").open("w") as log, _running(start, f"{url}/readyz", log.fileno()):
        place = {"project": "apps", "config": "prd"}
        values = {f"NAME_{number:03}": f"value-{number:024}" for number in range(secrets)}
        _post(f"{url}/v3/projects", owner, {"name": "apps"})
        _post(f"{url}/v3/configs/config/secrets", owner, {**place, "secrets": values})
        made = _post(f"{url}/v3/configs/config/tokens", owner, {**place, "name": "bench", "access": "read"})
        token = made["token"]
        assert isinstance(token, dict)
        yield Server(url=url, owner=owner, service=str(token["key"]))


@contextlib.contextmanager
def bare_server(folder: Path, body: bytes) -> Iterator[str]:
    """The yardstick, answering with `body`; its address."""
    file = folder / "body"
    file.write_bytes(body)
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", "--port", str(port), "--body", str(file)]
    with _running(command, f"http://127.0.0.1:{port}{DOWNLOAD}", subprocess.DEVNULL):
        yield f"http://127.0.0.1:{port}"


def fsyncs_per_second(folder: Path, *, seconds: float = 1.0) -> float:
    """How often this disk makes 4 KiB durable, one after the other."""
    block = b"\0" * 4096
    count = 0
    with (folder / "fsync").open("wb", buffering=0) as file:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            file.write(block)
            os.fsync(file.fileno())
            count += 1
    return count / seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(command: list[str], health: str, log: int) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for(health)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(URLError, ConnectionError), urllib.request.urlopen(url):  # noqa: S310 - loopback
            return
        time.sleep(0.05)
    raise TimeoutError(url)


def _post(url: str, token: str, body: object) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        read: dict[str, object] = json.load(answer)
        return read
