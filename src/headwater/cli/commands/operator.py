"""`headwater operator`: runs the operator until it is told to stop."""

import click

from headwater.cli.programs import program_options, run_program
from headwater.operator.program import run
from headwater.operator.settings import OperatorSettings


@click.command(name="operator")
@program_options(OperatorSettings)
def command(settings: OperatorSettings) -> None:
    """Keep the Secrets of a cluster as its ExternalSecrets say.

    Serves the API of external-secrets.io, v1 and v1beta1, from a Headwater server or Doppler's own.
    """
    run_program(run, settings)
