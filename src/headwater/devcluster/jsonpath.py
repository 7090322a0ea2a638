"""The JSONPath of printer columns: names, indexes, `[*]` and `[?(@.name=="value")]`; enough for any column that is one.

Source: k8s.io/client-go util/jsonpath.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from headwater.devcluster.objects import Json

_STEP: Final = re.compile(
    r"\.(?P<name>[\w$-]+(?:\\\.[\w$-]+)*)|\[(?P<index>-?\d+|\*)\]|\['(?P<quoted>[^']+)'\]"
    r"|\[\?\(@(?P<path>(?:\.[\w-]+)+)\s*(?P<sign>==|!=)\s*[\"'](?P<value>[^\"']*)[\"']\)\]"
)
_Step = Callable[[Json], Iterator[Json]]


def find_all(found: Json, path: str) -> list[Json]:
    """Every value that the path leads to; none for a path that cannot be read."""
    values = [found]
    for step in _steps(path):
        values = [below for value in values for below in step(value)]
    return values


def to_text(values: list[Json]) -> str:
    """As a cell shows them."""
    return " ".join(value if isinstance(value, str) else _encoded(value) for value in values)


def _encoded(value: Json) -> str:
    return msgspec.json.encode(value).decode("utf-8")


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[_Step, ...]:
    text = path.removeprefix("$").strip("{}")
    found: list[_Step] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            return (_nothing,)
        found.append(_step(match))
        at = match.end()
    return tuple(found)


def _step(match: re.Match[str]) -> _Step:
    name = match["quoted"] or (match["name"] or "").replace("\\.", ".")
    if name:
        return lambda value: iter([value[name]] if isinstance(value, dict) and name in value else [])
    if match["path"]:
        return _filter(match["path"], match["sign"], match["value"])
    return _index(match["index"])


def _filter(path: str, sign: str, wanted: str) -> _Step:
    def chosen(value: Json) -> Iterator[Json]:
        for item in value if isinstance(value, list) else ():
            found = find_all(item, path)
            if bool(found and str(found[0]) == wanted) is (sign == "=="):
                yield item

    return chosen


def _index(text: str) -> _Step:
    def chosen(value: Json) -> Iterator[Json]:
        if text == "*":
            yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        elif isinstance(value, list) and -len(value) <= int(text) < len(value):
            yield value[int(text)]

    return chosen


def _nothing(_: Json) -> Iterator[Json]:
    return iter(())
