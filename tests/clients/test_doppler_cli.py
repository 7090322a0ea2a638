"""The unmodified `doppler` CLI works against our server, and keeps its offline copy when it should."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.conftest import Doppler
from tests.support.canary import secret
from tests.support.headwater_server import DOWNLOAD, ServerThread

pytestmark = pytest.mark.needs("doppler")

AUTO = {"DOPPLER_CONFIG": "prd", "DOPPLER_ENVIRONMENT": "prd", "DOPPLER_PROJECT": "apps"}


def test_me(doppler: Doppler) -> None:
    assert json.loads(doppler("me", "--json"))["type"] == "personal"


def test_secrets_are_listed_with_raw_and_computed_values(doppler: Doppler, server: ServerThread) -> None:
    server.set_secrets("apps", "prd", {"BOTH": "${GREETING}!"})
    listed = json.loads(doppler("secrets", "--json", "--raw"))
    assert set(listed) == {"BOTH", "GREETING", "LONG", *AUTO}
    assert (listed["BOTH"]["raw"], listed["BOTH"]["computed"]) == ("${GREETING}!", f"{secret('hello')}!")
    assert json.loads(doppler("secrets", "--only-names", "--json")) == {name: {} for name in listed}


def test_secrets_are_set_got_and_deleted(doppler: Doppler, server: ServerThread) -> None:
    odd = secret('a "b" $c \\ \n\té')
    doppler("secrets", "set", f"ODD={odd}", f"GREETING={secret('goodbye')}", "--silent")
    assert doppler("secrets", "get", "ODD", "GREETING", "--plain") == f"{odd}\n{secret('goodbye')}\n"
    doppler("secrets", "delete", "ODD", "--yes", "--silent")
    assert set(server.download("apps", "prd").json()) == {"GREETING", "LONG", *AUTO}


def test_secrets_are_downloaded_as_json_and_env(doppler: Doppler) -> None:
    values = {**AUTO, "GREETING": secret("hello"), "LONG": secret("to-the-letter")}
    assert json.loads(doppler("secrets", "download", "--no-file", "--format", "json")) == values
    lines = [f'{name}="{value}"' for name, value in sorted(values.items())]
    assert doppler("secrets", "download", "--no-file", "--format", "env").splitlines() == lines


def test_run_gives_a_process_the_secrets_and_passes_its_exit_code_on(doppler: Doppler) -> None:
    assert doppler("run", "--", "printenv", "GREETING") == f"{secret('hello')}\n"
    doppler("run", "--", "sh", "-c", "exit 7", code=7)


def test_the_second_run_is_answered_304(doppler: Doppler, server: ServerThread) -> None:
    for _ in range(2):
        assert doppler("run", "--", "printenv", "GREETING") == f"{secret('hello')}\n"
    assert (server.count(DOWNLOAD, 200), server.count(DOWNLOAD, 304)) == (1, 1)


def test_a_service_token_needs_no_project_and_no_config(doppler: Doppler, server: ServerThread) -> None:
    reader = doppler.with_token(server.create_service_token("apps", "prd"))
    assert reader("run", "--", "printenv", "GREETING") == f"{secret('hello')}\n"
    assert json.loads(reader("me", "--json"))["type"] == "service_token"
    reader("secrets", "set", f"GREETING={secret('no')}", "--silent", code=1)


def test_projects_environments_configs_and_tokens_are_administered(doppler: Doppler) -> None:
    doppler("projects", "create", "more", "--description", "d")
    doppler("environments", "create", "Quality", "qa", "--project", "more")
    doppler("configs", "create", "qa_blue", "--project", "more", "--environment", "qa")
    names = [one["name"] for one in json.loads(doppler("configs", "--project", "more", "--json"))]
    assert names == ["dev", "prd", "qa", "qa_blue", "stg"]
    where = ("--project", "more", "--config", "qa_blue")
    made = doppler("configs", "tokens", "create", "reader", *where, "--plain").strip()
    assert made.startswith("dp.st.qa_blue.")
    assert [one["name"] for one in json.loads(doppler("configs", "tokens", *where, "--json"))] == ["reader"]
    doppler("configs", "tokens", "revoke", made, *where)
    doppler("configs", "update", "qa_blue", "--name", "qa_green", "--project", "more", "--yes")
    doppler("configs", "delete", "qa_green", "--project", "more", "--yes")
    doppler("environments", "delete", "qa", "--project", "more", "--yes")
    doppler("projects", "delete", "more", "--yes")
    assert [one["name"] for one in json.loads(doppler("projects", "--json"))] == ["apps"]


def test_a_token_that_is_nobodys_ends_with_1(doppler: Doppler) -> None:
    stranger = doppler.with_token("dp.st.prd.0000000000000000000000000000000000000000000")  # throw-away, for tests
    stranger("run", "--", "true", code=1)
    stranger("me", code=1)


def test_a_stopped_server_leaves_the_fallback_to_run_from(doppler: Doppler, server: ServerThread) -> None:
    doppler("run", "--", "true")
    server.stop()
    assert doppler("run", "--attempts", "1", "--", "printenv", "GREETING") == f"{secret('hello')}\n"


def test_a_revoked_token_loses_its_fallback(doppler: Doppler, server: ServerThread) -> None:
    token = server.create_service_token("apps", "prd")
    reader = doppler.with_token(token)
    reader("run", "--", "true")
    server.revoke_service_token("apps", "prd", token)
    reader("run", "--", "true", code=1)
    reader("run", "--fallback-only", "--", "true", code=1)


def test_watching_restarts_on_a_change_of_this_config_and_only_then(
    doppler: Doppler, server: ServerThread, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.touch()
    running = doppler.start("run", "--watch", "--", "sh", "-c", f"printenv GREETING >> {out}; sleep 1000")
    try:
        _eventually(lambda: server.metric("headwater_watch_streams") == 1)
        _eventually(lambda: len(out.read_text().splitlines()) == 1)
        server.set_secrets("apps", "stg", {"GREETING": secret("elsewhere")})
        server.set_secrets("apps", "prd", {"GREETING": secret("hello")})
        server.set_secrets("apps", "prd", {"GREETING": secret("changed")})
        _eventually(lambda: len(out.read_text().splitlines()) == 2)
        server.set_secrets("apps", "prd", {"GREETING": "${stg.GREETING}"})
        _eventually(lambda: len(out.read_text().splitlines()) == 3)
        server.set_secrets("apps", "stg", {"GREETING": secret("referred")})
        _eventually(lambda: len(out.read_text().splitlines()) == 4)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert out.read_text().splitlines() == [secret(one) for one in ("hello", "changed", "elsewhere", "referred")]


def _eventually(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    """Wait for another process, which tells nobody when it is done."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
