r"""What commands print: a table for a person at a terminal, tab-separated lines for a pipe, JSON on demand.

Data goes to stdout, everything else to stderr. Surprise: in tables and lines a value stands escaped (`\n`, `\t`,
`\\`), so that one secret is one line, and no value moves the cursor; `get` of one name prints it as it is.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, assert_never

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.domain.hidden import Hidden

F = TypeVar("F", bound=Callable[..., Any])

_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Form(StrEnum):
    TABLE = "table"
    PLAIN = "plain"
    JSON = "json"


def output_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--json` and `--plain`; it receives a `form`."""

    @wraps(command)
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.option("--plain", "as_plain", is_flag=True, help="Print lines for a script, as into a pipe.")
    def with_form(*, as_json: bool, as_plain: bool, **arguments: object) -> None:
        command(form=chosen_form(as_json=as_json, as_plain=as_plain, terminal=sys.stdout.isatty()), **arguments)

    return with_form


def chosen_form(*, as_json: bool, as_plain: bool, terminal: bool) -> Form:
    if as_json and as_plain:
        raise click.UsageError("choose one of --json and --plain")
    if as_json:
        return Form.JSON
    return Form.TABLE if terminal and not as_plain else Form.PLAIN


def print_values(values: Mapping[str, Hidden[str]], form: Form) -> None:
    """Names and what they hold: asked for, so shown."""
    match form:
        case Form.JSON:
            print_json({name: value.reveal() for name, value in values.items()})
        case Form.PLAIN:
            print_lines(f"{name}\t{escaped(value.reveal())}" for name, value in values.items())
        case Form.TABLE:
            _print_table(("NAME", "VALUE"), ((name, escaped(value.reveal())) for name, value in values.items()))
        case _:
            assert_never(form)


def print_names(names: Iterable[str], form: Form) -> None:
    if form is Form.JSON:
        print_json([*names])
    else:
        print_lines(names)


def print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def say(text: str) -> None:
    """A word to the person, not for the pipe."""
    click.echo(text, err=True)


def escaped(text: str) -> str:
    r"""`text` on one line, in characters that can be seen: `\n`, `\t`, `\\`, `\x1b` for what cannot."""
    return "".join(_ESCAPES.get(character) or _visible(character) for character in text)


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _print_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False, soft_wrap=False).print(table)
