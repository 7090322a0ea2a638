"""`headwater quickstart --check`: everything up in a temporary folder, one value changed, its arrival awaited.

Time alone fails nothing: it is printed.
"""

import asyncio
import secrets
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from headwater.cli.quickstart import apps
from headwater.cli.quickstart.folder import opened_folder
from headwater.cli.quickstart.loading import STORE_CONFIG
from headwater.cli.quickstart.programs import beside, until_stopped
from headwater.cli.quickstart.screen import Screen
from headwater.cli.quickstart.settings import QuickstartSettings
from headwater.cli.quickstart.syncing import until_holds, until_synced
from headwater.cli.quickstart.system import System, running_system
from headwater.domain.hidden import Hidden
from headwater.process.program import Ready

FREE = "127.0.0.1:0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Of one change, in milliseconds since it was sent."""

    acknowledged: float
    arrived: float

    def to_json(self) -> dict[str, float]:
        return {"acknowledged_ms": round(self.acknowledged, 1), "in_the_secret_ms": round(self.arrived, 1)}


@dataclass(slots=True)
class Check:
    """A program; `timing` is there once it went well."""

    screen: Screen
    timing: Timing | None = None

    def timeline(self) -> list[dict[str, object]]:
        """Steps in order, in milliseconds since the start."""
        return [{"ms": round(step.ms, 1), "step": step.text} for step in self.screen.steps]

    async def run(self, settings: QuickstartSettings, *, ready: Ready, stop: asyncio.Event) -> None:  # noqa: ARG002
        """Raises: what is missing, as a HeadwaterError."""
        await until_stopped(asyncio.create_task(self._run(settings)), stop)

    async def _run(self, settings: QuickstartSettings) -> None:
        with tempfile.TemporaryDirectory(prefix="headwater-quickstart-") as temporary:
            here = replace(settings, dir=Path(temporary) / "folder", listen=FREE, cluster_listen=FREE)
            with opened_folder(here.dir) as folder:
                async with running_system(here, folder, self.screen) as system:
                    await beside(self._change(system), *system.programs)

    async def _change(self, system: System) -> None:
        await until_synced(system.kube)
        self.screen.step("the Secrets of all apps are there")
        value = secrets.token_hex(16)
        wanted = {apps.CHANGED: value.encode()}
        arriving = asyncio.create_task(until_holds(system.kube, apps.BOOKMARKED.secret, wanted))
        sent = time.monotonic()
        await system.connection.api.update_secrets(STORE_CONFIG, {apps.CHANGED: Hidden(value)})
        acknowledged = time.monotonic()
        self.screen.step(f"{apps.CHANGED} is changed on the server")
        await arriving
        self.timing = Timing(acknowledged=1000 * (acknowledged - sent), arrived=1000 * (time.monotonic() - sent))
        self.screen.step(f"{apps.CHANGED} is changed in the Secret {apps.BOOKMARKED.secret}")
