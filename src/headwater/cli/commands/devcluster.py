"""`headwater devcluster`: an embedded Kubernetes API until it is told to stop."""

import click
import uvloop

from headwater.cli.programs import program_options, run_program
from headwater.devcluster.program import run
from headwater.devcluster.settings import DevclusterSettings
from headwater.process.program import Address


@click.command(name="devcluster")
@program_options(DevclusterSettings)
def command(settings: DevclusterSettings) -> None:
    """Serve a Kubernetes API from memory, to try things out on and to test against.

    It takes kubectl and the operator; nothing runs in its pods, and everybody who reaches it may do everything.
    """

    def ready(address: Address) -> None:
        click.echo(address.url())

    run_program(run, settings, ready=ready, loop_factory=uvloop.new_event_loop)
