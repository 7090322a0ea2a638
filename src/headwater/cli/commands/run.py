"""`headwater run -- COMMAND`: a process with a config's secrets in its environ.

Surprise: Headwater becomes the process (exec), rather than its parent: exit codes, signals and the terminal are the
command's own, and nothing of ours stays in memory beside it.
"""

import asyncio
import errno
import os
import sys
from collections.abc import Mapping
from typing import NoReturn

import click

from headwater.cli.commands.secrets import download_body
from headwater.cli.context import Context, context_options
from headwater.cli.output import say
from headwater.client.client import DownloadQuery
from headwater.client.download import read_json_values
from headwater.domain.errors import InvalidInputError
from headwater.domain.hidden import Hidden

NEVER_SET = frozenset({"PATH", "PS1", "HOME"})
"""Source: the `doppler` CLI leaves these three as they are."""

_NOT_FOUND = 127
_NOT_EXECUTABLE = 126


class ValueNotAllowedError(InvalidInputError):
    """A value that no environ can hold."""

    code = "value_not_allowed"


@click.command("run", context_settings={"allow_interspersed_args": False})
@context_options
@click.option("--preserve-env", is_flag=True, help="Variables that are set already win over secrets of the same name.")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND [ARG]...")
def command(context: Context, *, preserve_env: bool, words: tuple[str, ...]) -> None:
    """Run a command with the secrets of a config in its environ."""
    body = asyncio.run(download_body(context, DownloadQuery(address=context.address)))
    environ = merged_environ(os.environ, read_json_values(body), preserve=preserve_env)
    _become(words, environ)


def merged_environ(environ: Mapping[str, str], secrets: Mapping[str, Hidden[str]], *, preserve: bool) -> dict[str, str]:
    """The environ of the command: secrets go before what is there, unless `preserve`.

    Raises:
        ValueNotAllowedError: a value has a NUL character.
    """
    chosen = {name: value for name, value in secrets.items() if name not in NEVER_SET}
    for name, value in chosen.items():
        if "\0" in value.reveal():
            raise ValueNotAllowedError(f"{name} has a NUL character, which no environ can hold", hint="encode it")
    revealed = {name: value.reveal() for name, value in chosen.items()}
    return {**revealed, **environ} if preserve else {**environ, **revealed}


def _become(words: tuple[str, ...], environ: Mapping[str, str]) -> NoReturn:
    """Exit codes of what cannot be run are those of a shell."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execvpe(words[0], words, environ)  # noqa: S606 - the user's own command
    except OSError as error:
        say(f"headwater: cannot run {words[0]}: {(error.strerror or 'no such command').lower()}")
        sys.exit(_NOT_FOUND if error.errno == errno.ENOENT else _NOT_EXECUTABLE)
