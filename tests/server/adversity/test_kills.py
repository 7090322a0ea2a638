"""Promises S01 and S03 at the socket: `kill -9` loses no acknowledged write and tears none."""

import random
import threading
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest

from headwater.storage.log import verify
from headwater.storage.storage import opened_log
from tests.support.canary import secret
from tests.support.headwater_server import SECRETS, ServerProcess

KILLS = 20
CONFIGS = ["dev", "stg", "prd", "prd_blue"]
NAMES = ["A", "B", "C", "D", "E"]


@dataclass
class Oracle:
    """What one client sent to one config, in order, and up to where the server said that it has it."""

    config: str
    sent: list[str] = field(default_factory=list)
    acknowledged: int = 0

    def write_until(self, stop: threading.Event, server: ServerProcess) -> None:
        while not stop.is_set():
            value = secret(f"{self.config}-{len(self.sent)}")
            self.sent.append(value)
            asked = {"project": "apps", "config": self.config, "secrets": dict.fromkeys(NAMES, value)}
            try:
                answer = server.request("POST", SECRETS, asked)
            except (OSError, HTTPException):
                return
            if answer.status == 200:
                self.acknowledged = len(self.sent)

    def check(self, server: ServerProcess) -> None:
        found = server.download("apps", self.config).json()
        stamps = {found.get(name) for name in NAMES}
        assert len(stamps) == 1, f"a write of {self.config} is torn"
        stamp = stamps.pop()
        if self.acknowledged:
            assert stamp in self.sent[self.acknowledged - 1 :], f"an acknowledged write of {self.config} is lost"


@pytest.mark.timeout(300)
def test_twenty_kills_under_writes_lose_and_tear_nothing(tmp_path: Path) -> None:
    moments = random.Random(20261125)  # noqa: S311 - repeatable
    server = ServerProcess(tmp_path)
    server.init()
    server.start()
    server.create_project("apps")
    server.create_config("apps", "prd", "prd_blue")
    oracles = [Oracle(config) for config in CONFIGS]
    for kill in range(KILLS):
        _write_and_kill(server, oracles, after=moments.uniform(0.05, 0.5))
        if kill % 5 == 4:
            _kill_while_starting(server, after=moments.uniform(0.3, 1.0))
        server.start()
        for oracle in oracles:
            oracle.check(server)
    server.stop()
    assert sum(oracle.acknowledged for oracle in oracles) > KILLS
    with opened_log(None, server.data) as entries:
        assert verify(entries).bad == []


def _write_and_kill(server: ServerProcess, oracles: list[Oracle], *, after: float) -> None:
    stop = threading.Event()
    writers = [threading.Thread(target=oracle.write_until, args=(stop, server)) for oracle in oracles]
    for writer in writers:
        writer.start()
    stop.wait(after)
    server.kill()
    stop.set()
    for writer in writers:
        writer.join()


def _kill_while_starting(server: ServerProcess, *, after: float) -> None:
    server.launch()
    threading.Event().wait(after)
    server.kill()
