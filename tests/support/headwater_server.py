"""A real Headwater server for a test: in a process of its own, or in a thread of this one; and a client for either.

    with headwater_server(tmp_path) as server:
        server.create_project("apps")
        server.set_secrets("apps", "prd", {"DB_URL": secret("url")})
        token = server.create_service_token("apps", "prd")
        assert server.count("/v3/configs/config/secrets/download", 304) == 10

All calls block; from a coroutine, use `asyncio.to_thread`.
"""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

import uvloop
from prometheus_client.parser import text_string_to_metric_families

from headwater.process.program import Address
from headwater.server.initialise import initialise
from headwater.server.program import run
from headwater.server.settings import ServerSettings, StoreSettings

HEADWATER = Path(sys.executable).parent / "headwater"
DOWNLOAD = "/v3/configs/config/secrets/download"
SECRETS = "/v3/configs/config/secrets"

_START_SECONDS = 30.0
_STOP_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply, as it came."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def messages(self) -> list[str]:
        messages: list[str] = self.json()["messages"]
        return messages


class Client:
    """Asks a server at `url`, as the owner unless told otherwise."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own.

        Args:
            body: bytes as they are, anything else as JSON, None for none.
            token: the bearer token; the owner's by default, none at all for "".
        """
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        shown = self.token if token is None else token
        authorization = {"Authorization": f"Bearer {shown}"} if shown else {}
        try:
            connection.request(method, path, sent, {**authorization, **(headers or {})})
            reply = connection.getresponse()
            return Answer(
                status=reply.status,
                headers={name.lower(): value for name, value in reply.getheaders()},
                body=reply.read(),
            )
        finally:
            connection.close()

    def get(self, path: str, *, token: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("GET", path, token=token, headers=headers)

    def must(self, method: str, path: str, body: object = None, *, token: str | None = None) -> Any:
        """The JSON of a request that has to succeed."""
        answer = self.request(method, path, body, token=token)
        assert answer.status == 200, f"{method} {path} answered {answer.status}: {answer.messages}"
        return answer.json()

    def create_project(self, name: str) -> None:
        """A project with the environments dev, stg and prd, and a root config of the same name in each."""
        self.must("POST", "/v3/projects", {"name": name})

    def create_config(self, project: str, environment: str, name: str) -> None:
        """A branch config, such as `prd_blue`."""
        self.must("POST", "/v3/configs", {"project": project, "environment": environment, "name": name})

    def set_secrets(self, project: str, config: str, values: Mapping[str, str | None]) -> None:
        self.must("POST", SECRETS, {"project": project, "config": config, "secrets": dict(values)})

    def create_service_token(self, project: str, config: str, *, access: str = "read") -> str:
        asked = {"project": project, "config": config, "name": "for a test", "access": access}
        key: str = self.must("POST", "/v3/configs/config/tokens", asked)["token"]["key"]
        return key

    def revoke_service_token(self, project: str, config: str, token: str) -> None:
        asked = {"project": project, "config": config, "token": token}
        self.must("DELETE", "/v3/configs/config/tokens/token", asked)

    def download(self, project: str = "", config: str = "", *, token: str | None = None, etag: str = "") -> Answer:
        """The whole config as JSON; project and config are left out for a service token."""
        query = urlencode({"project": project, "config": config})
        return self.get(f"{DOWNLOAD}?{query}", token=token, headers={"If-None-Match": etag} if etag else None)

    def count(self, route: str, status: int, method: str = "GET") -> int:
        """How many requests of a route the server has answered with `status`, since it started."""
        labels = {"route": route, "status": str(status), "method": method}
        return int(self.metric("headwater_http_requests_total", labels))

    def metric(self, name: str, labels: Mapping[str, str] | None = None) -> float:
        """The value of one sample at `/metrics`; 0 while there is none."""
        text = self.get("/metrics", token="").body.decode()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name and sample.labels == (labels or {}):
                    return sample.value
        return 0.0


class ServerProcess(Client):
    """`headwater server start` in a process of its own; `log` is the file that its standard error goes to."""

    def __init__(
        self, folder: Path, *arguments: str, environ: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.data = folder / "data"
        self.log = log or folder / "server.log"
        self._arguments = arguments
        self._environ = {**os.environ, **(environ or {})}
        self._listen = "127.0.0.1:0"
        self._started = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__("", "")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def init(self) -> None:
        """Make the data folder; the owner's token is kept for all requests."""
        command: list[str | Path] = [
            HEADWATER,
            "server",
            "init",
            "--data",
            self.data,
            "--personal-token",
            *self._database(),
        ]
        made = subprocess.run(command, env=self._environ, capture_output=True, check=True, timeout=_START_SECONDS)
        self.token = made.stdout.decode().strip()

    def start(self) -> None:
        """Start, at the address of last time, and return when it is ready."""
        self.launch()
        assert self._started.wait(_START_SECONDS), self.log.read_text(encoding="utf-8")

    def launch(self) -> None:
        """Start without waiting."""
        command: list[str | Path] = [HEADWATER, "server", "start", "--data", self.data, "--listen", self._listen]
        self._started.clear()
        self._process = subprocess.Popen([*command, *self._arguments], env=self._environ, stderr=subprocess.PIPE)
        assert self._process.stderr is not None
        threading.Thread(target=self._follow, args=(self._process.stderr,), daemon=True).start()

    def stop(self) -> int:
        """Ask it to end, and wait for that; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def wait(self) -> int:
        assert self._process is not None
        return self._process.wait(_STOP_SECONDS)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        try:
            return self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def _database(self) -> list[str]:
        given = list(self._arguments)
        return given[given.index("--database") :][:2] if "--database" in given else []

    def _follow(self, stderr: IO[bytes]) -> None:
        with stderr, self.log.open("ab") as log:
            for line in stderr:
                log.write(line)
                log.flush()
                if b'"server.started"' in line:
                    self.url = json.loads(line)["url"]
                    self._listen = urlsplit(self.url).netloc
                    self._started.set()


@contextmanager
def headwater_server(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[ServerProcess]:
    """An initialised, running server in a process of its own; `arguments` are those of `headwater server start`."""
    server = ServerProcess(folder, *arguments, environ=environ, log=log)
    server.init()
    try:
        server.start()
        yield server
    finally:
        server.stop()


class ServerThread(Client):
    """The same program on a loop of its own in a thread: starts in a moment, and its parts can be reached."""

    def __init__(self, settings: ServerSettings, token: str) -> None:
        super().__init__("", token)
        self.settings = settings
        self._loop = uvloop.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(_START_SECONDS)
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Let it drain and end; a second time, do nothing."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_STOP_SECONDS)
        assert not self._thread.is_alive()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(run(self.settings, ready=self._is_ready, stop=self._stop))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._failure = error
            self._ready.set()

    def _is_ready(self, address: Address) -> None:
        self.url = address.url()
        self._ready.set()


@contextmanager
def server_thread(data: Path, *, database: str | None = None) -> Iterator[ServerThread]:
    """An initialised, running server in a thread."""
    token = initialise(StoreSettings(data=data, database=database), datetime.now(UTC)).reveal()
    server = ServerThread(ServerSettings(data=data, database=database, listen="127.0.0.1:0"), token)
    server.start()
    try:
        yield server
    finally:
        server.stop()
