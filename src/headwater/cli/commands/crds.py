"""`headwater crds`: the CustomResourceDefinitions as YAML, for `kubectl apply -f -`; needs no cluster."""

import click

from headwater.resources.crds import KINDS, custom_resource_definition, to_yaml


@click.command("crds")
@click.option(
    "--kind",
    "names",
    multiple=True,
    type=click.Choice([kind.name for kind in KINDS]),
    metavar="KIND",
    help="Only this kind, such as ExternalSecret; may be given several times.",
)
def command(names: tuple[str, ...]) -> None:
    """Print the CustomResourceDefinitions: headwater crds | kubectl apply -f -."""
    chosen = [kind for kind in KINDS if not names or kind.name in names]
    click.echo(to_yaml(custom_resource_definition(kind) for kind in chosen), nl=False)
