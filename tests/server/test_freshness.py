"""On SQLite the loop answers from memory: no answer is older than the last acknowledged change all the same."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.canary import secret
from tests.support.headwater_server import DOWNLOAD, ServerThread

THREADS = 4
ROUNDS = 40


@pytest.fixture
def project(server: ServerThread, request: pytest.FixtureRequest) -> str:
    name = f"fresh-{abs(hash(request.node.name))}"
    server.create_project(name)
    return name


def test_a_read_that_starts_after_an_acknowledged_change_sees_it(server: ServerThread, project: str) -> None:
    names = [f"K{number}" for number in range(THREADS)]
    server.set_secrets(project, "prd", {name: secret("begin") for name in names})
    server.set_secrets(project, "stg", {name: f"${{prd.{name}}}" for name in names})

    def change_and_read(number: int) -> None:
        name = names[number]
        for round_ in range(ROUNDS):
            value = secret(f"{number}-{round_}")
            server.set_secrets(project, "prd", {name: value})
            for config in ("prd", "stg"):
                read = server.get(f"{DOWNLOAD}?project={project}&config={config}&secrets={name}").json()
                assert read == {name: value}, f"stale in round {round_}"

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(change_and_read, range(THREADS)))


def test_no_read_that_starts_after_a_revocation_is_answered(server: ServerThread, project: str) -> None:
    token = server.create_service_token(project, "prd")
    seen: list[tuple[float, int]] = []
    revoked = threading.Event()

    def read_until_revoked() -> None:
        for _ in range(2_000):
            over = revoked.is_set()
            began = time.monotonic()
            seen.append((began, server.download(token=token).status))
            if over:
                return

    readers = [threading.Thread(target=read_until_revoked) for _ in range(THREADS)]
    for reader in readers:
        reader.start()
    while len(seen) < 50:
        time.sleep(0.005)
    server.revoke_service_token(project, "prd", token)
    answered = time.monotonic()
    revoked.set()
    for reader in readers:
        reader.join()
    assert {status for began, status in seen if began > answered} == {401}
    assert {status for _, status in seen} == {200, 401}
