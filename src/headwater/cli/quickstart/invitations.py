"""What to try next: command lines that work when pasted, in any folder, by the programs that this machine has. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from headwater.cli.quickstart import apps


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where things are, for somebody at another terminal."""

    headwater: str
    """How our own program is called from there, and below the other two; None where there is none."""
    kubectl: str | None
    doppler: str | None
    url: str
    kubeconfig: Path
    owner_token: Path
    cli_settings: Path


@dataclass(frozen=True, slots=True)
class Invitation:
    why: str
    line: str


def invitations(here: Surroundings) -> Iterator[Invitation]:
    """In the order in which a person tries them; without kubectl, quickstart's own window shows what it would."""
    if here.kubectl is not None:
        kubectl = f"{here.kubectl} --kubeconfig {quote(str(here.kubeconfig))}"
        yield Invitation("watch a Secret", f"{kubectl} get secret {apps.BOOKMARKED.secret} --watch")
    new = f'{apps.CHANGED}="changed-$(date +%s)"'
    yield Invitation("change a value", _secrets(here, f"secrets set {new}"))
    yield Invitation("read it back", _secrets(here, f"secrets get {apps.CHANGED}"))
    yield Invitation("run a process with all of them", _secrets(here, "run", f" -- printenv {apps.CHANGED}"))
    if here.kubectl is not None:
        yield Invitation("what is in the Secret", f"{kubectl} get secret {apps.BOOKMARKED.secret} {_DECODED}")
        yield Invitation("how the operator sees it", f"{kubectl} get externalsecrets,clustersecretstores")


_DECODED = f"--output=jsonpath='{{.data.{apps.CHANGED}}}' | base64 --decode"


def _secrets(here: Surroundings, what: str, rest: str = "") -> str:
    if here.doppler is None:
        return f"{here.headwater} {what} --settings {quote(str(here.cli_settings))}{rest}"
    # By the environ, since arguments show to every user of the machine.
    token = f'DOPPLER_TOKEN="$(cat {quote(str(here.owner_token))})"'
    place = f"--project {apps.PROJECT} --config {apps.CONFIG}"
    return f"{token} {here.doppler} {what} --api-host {here.url} {place} --no-check-version{rest}"
