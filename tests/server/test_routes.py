"""Every route of a running server, as its clients use it: statuses, shapes, and where parameters may stand."""

import base64
import itertools
import json
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from headwater.server.routes import find_routes
from tests.support.canary import secret
from tests.support.headwater_server import DOWNLOAD, SECRETS, Answer, ServerThread

TOKENS = "/v3/configs/config/tokens"
TOO_LARGE = b"{" + b" " * 1_048_576
_NUMBERS = itertools.count(1)


@pytest.fixture
def project(server: ServerThread) -> str:
    name = f"apps{next(_NUMBERS)}"
    server.create_project(name)
    return name


@pytest.fixture
def place(project: str) -> str:
    """The query that names the project's config prd."""
    return urlencode({"project": project, "config": "prd"})


ROUTES = [(route.method, route.path) for route in find_routes()]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer dp.st.prd.0000000000000000000000000000000000000000000",  # throw-away, for tests
        "Basic ZHAucHQueDo=",
        "Basic !",
        "Digest x",
    ],
)
def test_a_token_that_is_nobodys_is_401_everywhere(
    server: ServerThread, method: str, path: str, authorization: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for query, body in (("", None), ("?page=0&include_managed_secrets=x&format=x", None), ("", b"{")):
        answer = server.request(method, path + query, body, token="", headers=headers)
        assert (answer.status, answer.json()["success"]) == (401, False)
        assert answer.messages == ["Invalid Auth token"]


def test_an_outsider_hears_nothing_of_what_is_wrong_with_a_body(server: ServerThread) -> None:
    outsider = "dp.st.prd.0000000000000000000000000000000000000000000"  # throw-away, for tests
    compressed = server.request("POST", SECRETS, b"x", token=outsider, headers={"Content-Encoding": "gzip"})
    too_large = server.request("POST", SECRETS, TOO_LARGE, token=outsider)
    assert [answer.status for answer in (compressed, too_large)] == [401, 401]


def test_basic_and_bearer_are_the_same(server: ServerThread) -> None:
    basic = base64.b64encode(f"{server.token}:".encode()).decode()
    answers = [
        server.get("/v3/me", token="", headers={"Authorization": f"{scheme} {credentials}"})
        for scheme, credentials in (("Basic", basic), ("basic", basic), ("Bearer", server.token))
    ]
    assert [answer.status for answer in answers] == [200, 200, 200]


def test_me_says_who_is_asking(server: ServerThread, project: str) -> None:
    owner = server.must("GET", "/v3/me")
    token = server.create_service_token(project, "prd")
    service = server.must("GET", "/v3/me", token=token)
    assert (owner["type"], service["type"]) == ("personal", "service_token")
    assert service["name"] == "for a test"
    assert token not in json.dumps(service)
    assert server.must("GET", "/v3/workplace", token=token)["workplace"]["name"] == "Headwater"


def test_a_project_is_named_by_one_string_everywhere(server: ServerThread, project: str) -> None:
    found = server.must("GET", f"/v3/projects/project?project={project}")["project"]
    assert found["id"] == found["slug"] == found["name"] == project


def test_projects_are_listed_changed_and_deleted(server: ServerThread, project: str) -> None:
    server.must("POST", "/v3/projects/project", {"project": project, "name": f"{project}-new", "description": "d"})
    names = [one["name"] for one in server.must("GET", "/v3/projects?per_page=1000")["projects"]]
    assert f"{project}-new" in names
    assert project not in names
    server.must("DELETE", f"/v3/projects/project?project={project}-new")
    assert server.get(f"/v3/projects/project?project={project}-new").status == 404


def test_a_project_may_begin_without_environments(server: ServerThread) -> None:
    name = f"bare{next(_NUMBERS)}"
    server.must("POST", "/v3/projects", {"name": name, "create_default_environments": False, "description": None})
    assert server.must("GET", f"/v3/environments?project={name}")["environments"] == []
    assert server.must("GET", f"/v3/configs?project={name}")["configs"] == []


def test_lists_come_in_pages(server: ServerThread, project: str) -> None:
    pages = [server.must("GET", f"/v3/environments?project={project}&page={page}&per_page=2") for page in (1, 2, 3)]
    assert [[one["slug"] for one in page["environments"]] for page in pages] == [["dev", "stg"], ["prd"], []]
    assert [page["page"] for page in pages] == [1, 2, 3]


def test_environments_come_with_their_root_config(server: ServerThread, project: str) -> None:
    made = server.must("POST", f"/v3/environments?project={project}", {"name": "Quality", "slug": "qa"})["environment"]
    assert (made["id"], made["slug"], made["project"]) == ("qa", "qa", project)
    config = server.must("GET", f"/v3/configs/config?project={project}&config=qa")["config"]
    assert (config["root"], config["environment"]) == (True, "qa")
    where = f"project={project}&environment=qa"
    server.must("PUT", f"/v3/environments/environment?{where}", {"name": "Quality", "slug": "qs"})
    assert server.must("GET", f"/v3/environments/environment?project={project}&environment=qs")["environment"]
    server.must("DELETE", f"/v3/environments/environment?project={project}&environment=qs")
    assert server.get(f"/v3/configs/config?project={project}&config=qs").status == 404


def test_branches_are_made_renamed_and_deleted(server: ServerThread, project: str) -> None:
    asked = {"project": project, "environment": "prd", "name": "prd_blue"}
    assert server.must("POST", "/v3/configs", asked)["config"]["root"] is False
    server.must("POST", f"/v3/configs/config?project={project}&config=prd_blue", {"name": "prd_green"})
    listed = server.must("GET", f"/v3/configs?project={project}&environment=prd")["configs"]
    assert [one["name"] for one in listed] == ["prd", "prd_green"]
    server.must("DELETE", f"/v3/configs/config?project={project}&config=prd_green")
    assert server.get(f"/v3/configs/config?project={project}&config=prd_green").status == 404


def test_a_config_knows_when_it_was_fetched(server: ServerThread, project: str, place: str) -> None:
    path = f"/v3/configs/config?{place}"
    assert server.must("GET", path)["config"]["initial_fetch_at"] is None
    server.download(project, "prd")
    config = server.must("GET", path)["config"]
    assert config["initial_fetch_at"] == config["last_fetch_at"] != None  # noqa: E711 - a chain


def test_secrets_are_set_listed_and_deleted(server: ServerThread, project: str, place: str) -> None:
    values = {"A": secret("a"), "B": "b-${A}"}
    after = server.must("POST", f"{SECRETS}?{place}", {"secrets": values})["secrets"]
    assert after["B"] == {
        "raw": "b-${A}",
        "computed": f"b-{secret('a')}",
        "note": "",
        "rawVisibility": "masked",
        "computedVisibility": "masked",
        "rawValueType": {"type": "string"},
        "computedValueType": {"type": "string"},
    }
    assert list(after) == ["A", "B", "DOPPLER_CONFIG", "DOPPLER_ENVIRONMENT", "DOPPLER_PROJECT"]
    server.set_secrets(project, "prd", {"B": None})
    assert server.must("GET", f"{SECRETS}/names?{place}&include_managed_secrets=False")["names"] == ["A"]
    assert server.request("DELETE", f"/v3/configs/config/secret?{place}&name=A").status == 204
    assert list(server.must("GET", f"{SECRETS}?{place}&include_managed_secrets=false")["secrets"]) == []


def test_change_requests_set_rename_and_delete(server: ServerThread, project: str) -> None:
    server.set_secrets(project, "prd", {"OLD": secret("old"), "GONE": secret("gone")})
    changes = [
        {"name": "NEW", "originalName": "OLD", "value": None, "originalValue": None},
        {"name": "MORE", "originalName": None, "value": secret("more")},
        {"name": "GONE", "originalName": "GONE", "value": None, "shouldDelete": True},
    ]
    after = server.must("POST", SECRETS, {"project": project, "config": "prd", "change_requests": changes})["secrets"]
    computed = {name: one["computed"] for name, one in after.items() if not name.startswith("DOPPLER_")}
    assert computed == {"MORE": secret("more"), "NEW": secret("old")}


def test_a_missing_secret_is_all_null(server: ServerThread, place: str) -> None:
    answer = server.must("GET", f"/v3/configs/config/secret?{place}&name=NOT_THERE")
    assert answer["name"] == "NOT_THERE"
    assert set(answer["value"].values()) == {None}


def test_a_download_is_answered_304_while_it_is_the_same(server: ServerThread, project: str) -> None:
    server.set_secrets(project, "prd", {"A": secret("a")})
    first = server.download(project, "prd")
    assert first.json() == {
        "A": secret("a"),
        "DOPPLER_CONFIG": "prd",
        "DOPPLER_ENVIRONMENT": "prd",
        "DOPPLER_PROJECT": project,
    }
    again = server.download(project, "prd", etag=first.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    server.set_secrets(project, "prd", {"A": secret("b")})
    assert server.download(project, "prd", etag=first.headers["etag"]).status == 200
    server.set_secrets(project, "prd", {"A": secret("a")})
    assert server.download(project, "prd", etag=first.headers["etag"]).status == 304


def test_a_download_comes_in_the_format_and_with_the_names_that_are_asked_for(
    server: ServerThread, project: str, place: str
) -> None:
    server.set_secrets(project, "prd", {"API_KEY": secret("k"), "OTHER": secret("o")})
    wanted = f"{DOWNLOAD}?{place}&secrets=API_KEY,NOT_THERE"
    env = server.get(f"{wanted}&format=env")
    assert env.body.decode() == f'API_KEY="{secret("k")}"'
    assert env.headers["content-type"] == "text/plain; charset=utf-8"
    assert server.get(f"{wanted}&name_transformer=camel").json() == {"apiKey": secret("k")}
    assert server.get(f"{wanted}&format=ini").status == 400


def test_a_branch_shows_its_root_through(server: ServerThread, project: str) -> None:
    server.create_config(project, "prd", "prd_blue")
    server.set_secrets(project, "prd", {"A": secret("root"), "B": "to-${A}"})
    server.set_secrets(project, "prd_blue", {"A": secret("branch")})
    assert server.download(project, "prd_blue").json()["B"] == f"to-{secret('branch')}"
    assert server.download(project, "prd").json()["B"] == f"to-{secret('root')}"


def test_a_service_token_reads_its_own_config_and_no_other(server: ServerThread, project: str) -> None:
    server.set_secrets(project, "prd", {"A": secret("a")})
    token = server.create_service_token(project, "prd")
    assert server.download(token=token).json()["A"] == secret("a")
    assert server.download(project, "prd", token=token).status == 200
    assert [one["name"] for one in server.must("GET", "/v3/projects", token=token)["projects"]] == [project]
    others = [server.download(project, "stg", token=token), server.download("nowhere", "prd", token=token)]
    assert [answer.status for answer in others] == [400, 400]
    assert others[0].body == others[1].body
    asked = {"secrets": {"A": secret("b")}}
    assert server.request("POST", SECRETS, asked, token=token).status == 403


def test_a_token_that_may_write_writes(server: ServerThread, project: str) -> None:
    token = server.create_service_token(project, "prd", access="read/write")
    assert (
        server.request("POST", f"{SECRETS}?project=&config=", {"secrets": {"A": secret("a")}}, token=token).status
        == 200
    )


def test_service_tokens_are_listed_and_revoked_by_slug_or_by_themselves(
    server: ServerThread, project: str, place: str
) -> None:
    tokens = [server.create_service_token(project, "prd") for _ in range(2)]
    listed = server.must("GET", f"{TOKENS}?{place}")["tokens"]
    assert [one["access"] for one in listed] == ["read", "read"]
    assert "key" not in listed[0]
    server.must("DELETE", f"{TOKENS}/token?{place}", {"slug": listed[0]["slug"]})
    server.must("DELETE", f"{TOKENS}/token?{place}", {"token": tokens[1]})
    assert [server.download(token=token).status for token in tokens] == [401, 401]
    assert server.request("DELETE", f"{TOKENS}/token?{place}", {"slug": listed[0]["slug"]}).status == 404


@pytest.mark.parametrize("expire_at", [4_000_000_000, "2096-10-02T07:06:40Z"])
def test_a_token_may_expire(server: ServerThread, place: str, expire_at: object) -> None:
    made = server.must("POST", f"{TOKENS}?{place}", {"name": "short", "expire_at": expire_at})["token"]
    assert made["expires_at"] == "2096-10-02T07:06:40.000Z"


def test_ping_answers(server: ServerThread, place: str) -> None:
    assert server.get(f"/v3/configs/config/ping?{place}").status == 200


def refused(project: str) -> Iterator[tuple[str, str, str, object, int]]:
    """What is wrong, the request, and its status."""
    here = {"project": project, "config": "prd"}
    where = urlencode(here)
    big = secret("x" * 51_200)
    yield "an unknown project", "GET", f"{DOWNLOAD}?project=nowhere&config=prd", None, 404
    yield "an unknown config", "GET", f"{DOWNLOAD}?project={project}&config=nowhere", None, 404
    yield "no config", "GET", f"{DOWNLOAD}?project={project}", None, 400
    yield "an illegal secret name", "POST", SECRETS, {**here, "secrets": {"a b": secret("v")}}, 400
    yield "a value over 50 KiB", "POST", SECRETS, {**here, "secrets": {"A": big}}, 413
    yield "1,201 secrets", "POST", SECRETS, {**here, "secrets": {f"K{i}": "v" for i in range(1_201)}}, 413
    yield "500 KiB", "POST", SECRETS, {**here, "secrets": {f"K{i}": big[:50_000] for i in range(11)}}, 413
    yield "a reference to nothing", "POST", SECRETS, {**here, "secrets": {"A": "${NOT_THERE}"}}, 400
    yield "a loop", "POST", SECRETS, {**here, "secrets": {"A": "${B}", "B": "${A}"}}, 400
    yield "an auto secret", "POST", SECRETS, {**here, "secrets": {"DOPPLER_CONFIG": "x"}}, 400
    yield "neither form", "POST", SECRETS, here, 400
    yield "both forms", "POST", SECRETS, {**here, "secrets": {}, "change_requests": []}, 400
    yield "a field that we lack", "POST", SECRETS, {**here, "change_requests": [{"name": "A", "visibility": "x"}]}, 400
    yield "broken JSON", "POST", f"{SECRETS}?{where}", b"{", 400
    yield "a body over 1 MiB", "POST", f"{SECRETS}?{where}", TOO_LARGE, 413
    yield "a branch without its prefix", "POST", "/v3/configs", {**here, "environment": "prd", "name": "blue"}, 400
    yield "a project name", "POST", "/v3/projects", {"name": "a b"}, 400
    yield "a taken project name", "POST", "/v3/projects", {"name": project}, 400
    yield "no name", "POST", "/v3/projects", None, 400
    yield "a root config", "DELETE", f"/v3/configs/config?{where}", None, 400
    yield "an unknown access", "POST", TOKENS, {**here, "name": "ab", "access": "admin"}, 400
    yield "a time", "POST", TOKENS, {**here, "name": "ab", "expire_at": "soon"}, 400
    yield "a time without a zone", "POST", TOKENS, {**here, "name": "ab", "expire_at": "2096-10-02T07:06:40"}, 400
    yield "a time beyond UTC", "POST", TOKENS, {**here, "name": "ab", "expire_at": "9999-12-31T23:59:59-23:59"}, 400
    yield "a page", "GET", "/v3/projects?page=0", None, 400
    yield "no slug", "DELETE", f"{TOKENS}/token?{where}", None, 400


@pytest.mark.parametrize("case", [case for case, *_ in refused("")])
def test_bad_input_is_refused_in_json_and_changes_nothing(server: ServerThread, project: str, case: str) -> None:
    server.set_secrets(project, "prd", {"KEPT": secret("kept")})
    before = server.download(project, "prd").headers["etag"]
    method, path, body, status = next(rest for name, *rest in refused(project) if name == case)
    answer = server.request(str(method), str(path), body)
    assert answer.status == status
    assert answer.json()["success"] is False
    assert answer.messages[0]
    assert server.download(project, "prd", etag=before).status == 304


def test_a_body_of_exactly_1_mib_is_read(server: ServerThread, place: str) -> None:
    start = b'{"secrets": {"A": "v"}'
    body = start + b" " * (1_048_576 - len(start) - 1) + b"}"
    assert server.request("POST", f"{SECRETS}?{place}", body).status == 200


def test_a_compressed_body_is_415(server: ServerThread, place: str) -> None:
    answer = server.request("POST", f"{SECRETS}?{place}", b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status == 415


def test_every_delete_closes_its_connection(server: ServerThread, place: str) -> None:
    for path in (f"/v3/configs/config/secret?{place}&name=A", "/v3/nowhere"):
        assert server.request("DELETE", path).headers["connection"] == "close"
    assert "connection" not in server.get("/v3/me").headers


PATHS = [
    "/v3/me/",
    "//v3/me",
    "/v3/%6de",
    "/v3/./me",
    "/v3/x/../me",
    "/V3/me",
    "/v3/me;a",
    "/v3/me%00",
    "/v3",
    "/",
    "/x",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_not_a_route_to_the_letter_is_404(server: ServerThread, path: str) -> None:
    answer = server.get(path)
    assert (answer.status, answer.json()["success"]) == (404, False)


def test_a_method_that_a_route_does_not_take_is_405_and_named(server: ServerThread) -> None:
    answer = server.request("PATCH", "/v3/projects")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")
    assert answer.json()["success"] is False


def test_every_reply_has_an_id_of_its_own_and_is_not_to_be_stored(server: ServerThread) -> None:
    answers: list[Answer] = [server.get("/v3/me"), server.get("/v3/me"), server.get("/nowhere")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 3
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_needs_no_token(server: ServerThread, path: str) -> None:
    assert server.get(path, token="").status == 200
    probed = server.request("HEAD", path, token="")
    assert (probed.status, probed.body) == (200, b"")


def test_no_value_and_no_token_is_in_the_metrics(server: ServerThread, project: str) -> None:
    server.set_secrets(project, "prd", {"A": secret("a")})
    server.download(project, "prd")
    text = server.get("/metrics", token="").body.decode()
    assert secret("a") not in text
    assert project not in text
