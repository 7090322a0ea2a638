"""Routes are found by listing their folder, and no two claim the same."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from headwater.server import routes
from headwater.server.routes import find_routes
from headwater.server.routing import Route, route_table


async def handler(_request: Request) -> Response:
    return Response()


def test_every_module_of_the_folder_has_routes() -> None:
    modules = {path.stem for path in Path(routes.__path__[0]).glob("*.py")} - {"__init__"}
    assert {route.handler.__module__.rpartition(".")[2] for route in find_routes()} == modules


def test_all_routes_stand_under_v3_and_none_twice() -> None:
    found = list(find_routes())
    assert {route.path.split("/")[1] for route in found} == {"v3"}
    assert len({(route.method, route.path) for route in found}) == len(found)


def test_two_routes_of_one_method_and_path_are_refused() -> None:
    with pytest.raises(ValueError, match="two routes for GET /a"):
        route_table(iter([Route("GET", "/a", handler), Route("GET", "/a", handler)]))


def test_the_table_finds_by_path_then_method() -> None:
    one, other = Route("GET", "/a", handler), Route("POST", "/a", handler)
    assert route_table(iter([one, other])) == {b"/a": {"GET": one, "POST": other}}
