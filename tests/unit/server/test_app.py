"""The application by itself: what it answers before it is open, while it closes, and when a route has a bug."""

import json
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headwater.domain.errors import IntegrityError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import RequestId
from headwater.process.metrics import new_registry
from headwater.server.app import App
from headwater.server.edge import Edge
from headwater.server.exchange import read_body, reply, token
from headwater.server.hub import Hub
from headwater.server.metrics import ServerMetrics
from headwater.server.routing import Route, route_table
from headwater.server.services import Services
from headwater.usecases.authentication import InvalidTokenError
from tests.support.canary import secret

TOKEN = secret("dp.pt.x")  # throw-away, for tests


async def fine(request: Request) -> Response:
    return reply({"length": len(await read_body(request)), "token": token(request).reveal() == TOKEN})


async def buggy(request: Request) -> Response:
    """As when a library puts what it could not handle into its message."""
    raise KeyError(token(request).reveal())


async def breaks_off(_request: Request) -> ASGIApp:
    async def answer(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise KeyError("bug")

    return answer


async def damaged(_request: Request) -> Response:
    raise IntegrityError("a sealed value was altered")


@pytest.fixture
def app() -> App:
    routes = [
        Route("GET", "/fine", fine),
        Route("POST", "/fine", fine),
        Route("DELETE", "/fine", fine),
        Route("GET", "/buggy", buggy),
        Route("GET", "/breaks-off", breaks_off),
        Route("GET", "/damaged", damaged),
    ]
    registry = new_registry(with_process=False)
    return App(route_table(iter(routes)), registry, ServerMetrics(registry))


class Gate(Edge):
    """Of an edge only what tells people from outsiders."""

    def __init__(self) -> None:
        pass

    async def admit(self, token: Hidden[str], request: RequestId) -> None:  # noqa: ARG002 - the edge's signature
        if token.reveal() != TOKEN:
            raise InvalidTokenError


@pytest.fixture
def opened(app: App) -> App:
    app.open_up(Services(edge=Gate(), hub=Hub()))
    return app


class Answered:
    def __init__(self, messages: list[Message]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body: Any = json.loads(messages[1]["body"]) if messages[1]["body"][:1] == b"{" else messages[1]["body"]


async def ask(
    app: App, method: str, path: str, *, body: bytes = b"", headers: dict[str, str] | None = None
) -> Answered:
    given = {"authorization": f"Bearer {TOKEN}", **(headers or {})}
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return Answered(sent)


@pytest.mark.parametrize("path", ["/fine", "/nowhere", "/v3/me"])
async def test_before_it_is_open_every_route_is_503_with_retry_after(app: App, path: str) -> None:
    answered = await ask(app, "GET", path)
    assert answered.status == 503
    assert answered.body["success"] is False
    assert int(answered.headers["retry-after"]) > 0


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503), ("/metrics", 200)])
async def test_before_it_is_open_health_is_answered(app: App, path: str, status: int) -> None:
    assert (await ask(app, "GET", path)).status == status


async def test_open_it_is_ready_until_it_closes_down(opened: App) -> None:
    assert (await ask(opened, "GET", "/readyz")).body == {"status": "ready"}
    assert (await ask(opened, "GET", "/fine")).body == {"length": 0, "token": True}
    opened.close_down()
    assert (await ask(opened, "GET", "/readyz")).body == {"status": "stopping"}
    assert (await ask(opened, "GET", "/fine")).status == 503


@pytest.mark.parametrize("path", ["/buggy", "/breaks-off"])
async def test_a_bug_is_500_under_the_id_of_its_request(opened: App, path: str) -> None:
    answered = await ask(opened, "GET", path)
    assert answered.status == 500
    assert answered.body["messages"] == [f"internal error (id {answered.headers['x-request-id']})"]


async def test_damage_is_500_in_its_own_words(opened: App) -> None:
    answered = await ask(opened, "GET", "/damaged")
    assert (answered.status, answered.body["messages"]) == (500, ["a sealed value was altered"])


BODIES = {
    "a body": (b"x" * 10, {}, 200),
    "the largest": (b"x" * 1_048_576, {}, 200),
    "one byte more": (b"x" * 1_048_577, {}, 413),
    "a compressed one": (b"x", {"content-encoding": "gzip"}, 415),
    "one that says it is not": (b"x", {"content-encoding": "identity"}, 200),
}


@pytest.mark.parametrize("case", BODIES)
async def test_bodies_are_bounded_and_plain(opened: App, case: str) -> None:
    body, headers, status = BODIES[case]
    answered = await ask(opened, "POST", "/fine", body=body, headers=headers)
    assert answered.status == status
    assert (answered.headers.get("connection") == "close") is (status == 413)


@pytest.mark.parametrize("case", BODIES)
async def test_an_outsider_hears_nothing_of_what_is_wrong_with_a_body(opened: App, case: str) -> None:
    body, headers, status = BODIES[case]
    outsider = {**headers, "authorization": f"Bearer {secret('dp.pt.y')}"}  # throw-away, for tests
    answered = await ask(opened, "POST", "/fine", body=body, headers=outsider)
    assert answered.status == (200 if status == 200 else 401)  # a handler that asks nobody answers anybody


async def test_every_delete_closes_its_connection_whatever_comes_of_it(opened: App) -> None:
    assert [(await ask(opened, "DELETE", path)).headers["connection"] for path in ("/fine", "/nowhere")] == [
        "close"
    ] * 2


async def test_requests_are_counted_by_route_and_status_and_never_by_a_made_up_path(opened: App) -> None:
    for path in ("/fine", "/fine", "/made-up", "/buggy"):
        await ask(opened, "GET", path)
    text = (await ask(opened, "GET", "/metrics")).body.decode()
    assert 'headwater_http_requests_total{method="GET",route="/fine",status="200"} 2.0' in text
    assert 'headwater_http_requests_total{method="GET",route="/buggy",status="500"} 1.0' in text
    assert 'headwater_http_requests_total{method="none",route="none",status="404"} 1.0' in text
    assert "made-up" not in text
