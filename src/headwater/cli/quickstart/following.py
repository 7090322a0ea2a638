"""Each change as it arrives: which Secret, which of its keys, how long after the change, who reads it.

Values are hashed as they are decoded and dropped. How long is counted from when the server's stream told of the change,
which is when the operator hears of it too.
"""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from headwater.cli.quickstart.loading import STORE_CONFIG
from headwater.cli.quickstart.screen import Screen
from headwater.cli.quickstart.system import System
from headwater.cli.quickstart.workloads import WORKLOADS, secrets_read
from headwater.client.client import WatchEvent
from headwater.domain.errors import HeadwaterError
from headwater.kube.informer import Change, Informer
from headwater.kube.resource import ObjectKey
from headwater.operator.digest import Digest, keyed_digester
from headwater.operator.report import ready_of
from headwater.operator.resource_types import EXTERNAL_SECRETS, MANAGED, SECRETS
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.kube_secret import KubeSecret

Digests = Mapping[str, Digest]

RECENT = 10.0
"""Seconds after which a Secret's change is not taken for an answer to the server's any more."""

_RETRY = 1.0


@dataclass(slots=True)
class Arrivals:
    """Which change of the server a Secret's change answers; each answers one at most once."""

    _heard: float | None = None
    _answered: dict[ObjectKey, float] = field(default_factory=dict)

    def hear(self, now: float) -> None:
        self._heard = now

    def take(self, secret: ObjectKey, now: float) -> float | None:
        """Seconds since the change that this one answers; None if it answers none."""
        heard = self._heard
        if heard is None or now - heard > RECENT or self._answered.get(secret) == heard:
            return None
        self._answered[secret] = heard
        return now - heard


def changed_keys(old: Digests | None, new: Digests | None) -> list[str]:
    """The keys whose values differ, in order; those that are gone with a minus."""
    before, after = old or {}, new or {}
    gone = [f"-{key}" for key in sorted(before.keys() - after.keys())]
    return [*sorted(key for key, digest in after.items() if before.get(key) != digest), *gone]


class Follower:
    """Watches server and cluster, and tells the screen."""

    def __init__(self, system: System, screen: Screen) -> None:
        digest = keyed_digester(secrets.token_bytes(32))

        def remember(secret: KubeSecret) -> Digests:
            return {key: digest(value) for key, value in secret.data.items()}

        self._system = system
        self._screen = screen
        self._arrivals = Arrivals()
        self._secrets: Informer[KubeSecret, Digests] = Informer(system.kube, SECRETS, remember, selection=MANAGED)
        self._states = Informer(system.kube, EXTERNAL_SECRETS, _state)
        self._workloads = [Informer(system.kube, each, secrets_read) for each in WORKLOADS]

    async def run(self) -> None:
        """Until cancelled; what is there at the start is no news."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._secrets.run())
            group.create_task(self._states.run())
            for informer in self._workloads:
                group.create_task(informer.run())
            group.create_task(self._listen())
            await self._secrets.synced.wait()
            await self._states.synced.wait()
            self._secrets.on_change(self._tell_secret)
            self._states.on_change(self._tell_state)

    async def _listen(self) -> None:
        """To the server's stream of the config that the cluster reads."""
        while True:
            try:
                async with aclosing(self._system.connection.client.watch(STORE_CONFIG)) as events:
                    async for event in events:
                        if event is WatchEvent.CHANGED:
                            self._arrivals.hear(asyncio.get_running_loop().time())
                            self._screen.event(f"{STORE_CONFIG.project}/{STORE_CONFIG.config} changed")
            except HeadwaterError as error:
                self._screen.event(f"nothing is heard of the server: {error}")
            await asyncio.sleep(_RETRY)

    def _tell_secret(self, change: Change[Digests]) -> None:
        took = self._arrivals.take(change.key, asyncio.get_running_loop().time())
        keys = changed_keys(change.old, change.new)
        if not keys:
            return
        if change.new is None:
            self._screen.event(f"Secret {change.key} is gone")
            return
        after = f", {1000 * took:.0f} ms after the change" if took is not None else ""
        self._screen.event(f"Secret {change.key}: {', '.join(keys)}{after}; {self._read_by(change.key)}", "green")

    def _tell_state(self, change: Change[str]) -> None:
        if change.new and change.new != change.old:
            self._screen.event(f"ExternalSecret {change.key} is not ready: {change.new}", "red")
        if change.old and change.new == "":
            self._screen.event(f"ExternalSecret {change.key} is ready again")

    def _read_by(self, secret: ObjectKey) -> str:
        readers = [
            f"{informer.resource.kind} {key.name}"
            for informer in self._workloads
            for key, names in informer.items()
            if key.namespace == secret.namespace and secret.name in names
        ]
        return f"read by {', '.join(sorted(readers))}" if readers else "no workload reads it"


def _state(found: ExternalSecret) -> str:
    """Why it is not ready; empty if it is, or nobody has looked yet."""
    ready = ready_of(found.status.conditions)
    return ready.message if ready is not None and ready.status != "True" else ""
