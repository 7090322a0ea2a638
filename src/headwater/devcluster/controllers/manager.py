"""Runs the controllers: every event says which objects to look at, and each is looked at once however much happened.

Surprise: kinds are served and withdrawn within the write of their definition, not after it, so that what is applied
right after a definition finds its kind.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers import definitions, deployments, namespaces, pods, sets
from headwater.devcluster.controllers.bootstrap import furnish
from headwater.devcluster.controllers.collector import Collector
from headwater.devcluster.objects import Key, controller_of, is_deleting, metadata_of
from headwater.devcluster.status import RefusedError
from headwater.devcluster.store import Event, EventType, Kind

_AT_ONCE: Final = 100
"""Steps between which requests are answered."""

_SETTLERS: Final[dict[Kind, Callable[[Cluster, Key], None]]] = {
    Kind("", "namespaces"): namespaces.settle,
    Kind("", "pods"): pods.settle,
    Kind("apiextensions.k8s.io", "customresourcedefinitions"): definitions.settle,
    Kind("apps", "daemonsets"): sets.settle_daemon_set,
    Kind("apps", "deployments"): deployments.settle,
    Kind("apps", "replicasets"): sets.settle_replica_set,
    Kind("apps", "statefulsets"): sets.settle_stateful_set,
}
_SOURCES: Final = frozenset({Kind("", "secrets"), Kind("", "configmaps")})
_log = structlog.get_logger()


class Manager:
    """`begin` once, then `run` until cancelled; `settle` does what is due now."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._collector = Collector(cluster)
        self._due: deque[Callable[[], None]] = deque()
        self._keys: set[tuple[Kind, Key]] = set()
        self._wake = asyncio.Event()

    def begin(self) -> None:
        """Look at all that is there already, then at whatever happens."""
        self._cluster.store.listen(self._hear)
        for kind in self._cluster.store.kinds():
            for record in list(self._cluster.store.of(kind).select("")):
                self._hear(kind, Event(type=EventType.ADDED, record=record, previous=None))
        furnish(self._cluster)
        self.settle()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._due:
                self.settle(_AT_ONCE)
                await asyncio.sleep(0)

    def settle(self, most: int | None = None) -> None:
        """Do what is due, and what becomes due by it; `most` steps at the most."""
        while self._due and most != 0:
            step = self._due.popleft()
            most = None if most is None else most - 1
            try:
                step()
            except RefusedError as error:
                _log.warning("controller.refused", message=error.message)
            except Exception:  # noqa: BLE001 - a bug stops one step, and is logged
                _log.exception("controller.failed")

    def _hear(self, kind: Kind, event: Event) -> None:
        if definitions.is_definition(kind):
            change = definitions.withdraw if event.type is EventType.DELETED else definitions.serve
            change(self._cluster, event.record.object)
        if self._collector.note(kind, event):
            self._then(lambda: self._collector.settle(kind, event))
        if kind in _SETTLERS:
            self._look_at(kind, event.record.key)
            self._look_at_owner(event)
        if kind in _SOURCES and event.type is EventType.ADDED:
            namespace = event.record.key.namespace
            self._then(lambda: pods.settle_waiting(self._cluster, namespace))
        self._look_at_holder(kind, event)

    def _look_at(self, kind: Kind, key: Key) -> None:
        if (kind, key) in self._keys:
            return
        self._keys.add((kind, key))

        def step() -> None:
            self._keys.discard((kind, key))
            _SETTLERS[kind](self._cluster, key)

        self._then(step)

    def _look_at_owner(self, event: Event) -> None:
        owner = controller_of(event.record.object)
        if owner is None:
            return
        resource = self._cluster.catalog.of_kind(owner["apiVersion"], owner["kind"])
        if resource is not None and resource.store_kind in _SETTLERS:
            namespace = metadata_of(event.record.object).get("namespace", "")
            self._look_at(resource.store_kind, Key(namespace, owner["name"]))

    def _look_at_holder(self, kind: Kind, event: Event) -> None:
        """A namespace or definition that waits to be empty, when something of it is gone."""
        if event.type is not EventType.DELETED:
            return
        if namespaces.is_furniture(kind, event.record.key):
            self._look_at(Kind("", "namespaces"), Key("", event.record.key.namespace))
        holders = [
            (Kind("", "namespaces"), Key("", event.record.key.namespace)),
            (Kind(definitions.GROUP, definitions.PLURAL), definitions.key_of_definition(kind)),
        ]
        for holder, key in holders:
            record = self._cluster.store.find(holder, key)
            if record is not None and is_deleting(record.object):
                self._look_at(holder, key)

    def _then(self, step: Callable[[], None]) -> None:
        self._due.append(step)
        self._wake.set()
