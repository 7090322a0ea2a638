"""A running operator on a real API server: the program in a process of its own, and watches to await changes by.

The watches are of another client than the operator's, so what a test sees is what any other user of the cluster sees.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from headwater.kube.client import KubeClient
from headwater.kube.encoding import Changed
from headwater.kube.events import EVENTS
from headwater.kube.kubeconfig import load_access
from headwater.kube.resource import KubeObject, ObjectKey, ResourceType, Selection
from headwater.operator.report import ready_of
from headwater.operator.resource_types import CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES, SECRETS
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.kube_secret import KubeSecret
from headwater.resources.meta import Condition
from headwater.resources.secret_store import SecretStore
from tests.support.controlplane import AuditedWrite, AuditLog, Kubectl
from tools.controlplane.plane import ControlPlane

HEADWATER = Path(sys.executable).parent / "headwater"
USER_AGENT = "headwater-operator/"

_START_SECONDS = 30.0
_WITHIN = 10.0

T = TypeVar("T", bound=KubeObject)


@dataclass(slots=True)
class OperatorProcess:
    """`headwater operator`, as a ServiceAccount whose kubeconfig is given; `log` is its standard error."""

    kubeconfig: Path
    log: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    _process: subprocess.Popen[bytes] | None = None
    _started: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Return once it has read the cluster and acts."""
        self._started.clear()
        command = [str(HEADWATER), "operator", "--kubeconfig", str(self.kubeconfig), *self.arguments]
        self._process = subprocess.Popen(command, env={**os.environ, **self.environ}, stderr=subprocess.PIPE)
        assert self._process.stderr is not None
        threading.Thread(target=self._follow, args=(self._process.stderr,), daemon=True).start()
        assert self._started.wait(_START_SECONDS), self.log.read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        try:
            return self._process.wait(_START_SECONDS)
        finally:
            self._process.kill()
            self._process.wait()

    def _follow(self, stderr: IO[bytes]) -> None:
        with stderr, self.log.open("ab") as log:
            for line in stderr:
                log.write(line)
                log.flush()
                if b'"operator.started"' in line:
                    self._started.set()


@contextmanager
def running_operator(process: OperatorProcess) -> Iterator[OperatorProcess]:
    try:
        process.start()
        yield process
    finally:
        process.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterDesk:
    """What a test does and sees in one namespace."""

    kubectl: Kubectl
    client: KubeClient
    audit_log: AuditLog
    namespace: str

    def key(self, name: str) -> ObjectKey:
        return ObjectKey(self.namespace, name)

    async def apply(self, *objects: Mapping[str, Any]) -> None:
        await asyncio.to_thread(self.kubectl.apply, *objects)

    async def patch(self, kind: str, name: str, patch: Mapping[str, Any]) -> None:
        """A merge patch, by kubectl."""
        arguments = ("patch", kind, name, "--namespace", self.namespace, "--type=merge", "-p", json.dumps(patch))
        await asyncio.to_thread(self.kubectl, *arguments)

    async def delete(self, kind: str, name: str) -> None:
        await asyncio.to_thread(self.kubectl, "delete", kind, name, "--namespace", self.namespace, "--wait=false")

    async def until(
        self,
        resource: ResourceType[T],
        key: ObjectKey,
        holds: Callable[[T | None], bool],
        *,
        within: float = _WITHIN,
    ) -> T | None:
        """The object once it is as `holds` says; absent is None. Awaited by a watch, never by sleeping."""
        selection = Selection(namespace=key.namespace, fields=f"metadata.name={key.name}")
        seen: T | None = None
        try:
            async with asyncio.timeout(within):
                async for seen in self._states(resource, selection):
                    if holds(seen):
                        return seen
        except TimeoutError:
            raise AssertionError(
                f"{resource} {key} did not become so within {within:g} s; it is {_said(seen)}"
            ) from None
        raise AssertionError(f"the watch of {resource} {key} ended")

    async def _states(self, resource: ResourceType[T], selection: Selection) -> AsyncIterator[T | None]:
        listing = await self.client.list(resource, selection)
        yield listing.items[0] if listing.items else None
        async with self.client.watch(resource, listing.resource_version, selection) as events:
            async for event in events:
                if isinstance(event, Changed):
                    yield None if event.gone else event.object

    async def until_reported(
        self, name: str, status: str, message: str = "", *, within: float = _WITHIN
    ) -> ExternalSecret:
        """The ExternalSecret once its Ready condition has this status and starts with this message."""
        found = await self.until(
            EXTERNAL_SECRETS,
            self.key(name),
            lambda found: found is not None and _reports(found.status.conditions, status, message),
            within=within,
        )
        assert found is not None
        return found

    async def until_store_reported(
        self, name: str, status: str, message: str = "", *, cluster: bool = False, within: float = _WITHIN
    ) -> SecretStore:
        resource: ResourceType[Any] = CLUSTER_SECRET_STORES if cluster else SECRET_STORES
        key = ObjectKey("", name) if cluster else self.key(name)
        found = await self.until(
            resource,
            key,
            lambda found: found is not None and _reports(found.status.conditions, status, message),
            within=within,
        )
        assert isinstance(found, SecretStore)
        return found

    async def until_holds(self, name: str, data: Mapping[str, str], *, within: float = _WITHIN) -> KubeSecret:
        """The Secret once its data is exactly this."""
        wanted = {key: value.encode() for key, value in data.items()}
        found = await self.until(
            SECRETS, self.key(name), lambda found: found is not None and found.data == wanted, within=within
        )
        assert found is not None
        return found

    async def secret(self, name: str) -> KubeSecret | None:
        return await self.client.find(SECRETS, self.key(name))

    async def is_untouched(self, seen: KubeSecret) -> bool:
        """Whether nobody wrote the Secret since it was seen."""
        found = await self.secret(seen.metadata.name)
        return found is not None and found.metadata.resource_version == seen.metadata.resource_version

    async def events(self, name: str) -> list[tuple[str, str]]:
        """Reason and message of what was said about an object of this namespace, in order."""
        arguments = ("get", "events", "--namespace", self.namespace, "--sort-by=.metadata.creationTimestamp")
        selector = f"--field-selector=involvedObject.name={name}"
        listed = await asyncio.to_thread(self.kubectl.json, *arguments, selector)
        return [(event["reason"], event["message"]) for event in listed["items"]]

    async def until_event(self, name: str, reason: str, *, within: float = _WITHIN) -> None:
        """Return once something was said about an object of this namespace for this reason."""
        selection = Selection(namespace=self.namespace, fields=f"involvedObject.name={name},reason={reason}")
        try:
            async with asyncio.timeout(within):
                async for seen in self._states(EVENTS, selection):
                    if seen is not None:
                        return
        except TimeoutError:
            raise AssertionError(f"nothing was said of {name} for reason {reason} within {within:g} s") from None

    async def writes(self) -> list[str]:
        """Every write that the operator made in this namespace so far, such as `create secrets`, in order.

        The log may lag a moment behind what a watch shows, so a write of our own is let follow.
        """
        marker = f"marker-{os.urandom(4).hex()}"
        await asyncio.to_thread(self.kubectl, "create", "configmap", marker, "--namespace", self.namespace)
        return [_named(write) for write in self.audit_log.writes(USER_AGENT, self.namespace)]


@asynccontextmanager
async def opened_desk(
    kubectl: Kubectl, control_plane: ControlPlane, audit_log: AuditLog, namespace: str
) -> AsyncIterator[ClusterDesk]:
    """A desk in `namespace`, with a client of its own."""
    async with KubeClient(load_access(control_plane.kubeconfig, {}), user_agent="tests") as client:
        yield ClusterDesk(kubectl=kubectl, client=client, audit_log=audit_log, namespace=namespace)


def _reports(conditions: Sequence[Condition], status: str, message: str) -> bool:
    ready = ready_of(conditions)
    return ready is not None and ready.status == status and ready.message.startswith(message)


def _said(found: object) -> str:
    """What may be shown of an object in an error: its condition, never its data."""
    status = getattr(found, "status", None)
    return repr(getattr(status, "conditions", None)) if status is not None else repr(found)


def _named(write: AuditedWrite) -> str:
    subresource = f"/{write.subresource}" if write.subresource else ""
    return f"{write.verb} {write.resource}{subresource}"
