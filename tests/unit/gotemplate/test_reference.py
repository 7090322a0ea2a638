"""The page of functions: complete, and every example on it does what it says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.gotemplate import Limits, TemplateError
from headwater.gotemplate.functions.catalogue import FUNCTIONS
from tests.support.gotemplates import render

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "template-functions.md"
_COLUMN = re.compile(r"(?<!\\)\|")


def _rows() -> Iterator[list[str]]:
    """Cells of the rows whose first one is a function's name."""
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in _COLUMN.split(line)[1:-1]]
        if cells and cells[0].startswith("`"):
            yield cells


def _code(cell: str) -> str:
    ticks = "``" if cell.startswith("`` ") else "`"
    return cell.removeprefix(ticks).removesuffix(ticks).strip() if ticks == "``" else cell[1:-1]


def _result(example: str) -> str:
    try:
        return render(example)
    except TemplateError as error:
        return "error: " + error.exact.decode().rpartition("calling ")[2]


ROWS = {cells[0]: cells for cells in _rows()}


def test_the_page_lists_every_function() -> None:
    listed = [name for names in ROWS for name in re.findall(r"`(\w+)`", names)]
    assert sorted(listed) == sorted(name.decode() for name in FUNCTIONS)


@pytest.mark.parametrize("names", ROWS)
def test_a_row_says_what_the_function_is(names: str) -> None:
    _, go_type, summary, example, result = ROWS[names]
    first = FUNCTIONS[re.findall(r"`(\w+)`", names)[0].encode()]
    assert (_code(go_type), summary + ".") == (first.signature.text, first.summary)
    assert _result(_code(example)) == _code(result)


def test_the_page_states_the_limits() -> None:
    page, limits = PAGE.read_text(), Limits()
    for name, value in (("steps", f"{limits.steps:,}"), ("output", f"{limits.output >> 20} MiB")):
        assert f"| {name} | {value} |" in page
    assert f"| {limits.nesting} |" in page
    assert f"texts in it | {limits.items:,} |" in page
    assert f"| {limits.seconds:g} s |" in page
