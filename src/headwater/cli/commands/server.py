"""`headwater server`: init, start, verify-log."""

import re
import sys
from dataclasses import dataclass

import click
import uvloop

from headwater.cli.programs import program_options, run_program
from headwater.domain.errors import StartupError
from headwater.process.clock import system_clock
from headwater.process.settings import setting
from headwater.server.failures import explained
from headwater.server.initialise import initialise
from headwater.server.program import run
from headwater.server.settings import ServerSettings, StoreSettings
from headwater.storage.log import Head, parse_head, verify
from headwater.storage.storage import opened_log


@dataclass(frozen=True, kw_only=True)
class InitSettings(StoreSettings):
    personal_token: bool = setting(default=False, help="Print the owner's token alone, for a script to read.")


@dataclass(frozen=True, kw_only=True)
class VerifySettings(StoreSettings):
    head: str | None = setting(
        None,
        help="Heads that were kept elsewhere, commas or lines between them: a log that ends before one was cut.",
        metavar="HEAD",
    )


@click.group()
def command() -> None:
    """Keep the secrets, and answer Doppler's API for them."""


@command.command()
@program_options(InitSettings)
def init(settings: InitSettings) -> None:
    """Make a data folder with a root key, and print its owner's personal token, once."""
    token = initialise(settings, system_clock())
    click.echo(f"the data folder is {settings.data}, the root key {settings.root_key()}", err=True)
    click.echo("keep a copy of the root key elsewhere: without it nothing can be read", err=True)
    if not settings.personal_token:
        click.echo("the owner's personal token, shown this once:", err=True)
    click.echo(token.reveal())


@command.command()
@program_options(ServerSettings)
def start(settings: ServerSettings) -> None:
    """Serve until SIGTERM, then let the requests at hand end."""
    # A thread that comes back from the disk waits this long for the loop to let it go on; by default ten times as long.
    sys.setswitchinterval(0.0005)
    run_program(run, settings, loop_factory=uvloop.new_event_loop)


@command.command("verify-log")
@program_options(VerifySettings)
def verify_log(settings: VerifySettings) -> None:
    """Check that no entry of the log was changed, moved or taken away; print the heads to keep elsewhere."""
    anchors = [] if settings.head is None else [_head(text) for text in re.split(r"[\s,]+", settings.head.strip())]
    with explained(), opened_log(settings.database, settings.data) as entries:
        verdict = verify(entries, anchors)
    for bad in verdict.bad:
        click.echo(f"headwater: {bad}", err=True)
    if verdict.bad:
        sys.exit(1)
    click.echo(f"{verdict.entries} entries in {len(verdict.heads)} chains hold", err=True)
    for head in verdict.heads:
        click.echo(str(head))


def _head(text: str) -> Head:
    try:
        return parse_head(text)
    except ValueError:
        raise StartupError(f"not a head: {text or 'nothing'}", hint="give it as verify-log printed it") from None
