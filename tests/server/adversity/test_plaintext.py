"""Promises S14 and S15: no value that was written or read, and no token, stands in a file, a log or an error."""

from pathlib import Path

from tests.support.canary import CANARY, secret
from tests.support.headwater_server import DOWNLOAD, SECRETS, Client, headwater_server
from tests.support.markers import files_under, find_markers

MARKERS = [secret(f'marker {number:04d} "é/+\\') for number in range(1_000)]
TOKENS = "/v3/configs/config/tokens"


def test_a_thousand_values_written_and_read_are_found_nowhere(tmp_path: Path) -> None:
    with headwater_server(tmp_path) as server:
        server.create_project("apps")
        token = server.create_service_token("apps", "prd", access="read/write")
        for start in range(0, len(MARKERS), 100):
            batch = {f"K{number}": MARKERS[number] for number in range(start, start + 100)}
            server.set_secrets("apps", "prd", batch)
        server.set_secrets("apps", "stg", {"ALL": "".join(f"${{prd.K{number}}}" for number in range(50))})
        for query in ("format=json", "format=env", "format=yaml", "secrets=K1,K2"):
            assert server.get(f"{DOWNLOAD}?project=apps&config=prd&{query}").status == 200
        assert server.get(f"{SECRETS}?project=apps&config=stg").status == 200
        _provoke(server)
        wal = tmp_path / "data" / "headwater.db-wal"
        assert wal.stat().st_size > 1_000_000, "the write-ahead log was checkpointed too early to be searched"
        looked_in = files_under(tmp_path)
        assert tmp_path / "server.log" in looked_in
        assert find_markers([*MARKERS, token, server.token], looked_in) == []


def _provoke(server: Client) -> None:
    """Failures of all kinds with a value in every field that a caller controls: none may show it."""
    value = MARKERS[0]
    where = "project=apps&config=prd"
    here = {"project": "apps", "config": "prd"}
    attempts: list[tuple[str, str, object]] = [
        ("POST", SECRETS, {**here, "secrets": {"a b": value}}),
        ("POST", SECRETS, {**here, "secrets": {"A": value + "${NOT_THERE}"}}),
        ("POST", SECRETS, {**here, "secrets": {"A": value * 2_000}}),
        ("POST", SECRETS, {**here, "secrets": {"A": [value]}}),
        ("POST", SECRETS, {**here, "secrets": value}),
        ("POST", SECRETS, {**here, "change_requests": [{"name": "A", "value": value, "visibility": "x"}]}),
        ("POST", f"{SECRETS}?{where}", f'{{"secrets": {{"A": "{value}'.encode()),
        ("POST", f"{SECRETS}?{where}", value.encode()),
        ("POST", TOKENS, {**here, "name": "ab", "expire_at": value}),
        ("DELETE", f"{TOKENS}/token", {**here, "token": value}),
    ]
    for method, path, body in attempts:
        answer = server.request(method, path, body)
        assert 400 <= answer.status < 500, path
        assert CANARY not in answer.body.decode()
    header = {"X-Anything": CANARY, "If-None-Match": CANARY, "User-Agent": CANARY}
    assert server.get(f"{DOWNLOAD}?{where}", headers=header).status == 200
    assert server.get("/v3/me", token=f"dp.st.{CANARY}").status == 401
