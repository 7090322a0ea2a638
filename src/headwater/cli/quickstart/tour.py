"""`headwater quickstart`: everything up and loaded, what to try, then each change as it arrives."""

import asyncio
import shutil
import sys
from pathlib import Path
from shlex import quote

from headwater.cli.quickstart.folder import Folder, opened_folder
from headwater.cli.quickstart.following import Follower
from headwater.cli.quickstart.invitations import Surroundings, invitations
from headwater.cli.quickstart.programs import beside, until_stopped
from headwater.cli.quickstart.screen import Screen
from headwater.cli.quickstart.settings import QuickstartSettings
from headwater.cli.quickstart.syncing import until_available, until_synced
from headwater.cli.quickstart.system import System, running_system
from headwater.process.program import Ready


async def run(settings: QuickstartSettings, *, ready: Ready, stop: asyncio.Event) -> None:
    """Show the whole system until `stop`.

    Raises:
        StartupError and its like: in one line, what to do.
    """
    await until_stopped(asyncio.create_task(_tour(settings, ready)), stop)


async def _tour(settings: QuickstartSettings, ready: Ready) -> None:
    screen = Screen()
    with opened_folder(settings.dir) as folder:
        async with running_system(settings, folder, screen) as system:
            await beside(_show(settings, system, folder, screen, ready), *system.programs)


async def _show(settings: QuickstartSettings, system: System, folder: Folder, screen: Screen, ready: Ready) -> None:
    """That all of it works, what to try, then each change until cancelled."""
    await until_synced(system.kube)
    screen.step("the Secrets of all apps are there")
    if settings.kubeconfig is None:
        await until_available(system.kube)
        screen.step("their pods run")
    folder.keep()
    system.loader.keep()
    _invite(screen, system, folder)
    ready(system.programs[0].address)
    await Follower(system, screen).run()


def _invite(screen: Screen, system: System, folder: Folder) -> None:
    here = Surroundings(
        headwater=_called("headwater") or quote(str(Path(sys.executable).parent / "headwater")),
        kubectl=_called("kubectl"),
        doppler=_called("doppler"),
        url=system.url,
        kubeconfig=system.kubeconfig,
        owner_token=folder.owner_token,
        cli_settings=folder.cli_settings,
    )
    screen.line()
    screen.line(f"server      {system.url}")
    screen.line(f"kubeconfig  {system.kubeconfig}")
    screen.line(f"folder      {folder.path}")
    screen.line()
    screen.line("try at another terminal:")
    for invitation in invitations(here):
        screen.line(f"  # {invitation.why}", "dim")
        screen.line(f"  {invitation.line}", "bold")
    screen.line()
    if system.is_guest:
        screen.line("what was applied stays in the cluster when this stops")
    screen.line("each change shows here as it arrives; ctrl-c stops everything")


def _called(program: str) -> str | None:
    """How `program` is called from any terminal: by its path, if another shell need not look where it is installed."""
    found = shutil.which(program)
    if found is None or not Path(found).is_relative_to(sys.prefix):
        return None if found is None else program
    return quote(found)
