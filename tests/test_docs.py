"""The documents tell the truth of today: what exists has its entry, and what is named exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.server.routes import find_routes
from tools.reference import PAGES, commands, generated_pages

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "headwater"
PROSE = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_METRIC_TYPES = {"Counter", "Gauge", "Histogram", "Summary", "Info"}
_PATH = re.compile(r"`((?:src|docs|tests|deploy|tools|bench|examples|changelog\.d|\.ci)/[\w./-]*\w)`")
_PACKAGE_PATH = re.compile(
    r"`((?:domain|process|wire|formats|resources|crypto|storage|client|kube|usecases|server|operator|cli)/[\w./-]+\.py)`"
)
_NAMED_TEST = re.compile(r"`(test_\w+)`")
_DEFINED = re.compile(r"def (test_\w+)")
_PLACEHOLDER = re.compile("NAME|NOUN|YYYY")
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


@pytest.mark.parametrize("name", generated_pages())
def test_a_generated_page_is_what_make_docs_writes(name: str) -> None:
    assert (PAGES / name).read_text(encoding="utf-8") == generated_pages()[name], "run `make docs`"


def test_every_command_has_a_help_text() -> None:
    assert [name for name, command in commands() if not command.help] == []


def test_every_route_has_a_row_in_the_compatibility_page() -> None:
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
    assert [route for route in _routes() if f"`{route}`" not in page] == []


def test_every_metric_has_its_line() -> None:
    page = (PAGES / "metrics.md").read_text(encoding="utf-8")
    assert [name for name in _metric_names() if f"`{name}`" not in page] == []


def test_every_module_says_what_lives_there() -> None:
    silent = [path for path in SOURCE.rglob("*.py") if not ast.get_docstring(_parsed(path))]
    assert [str(path.relative_to(SOURCE)) for path in silent] == []


@pytest.mark.parametrize("page", PROSE, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = [ROOT / path for path in _PATH.findall(text) if not _PLACEHOLDER.search(path)]
    in_package = [SOURCE / path for path in _PACKAGE_PATH.findall(text) if not _PLACEHOLDER.search(path)]
    linked = [page.parent / path for path in _LINK.findall(text)]
    assert [str(path) for path in [*named, *in_package, *linked] if not path.exists()] == []


def test_every_test_that_a_page_names_exists() -> None:
    defined = {
        name for path in (ROOT / "tests").rglob("test_*.py") for name in _DEFINED.findall(path.read_text("utf-8"))
    }
    named = {name for page in PROSE for name in _NAMED_TEST.findall(page.read_text("utf-8"))}
    assert sorted(named - defined) == []


def _routes() -> list[str]:
    return [f"{route.method} {route.path}" for route in find_routes()]


def _metric_names() -> Iterator[str]:
    """Names of metrics, found where they are declared: the first argument of `Counter(…)` and its kin."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.Call) and _called(node) in _METRIC_TYPES and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield name.value


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
