"""The program: how it starts, how it is refused, how it ends, and what is left of it."""

import json
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest

HEADWATER = Path(sys.executable).parent / "headwater"
MAPS = "/api/v1/namespaces/default/configmaps"
ODD_BODIES: list[object] = [
    [],
    1,
    "x",
    None,
    {"metadata": []},
    {"metadata": {"name": []}},
    {"metadata": {"name": "c", "labels": 1}},
    {"metadata": {"name": "c", "ownerReferences": [1]}},
    {"metadata": {"name": "c", "finalizers": [{}]}},
    {"metadata": {"name": "c"}, "data": {"a": {"b": []}}},
]


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process and its address; killed if it is still there in the end."""
    process = subprocess.Popen(
        [str(HEADWATER), "devcluster", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        process.stdout.close()


def refused(*arguments: str) -> str:
    """What is said to somebody who cannot have it."""
    done = subprocess.run([str(HEADWATER), "devcluster", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return done.stderr


def ask(url: str, method: str = "GET", body: object = None) -> tuple[int, dict[str, object]]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json"})  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error) if error.headers.get_content_type() == "application/json" else {}


def config_map(name: str) -> object:
    return {"metadata": {"name": name}, "data": {"a": "1"}}


def test_it_writes_a_kubeconfig_for_its_owner_alone(tmp_path: Path) -> None:
    kubeconfig = tmp_path / "deep" / "kubeconfig"
    with started("--write-kubeconfig", str(kubeconfig)) as (_, url):
        assert json.loads(kubeconfig.read_text("utf-8"))["clusters"][0]["cluster"]["server"] == url
        assert kubeconfig.stat().st_mode & 0o077 == 0
        assert ask(f"{url}/readyz".replace("readyz", "version"))[0] == 200


def test_a_port_that_is_taken_is_refused_in_one_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = refused("--listen", f"127.0.0.1:{other.getsockname()[1]}")
    assert said.count("\n") <= 2
    assert "cannot listen on" in said


def test_an_address_for_others_must_be_asked_for() -> None:
    assert "--public" in refused("--listen", "0.0.0.0:0")


@pytest.mark.parametrize("option", ["--write-kubeconfig", "--audit-log", "--data"])
def test_a_file_that_cannot_be_written_is_said(option: str) -> None:
    assert "/proc/none" in refused(option, "/proc/none/x")


def test_what_was_answered_is_kept_when_it_is_killed(tmp_path: Path) -> None:
    with started("--data", str(tmp_path)) as (process, url):
        for number in range(20):
            assert ask(f"{url}{MAPS}", "POST", config_map(f"c{number}"))[0] == 201
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with started("--data", str(tmp_path)) as (_, url):
        for number in range(20):
            assert ask(f"{url}{MAPS}/c{number}")[0] == 200


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with started("--data", str(tmp_path)):
        assert "another devcluster runs on" in refused("--data", str(tmp_path))


def test_it_ends_at_once_also_while_somebody_watches() -> None:
    with started() as (process, url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as watching:
            watching.sendall(f"GET {MAPS}?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert watching.recv(12) == b"HTTP/1.1 200"
            began = time.monotonic()
            process.terminate()
            assert process.wait(10) == 0
            assert time.monotonic() - began < 2


def test_an_odd_request_gets_an_answer_and_stops_nothing(tmp_path: Path) -> None:
    with started("--audit-log", str(tmp_path / "audit.log")) as (_, url):
        for path in (
            "/",
            "/api",
            "/api/",
            "/apis/",
            "/api/v1/",
            "//",
            "/apis/x",
            "/apis/x/v1/y",
            "/api/v2/pods",
            "/%ff",
        ):
            assert ask(f"{url}{path}")[0] in {200, 404}
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            assert ask(f"{url}{MAPS}", method, {})[0] in {200, 404, 405, 415}
        for body in ODD_BODIES:
            assert 400 <= ask(f"{url}{MAPS}", "POST", body)[0] < 500
        assert ask(f"{url}/api/v1/namespaces/default")[0] == 200


def test_the_audit_log_names_each_write_and_no_content(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    with started("--audit-log", str(log)) as (_, url):
        ask(f"{url}{MAPS}", "POST", config_map("c"))
        ask(f"{url}{MAPS}/c")
        ask(f"{url}{MAPS}/c", "DELETE")
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [(event["verb"], event["responseStatus"]["code"]) for event in events] == [("create", 201), ("delete", 200)]
    assert events[1]["objectRef"] == {"resource": "configmaps", "namespace": "default", "name": "c"}


@pytest.mark.parametrize("headers", [{"Origin": "https://example.com"}, {"Host": "rebound.example.com"}])
def test_a_page_in_a_browser_gets_nothing(headers: dict[str, str]) -> None:
    with started() as (_, url):
        request = urllib.request.Request(f"{url}/api/v1/secrets", headers=headers)  # noqa: S310 - loopback
        with pytest.raises(HTTPError, match="403") as refused, urllib.request.urlopen(request, timeout=10):  # noqa: S310 - loopback
            pass
        refused.value.close()


def test_nothing_of_it_is_left(tmp_path: Path) -> None:
    with started("--data", str(tmp_path / "data")) as (process, _):
        process.terminate()
        process.wait(10)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["cluster.jsonl", "lock"]


def _small_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


def test_a_disk_that_fills_up_is_said_in_one_line(tmp_path: Path) -> None:
    command = [str(HEADWATER), "devcluster", "--data", str(tmp_path)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_small_disk,  # noqa: PLW1509 - this process has no threads
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    for number in range(5):
        body = {"metadata": {"name": f"c{number}"}, "data": {"a": "x" * 20_000}}
        try:
            ask(f"{url}{MAPS}", "POST", body)
        except OSError:
            break  # it is gone
    _, said = process.communicate(timeout=10)
    why = f"headwater: cannot write {tmp_path}/cluster.jsonl: file too large (free some space there and start again)"
    assert (process.returncode, said.splitlines()[-1]) == (1, why)
    assert "Traceback" not in said
