"""The routes of `/v3`, a module per noun, each with its list `ROUTES`; adding a module adds its routes."""

import importlib
import pkgutil
from collections.abc import Iterator

from headwater.server.routing import Route


def find_routes() -> Iterator[Route]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        yield from importlib.import_module(f"{__name__}.{module.name}").ROUTES
