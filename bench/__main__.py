"""`make bench`: every measurement of this folder, or those named on the command line."""

import importlib
import pkgutil
import sys

import bench

_TOOLS = {"__main__", "bare", "load", "parts"}


def main(names: list[str]) -> None:
    found = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name not in _TOOLS)
    for name in names or found:
        print(f"## {name}")
        importlib.import_module(f"bench.{name}").run()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
