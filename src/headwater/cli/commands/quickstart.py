"""`headwater quickstart`: the whole system in one process; with `--check`, whether it works here."""

import os
import sys

import click
import uvloop

from headwater.cli.output import print_json
from headwater.cli.programs import program_options, run_program
from headwater.cli.quickstart import tour
from headwater.cli.quickstart.check import Check
from headwater.cli.quickstart.screen import Screen
from headwater.cli.quickstart.settings import QuickstartSettings
from headwater.domain.errors import HeadwaterError
from headwater.process.program import Program

_INTERRUPTED = 130
_LOOPBACK = "127.0.0.1,localhost"


@click.command("quickstart")
@program_options(QuickstartSettings)
def command(settings: QuickstartSettings) -> None:
    """Run server, operator and a cluster in one process, load three apps, show each change as it arrives.

    Started again on the same folder, it goes on where it was.
    """
    if settings.json and not settings.check:
        raise click.UsageError("--json goes with --check")
    if settings.check:
        _check(settings)
    else:
        _run(tour.run, settings)


def _check(settings: QuickstartSettings) -> None:
    """Exits with 1 and what is missing, unless the change came through."""
    check = Check(Screen(silent=settings.json))
    try:
        _run(check.run, settings)
    except HeadwaterError as error:
        if not settings.json:
            raise
        print_json({"ok": False, "missing": str(error), "timeline": check.timeline()})
        sys.exit(1)
    if check.timing is None:
        sys.exit(_INTERRUPTED)
    if settings.json:
        print_json({"ok": True, "change": check.timing.to_json(), "timeline": check.timeline()})
    else:
        check.screen.line(f"it works: the change was in the Secret after {check.timing.arrived:.0f} ms", "green")


def _run(program: Program[QuickstartSettings], settings: QuickstartSettings) -> None:
    """In a loop like the server's; everything speaks over loopback, which no proxy of the environ must get to see.

    Warnings are of what heals by itself, such as watches that a machine's sleep cut: the screen shows what matters.
    """
    sys.setswitchinterval(0.0005)
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), _LOOPBACK)))
    run_program(program, settings, log_level="error", loop_factory=uvloop.new_event_loop)
