"""`headwater secrets`: get, set, delete, list, download."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from headwater.cli.context import Context, connected, context_options
from headwater.cli.output import Form, output_options, print_names, print_values, say
from headwater.client.client import DownloadQuery
from headwater.client.download import Download
from headwater.domain.errors import NotFoundError, StartupError
from headwater.domain.hidden import Hidden
from headwater.formats import NameTransformer, list_formats
from headwater.wire.secrets import Secret


class SecretMissingError(NotFoundError):
    """A name that the config does not have."""

    code = "secret_missing"


@click.group()
def command() -> None:
    """Read and write the secrets of a config.

    Where: --project and --config, HEADWATER_PROJECT and HEADWATER_CONFIG, or the file of --settings; likewise the
    server and the token.
    """


@command.command("list")
@context_options
@click.option("--names", "names_only", is_flag=True, help="Only names; reveals nothing.")
@click.option("--raw", is_flag=True, help="Values as they were set, references unresolved.")
@output_options
def list_(context: Context, form: Form, *, names_only: bool, raw: bool) -> None:
    """Print every secret of a config."""
    if names_only:
        print_names(asyncio.run(_list_names(context)), form)
    else:
        print_values(_values(asyncio.run(_list(context, (), managed=False)), raw=raw), form)


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@context_options
@click.option("--raw", is_flag=True, help="The value as it was set, references unresolved.")
@output_options
def get(context: Context, form: Form, *, names: tuple[str, ...], raw: bool) -> None:
    """Print secrets by name; a single one is printed as it is, for "$(headwater secrets get NAME)"."""
    values = _values(asyncio.run(_list(context, names, managed=True)), raw=raw)
    missing = [name for name in names if name not in values]
    if missing:
        raise SecretMissingError(f"{context} has no {', '.join(missing)}", hint="see headwater secrets list --names")
    if len(names) == 1 and form is not Form.JSON:
        click.echo(values[names[0]].reveal())
    else:
        print_values({name: values[name] for name in names}, form)


@command.command("set")
@click.argument("assignments", nargs=-1, required=True, metavar="NAME=VALUE... | NAME")
@context_options
def set_(context: Context, *, assignments: tuple[str, ...]) -> None:
    """Set secrets, all of them or none.

    NAME alone takes the value from standard input, less one newline at its end; at a terminal it asks for it. Other
    users of this machine may see the values of arguments while the command runs.
    """
    values = read_assignments(assignments)
    asyncio.run(_update(context, values))
    say(f"set {', '.join(values)} in {context}")


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@context_options
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def delete(context: Context, *, names: tuple[str, ...], yes: bool) -> None:
    """Delete secrets, all of them or none."""
    known = asyncio.run(_list_names(context))
    missing = [name for name in names if name not in known]
    if missing:
        raise SecretMissingError(f"{context} has no {', '.join(missing)}", hint="see headwater secrets list --names")
    if not yes:
        _confirm(f"delete {', '.join(names)} from {context}?")
    asyncio.run(_update(context, dict.fromkeys(names)))
    say(f"deleted {', '.join(names)} from {context}")


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), default="-")
@context_options
@click.option("--format", "format_name", type=click.Choice([*list_formats()]), default="json", show_default=True)
@click.option("--name-transformer", type=click.Choice([*NameTransformer]), help="How names are written.")
def download(context: Context, *, file: Path, format_name: str, name_transformer: str | None) -> None:
    """Write a whole config to FILE, which only its owner may read, or to standard output."""
    query = DownloadQuery(address=context.address, format=format_name, name_transformer=name_transformer or "")
    body = asyncio.run(download_body(context, query)).reveal()
    if str(file) == "-":
        sys.stdout.buffer.write(body)
        return
    _write_privately(file, body)
    say(f"wrote {context} to {file}")


async def download_body(context: Context, query: DownloadQuery) -> Hidden[bytes]:
    async with connected(context) as connection:
        reply = await connection.client.download(query)
    assert isinstance(reply, Download)  # no ETag was sent
    return reply.body


def read_assignments(assignments: tuple[str, ...]) -> dict[str, Hidden[str]]:
    """`A=1 B=2`, or one name whose value is read from standard input.

    Raises:
        click.UsageError: anything else.
    """
    if any("\ud800" <= character <= "\udfff" for character in "".join(assignments)):
        raise _not_text()  # what the shell passed is no UTF-8, and arrived as surrogates
    if len(assignments) == 1 and "=" not in assignments[0]:
        return {assignments[0]: _read_value(assignments[0])}
    values: dict[str, Hidden[str]] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name:
            raise click.UsageError("write each as NAME=VALUE, or one NAME whose value comes from standard input")
        if name in values:
            raise click.UsageError(f"{name} is set twice")
        values[name] = Hidden(value)
    return values


def _read_value(name: str) -> Hidden[str]:
    if sys.stdin.isatty():
        return Hidden(click.prompt(f"value of {name}", hide_input=True, err=True))
    read = sys.stdin.buffer.read()
    try:
        return Hidden(read.decode("utf-8").removesuffix("\n"))
    except UnicodeDecodeError:
        raise _not_text() from None


def _not_text() -> click.UsageError:
    return click.UsageError("values are UTF-8; encode others first, as base64 does")


def _values(secrets: Mapping[str, Secret], *, raw: bool) -> dict[str, Hidden[str]]:
    chosen = {name: secret.raw if raw else secret.computed for name, secret in secrets.items()}
    return {name: value for name, value in chosen.items() if value is not None}


async def _list(context: Context, names: tuple[str, ...], *, managed: bool) -> Mapping[str, Secret]:
    async with connected(context) as connection:
        return await connection.api.list_secrets(context.address, names, managed=managed)


async def _list_names(context: Context) -> list[str]:
    async with connected(context) as connection:
        return await connection.api.list_secret_names(context.address, managed=False)


async def _update(context: Context, values: Mapping[str, Hidden[str] | None]) -> None:
    async with connected(context) as connection:
        await connection.api.update_secrets(context.address, values)


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: give --yes")
    click.confirm(question, abort=True, err=True)


def _write_privately(file: Path, body: bytes) -> None:
    """Whole or not at all, and never readable by others, also while it is written."""
    waiting = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as opened:  # noqa: PTH123 - of a descriptor
            opened.write(body)
        waiting.replace(file)
    except OSError as error:
        waiting.unlink(missing_ok=True)
        raise StartupError(f"cannot write {file}: {error.strerror}", hint="name another file") from error
