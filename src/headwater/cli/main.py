"""The entry point `headwater`: finds commands by listing their folder and imports only the one that runs.

Lazy on purpose: an install without the `server` extra must still run every other command, and start fast.
"""

import atexit
import errno
import gc
import importlib
import pkgutil
import sys
from typing import NoReturn

import click

import headwater
from headwater.cli import commands
from headwater.domain.errors import HeadwaterError, StartupError

_EXTRA_OF = {
    "devcluster": "quickstart",
    "operator": "operator",
    "quickstart": "quickstart",
    "server": "server",
    "template": "template",
}


class CommandFolder(click.Group):
    """A group whose commands are the modules of `headwater.cli.commands`; `_` in a file name is `-` in a command's."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        return _load(cmd_name)


@click.group(cls=CommandFolder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(headwater.__version__, prog_name="headwater")
def root() -> None:
    """The source of truth for a team's secrets, and the stream that carries them into its clusters."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code: 0, 1 for a failure that one line explains, 2 for usage."""
    # else the interpreter's last collection walks all that was made, for half a second of a person's ctrl-c
    atexit.register(gc.freeze)
    try:
        root(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except HeadwaterError as error:
        show_error(error)
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stdout = None  # else what it still holds fails once more on the way out
        show_error(StartupError("no space is left for the output", hint="make room and run it again"))
        sys.exit(1)
    sys.exit(0)


def show_error(error: HeadwaterError) -> None:
    """One line on stderr: what is wrong, then what to do next."""
    click.echo(f"headwater: {error}", err=True)


def _load(name: str) -> click.Command:
    try:
        module = importlib.import_module(f"headwater.cli.commands.{name.replace('-', '_')}")
    except ModuleNotFoundError as error:
        extra = _EXTRA_OF.get(name)
        if extra is None or error.name is None or error.name.startswith("headwater"):
            raise
        return _not_installed(name, missing=error.name, extra=extra)
    command = module.command
    if not isinstance(command, click.Command):
        raise TypeError(f"{module.__name__}.command is not a click command")
    return command


def _not_installed(name: str, *, missing: str, extra: str) -> click.Command:
    """A stand-in, so that `--help` still lists what this install lacks and how to get it."""
    remedy = f"pip install 'headwater[{extra}]'"

    @click.command(
        name,
        help=f"Not in this install: {remedy}.",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    )
    def refuse() -> None:
        raise StartupError(f"this install has no {missing}", hint=remedy)

    return refuse
