"""Writes what a plan says about an object: its status, its events, and that no finalizer of ESO's holds it any more."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import structlog

from headwater.kube.client import KubeClient
from headwater.kube.errors import ObjectNotFoundError
from headwater.kube.events import EventRecorder, Note, Subject
from headwater.kube.informer import Informer
from headwater.kube.resource import ResourceType, key_of
from headwater.kube.writes import Patch
from headwater.operator.cluster import Cluster
from headwater.operator.names import StoreId
from headwater.operator.report import Event
from headwater.operator.resource_types import CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES
from headwater.resources.external_secret import ExternalSecret, ExternalSecretStatus
from headwater.resources.marks import EXTERNAL_SECRET_FINALIZER
from headwater.resources.references import StoreKind
from headwater.resources.secret_store import SecretStore, SecretStoreStatus

O = TypeVar("O", ExternalSecret, SecretStore)  # noqa: E741 - an object


_log = structlog.get_logger()


class Reporter:
    """One per operator; the components of its events are ESO's."""

    def __init__(self, client: KubeClient, cluster: Cluster) -> None:
        self._client = client
        self._cluster = cluster
        self._of_external_secrets = EventRecorder(client, component="external-secrets")
        self._of_stores = {
            StoreKind.SECRET_STORE: EventRecorder(client, component="secret-store"),
            StoreKind.CLUSTER_SECRET_STORE: EventRecorder(client, component="cluster-secret-store"),
        }

    async def external_secret(
        self, found: ExternalSecret, status: ExternalSecretStatus | None, events: Sequence[Event]
    ) -> None:
        """The status is written before the events, since it is what decides what is said next time."""
        if status is not None:
            await self._write_status(EXTERNAL_SECRETS, self._cluster.external_secrets, found, status)
        await _tell(self._of_external_secrets, _subject(EXTERNAL_SECRETS, found), events)

    async def store(
        self, store_id: StoreId, found: SecretStore, status: SecretStoreStatus | None, events: Sequence[Event]
    ) -> None:
        resource: ResourceType[Any] = SECRET_STORES
        informer: Informer[Any, Any] = self._cluster.secret_stores
        if store_id.kind is StoreKind.CLUSTER_SECRET_STORE:
            resource, informer = CLUSTER_SECRET_STORES, self._cluster.cluster_secret_stores
        if status is not None:
            await self._write_status(resource, informer, found, status)
        await _tell(self._of_stores[store_id.kind], _subject(resource, found), events)

    async def release(self, found: ExternalSecret) -> None:
        """Take ESO's finalizer off: nobody else would, once ESO is gone."""
        if EXTERNAL_SECRET_FINALIZER not in found.metadata.finalizers:
            return
        kept = [name for name in found.metadata.finalizers if name != EXTERNAL_SECRET_FINALIZER]
        patch = {"metadata": {"resourceVersion": found.metadata.resource_version, "finalizers": kept}}
        try:
            stored = await self._client.patch(EXTERNAL_SECRETS, key_of(found), Patch.merge(patch))
        except ObjectNotFoundError:
            return
        if stored.metadata.deletion_timestamp is None:
            self._cluster.external_secrets.observed(stored)

    async def _write_status(
        self,
        resource: ResourceType[O],
        informer: Informer[O, O],
        found: O,
        status: ExternalSecretStatus | SecretStoreStatus,
    ) -> None:
        """Only of this very object, not of one that was made again under its name meanwhile."""
        body = {"metadata": {"uid": found.metadata.uid}, "status": _whole(status)}
        try:
            stored = await self._client.patch(resource, key_of(found), Patch.merge(body), subresource="status")
        except ObjectNotFoundError:
            return
        informer.observed(stored)


def _whole(status: ExternalSecretStatus | SecretStoreStatus) -> dict[str, Any]:
    """Every field of the status, absent ones as null: a merge patch takes out what is null."""
    absent = {field.encode_name: None for field in msgspec.structs.fields(status)}
    present: dict[str, Any] = msgspec.to_builtins(status)
    return absent | present


def _subject(resource: ResourceType[Any], found: ExternalSecret | SecretStore) -> Subject:
    return Subject(
        api_version=resource.api_version,
        kind=resource.kind,
        key=key_of(found),
        uid=found.metadata.uid,
        resource_version=found.metadata.resource_version,
    )


async def _tell(recorder: EventRecorder, subject: Subject, events: Sequence[Event]) -> None:
    for event in events:
        _log.info("object.reported", kind=subject.kind, object=str(subject.key), said=event.message)
        await recorder.record(subject, Note(type=event.type, reason=event.reason, message=event.message))
