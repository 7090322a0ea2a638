"""Routes: one `ROUTES` list per module of `routes/`, found by listing the folder.

A path is compared with the bytes that came, undecoded: what stands in the table is what is reached, and nothing else
(no `%2e`, no `//`, no trailing slash, no redirect).
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp

Handler = Callable[[Request], Awaitable[ASGIApp]]
"""Answers one request; what it returns is sent as an ASGI application, so a stream is one too."""


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    handler: Handler


RouteTable = dict[bytes, dict[str, Route]]
"""path → method → route."""


def route_table(found: Iterable[Route]) -> RouteTable:
    """Raises: ValueError, for two routes of one method and path."""
    table: RouteTable = {}
    for route in found:
        methods = table.setdefault(route.path.encode(), {})
        if route.method in methods:
            raise ValueError(f"two routes for {route.method} {route.path}")
        methods[route.method] = route
    return table
