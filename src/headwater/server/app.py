"""The ASGI application: finds the route, asks for a token, turns errors into replies.

It answers from the moment the socket is open: until `open_up`, and again from `close_down`, everything but the health
routes is 503 in JSON, so that no client takes a start or a migration for the loss of its secrets.
"""

import secrets
from http import HTTPStatus
from itertools import count

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headwater.domain.errors import HeadwaterError, InvalidInputError, TooLargeError, UnavailableError
from headwater.domain.ids import RequestId
from headwater.process.metrics import CONTENT_TYPE, Registry, to_text
from headwater.process.traces import trace_of
from headwater.server import auth, errors, exchange
from headwater.server.failures import reason_of
from headwater.server.metrics import ServerMetrics
from headwater.server.routing import Route, RouteTable
from headwater.server.services import Services

_log = structlog.get_logger()

_NO_ROUTE = "none"
"""The label of a path that is no route of ours: paths that callers make up are not counted by name."""


class App:
    """One server's application; not ready until it is opened up."""

    def __init__(self, routes: RouteTable, registry: Registry, metrics: ServerMetrics) -> None:
        self._routes = routes
        self._registry = registry
        self._metrics = metrics
        self._services: Services | None = None
        self._draining = False
        self._id_prefix = secrets.token_hex(6)
        self._ids = count(1)

    def open_up(self, services: Services) -> None:
        self._services = services

    def close_down(self) -> None:
        self._draining = True

    @property
    def is_ready(self) -> bool:
        return self._services is not None and not self._draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = RequestId(f"{self._id_prefix}{next(self._ids):06x}")
        scope[exchange.REQUEST_ID] = request_id
        route, answer = None, self._health(scope)
        try:
            if answer is None:
                route = self._find(scope)
                answer = await self._run(route, scope, receive)
        except HeadwaterError as error:
            answer = self._failed(error, scope)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets JSON
            _log.error("request.failed", request_id=request_id, trace=trace_of(error))
            answer = errors.internal_error(request_id)
        await self._send(answer, scope, receive, _Sender(self._metrics, scope, route, send))

    async def _send(self, answer: ASGIApp, scope: Scope, receive: Receive, sender: "_Sender") -> None:
        try:
            await answer(scope, receive, sender)
        except Exception as error:
            _log.error("request.broken_off", request_id=scope[exchange.REQUEST_ID], trace=trace_of(error))
            if sender.has_begun:
                raise
            await errors.internal_error(scope[exchange.REQUEST_ID])(scope, receive, sender)

    async def _run(self, route: Route, scope: Scope, receive: Receive) -> ASGIApp:
        if self._services is None or self._draining:
            state = "stopping" if self._draining else "starting"
            raise errors.NotReadyError(f"the server is {state}", hint="try again in a moment")
        scope[exchange.SERVICES] = self._services
        scope[exchange.TOKEN] = auth.read_token(scope["headers"])
        request = Request(scope, receive)
        try:
            return await route.handler(request)
        except (InvalidInputError, TooLargeError):
            # Input is read before the token is looked up; what is wrong with it is no outsider's to hear.
            await exchange.admit(request)
            raise

    def _find(self, scope: Scope) -> Route:
        """Raises: NoSuchRouteError, MethodNotAllowedError; while starting neither, since 404 makes clients forget."""
        methods = self._routes.get(scope["raw_path"])
        if not self.is_ready and methods is None:
            raise errors.NotReadyError("the server is not ready", hint="try again in a moment")
        if methods is None:
            raise errors.NoSuchRouteError("there is no such route", hint="see docs/compatibility.md for what there is")
        route = methods.get(scope["method"])
        if route is None:
            raise errors.MethodNotAllowedError(f"this route takes {', '.join(sorted(methods))}")
        return route

    def _failed(self, error: HeadwaterError, scope: Scope) -> Response:
        answer = errors.error_reply(error)
        if isinstance(error, errors.MethodNotAllowedError):
            answer.headers["allow"] = ", ".join(sorted(self._routes[scope["raw_path"]]))
        if isinstance(error, errors.BodyTooLargeError):
            answer.headers["connection"] = "close"
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            reason = reason_of(error) if isinstance(error, UnavailableError) else ""
            _log.error("request.refused", request_id=scope[exchange.REQUEST_ID], code=error.code, reason=reason)
        return answer

    def _health(self, scope: Scope) -> ASGIApp | None:
        """The three routes that anybody may ask, at any time; some probes ask by HEAD."""
        if scope["method"] not in {"GET", "HEAD"}:
            return None
        match scope["raw_path"]:
            case b"/healthz":
                return exchange.reply({"status": "ok"})
            case b"/readyz":
                state = "ready" if self.is_ready else "stopping" if self._draining else "starting"
                return exchange.reply({"status": state}, status=200 if self.is_ready else 503)
            case b"/metrics":
                return Response(to_text(self._registry), media_type=CONTENT_TYPE)
            case _:
                return None


class _Sender:
    """Adds to each reply what all of them have, and counts it when its head is sent."""

    __slots__ = ("_metrics", "_route", "_scope", "_send", "has_begun")

    def __init__(self, metrics: ServerMetrics, scope: Scope, route: Route | None, send: Send) -> None:
        self._metrics = metrics
        self._scope = scope
        self._route = route
        self._send = send
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._complete(message)
            self.has_begun = True
        await self._send(message)

    def _complete(self, head: Message) -> None:
        method = self._scope["method"]
        head["headers"] += [
            (b"x-request-id", self._scope[exchange.REQUEST_ID].encode()),
            (b"cache-control", b"no-store"),
        ]
        if method == "DELETE":
            # clients send bodies here without framing them; read as a next request, they would poison it
            head["headers"].append((b"connection", b"close"))
        path = self._route.path if self._route is not None else _NO_ROUTE
        self._metrics.count_request(path, method if self._route is not None else _NO_ROUTE, head["status"])
