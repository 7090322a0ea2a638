"""Promise S27: whatever is sent, in query and body, is answered below 500, in JSON."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.server.routes import find_routes
from headwater.server.routing import Route
from tests.support.canary import secret
from tests.support.headwater_server import ServerThread

ROUTES = [route for route in find_routes() if not route.path.endswith("/watch")]

NAMES = ["project", "config", "environment", "name", "slug", "secrets", "change_requests", "page", "per_page"]
MORE = ["format", "name_transformer", "expire_at", "access", "token", "description", "create_default_environments"]

texts = st.one_of(
    st.sampled_from(["", "any", "prd", "A", "null", "true", "-1", "${A}", "a\x00b", "é", "..", "%00", "\U0001d518"]),
    st.text(max_size=30),
)
plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts)
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.sampled_from(["name", "value", "originalName", "shouldDelete", "A"]), texts), inner, max_size=4
        ),
    ),
    max_leaves=10,
)
inputs = st.dictionaries(st.sampled_from(NAMES + MORE), values, max_size=6)
queries = st.dictionaries(st.sampled_from(NAMES + MORE), texts, max_size=5)


@pytest.fixture(scope="module")
def project(server: ServerThread) -> str:
    server.create_project("any")
    server.set_secrets("any", "prd", {"A": secret("a")})
    return "any"


@pytest.mark.usefixtures("project")
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(ROUTES), query=queries, body=st.one_of(st.none(), inputs, values))
def test_any_input_is_answered_below_500(
    server: ServerThread, route: Route, query: dict[str, str], body: object
) -> None:
    sent = None if body is None or route.method == "GET" else json.dumps(body).encode()
    answer = server.request(route.method, f"{route.path}?{urlencode(query)}", sent)
    assert answer.status < 500, f"{route.method} {route.path} answered {answer.status}"
    if answer.status >= 400:
        assert answer.messages


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_any_bytes_for_a_body_are_answered_below_500(server: ServerThread, body: bytes) -> None:
    answer = server.request("POST", "/v3/configs/config/secrets?project=any&config=prd", body)
    assert answer.status < 500
