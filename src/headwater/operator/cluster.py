"""The cluster as reconciles see it: reads are of memory, writes go out under the marks of External Secrets Operator.

Surprise: a write is of the Secret as it was planned for. If the live one is another by now, nothing is written, and the
reconcile comes again with what is new.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from headwater.kube.client import KubeClient
from headwater.kube.errors import ObjectNotFoundError, StaleObjectError
from headwater.kube.informer import Change, Informer, whole
from headwater.kube.resource import ObjectKey
from headwater.kube.writes import Preconditions
from headwater.operator.digest import Digester
from headwater.operator.links import Links
from headwater.operator.names import StoreId
from headwater.operator.resource_types import (
    CLUSTER_SECRET_STORES,
    EXTERNAL_SECRETS,
    MANAGED,
    NAMESPACES,
    SECRET_METADATA,
    SECRET_STORES,
    SECRETS,
)
from headwater.operator.target import Target, Wanted, joined, target_of_metadata, target_of_secret
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.kube_secret import KubeSecret, TargetMetadata
from headwater.resources.marks import CREATED_BY_LABEL, created_by
from headwater.resources.meta import Namespace
from headwater.resources.references import StoreKind
from headwater.resources.secret_store import ClusterSecretStore, SecretStore

O = TypeVar("O", ExternalSecret, SecretStore, ClusterSecretStore)  # noqa: E741 - an object


class LaggingError(StaleObjectError):
    """What is known of a Secret is older than what we were told about it; the next event brings it."""

    code = "lagging"


class Cluster:
    """Memory of everything that is watched, and the writes."""

    def __init__(self, client: KubeClient, digest: Digester) -> None:
        self._client = client
        self.external_secrets = Informer(client, EXTERNAL_SECRETS, _without_history)
        self.secret_stores = Informer(client, SECRET_STORES, _without_history)
        self.cluster_secret_stores = Informer(client, CLUSTER_SECRET_STORES, _without_history)
        self.namespaces = Informer(client, NAMESPACES, whole)
        self.secrets = Informer(client, SECRET_METADATA, whole)
        self.targets: Informer[KubeSecret, Target] = Informer(
            client, SECRETS, lambda secret: target_of_secret(secret, digest), selection=MANAGED
        )
        self._makers: Links[ObjectKey, tuple[str, str]] = Links()
        """From each managed Secret to its namespace and the label that says for which ExternalSecret it was made."""
        self.targets.on_change(self._note_maker)

    @property
    def informers(self) -> Sequence[Informer[Any, Any]]:
        return (
            self.namespaces,
            self.secrets,
            self.targets,
            self.secret_stores,
            self.cluster_secret_stores,
            self.external_secrets,
        )

    def find_store(self, store: StoreId) -> SecretStore | None:
        if store.kind is StoreKind.SECRET_STORE:
            return self.secret_stores.find(store.key)
        return self.cluster_secret_stores.find(store.key)

    def find_namespace(self, name: str) -> Namespace | None:
        return self.namespaces.find(ObjectKey("", name))

    def find_secret_metadata(self, key: ObjectKey) -> TargetMetadata | None:
        return self.secrets.find(key)

    def find_target(self, key: ObjectKey) -> Target | None:
        """What is known of the Secret.

        Raises:
            LaggingError: it was labelled managed, and what it holds has not come yet.
        """
        target = self.targets.find(key)
        if target is not None:
            return target
        metadata = self.secrets.find(key)
        if metadata is None:
            return None
        unmanaged = target_of_metadata(metadata)
        if unmanaged.is_managed:
            raise LaggingError(f"the Secret {key} is on its way")
        return unmanaged

    def created_by(self, external_secret: ObjectKey) -> tuple[Target, ...]:
        """The Secrets that bear the label of having been made for `external_secret`."""
        maker = external_secret.namespace, created_by(external_secret.namespace, external_secret.name)
        found = (self.targets.find(key) for key in sorted(self._makers.pointing_at(maker)))
        return tuple(target for target in found if target is not None)

    async def read_secret(self, key: ObjectKey) -> KubeSecret | None:
        """For `operator.reach` alone: it decides what may be read."""
        return await self._client.find(SECRETS, key)

    async def write(self, wanted: Wanted, seen: Target | None) -> None:
        """Create the Secret, or bring the one that was seen to what is wanted.

        Raises:
            StaleObjectError, AlreadyExistsError: it is not as it was seen.
            UntouchableError, ImmutableError: see `target.joined`.
            ObjectRefusedError, AccessForbiddenError: the API server does not take it.
        """
        if seen is None:
            body = joined(None, wanted)
            stored = await self._client.create(SECRETS, wanted.key.namespace, body, field_manager=wanted.manager)
            self.targets.observed(stored)
            return
        live = await self._client.find(SECRETS, seen.key)
        if live is None or live.metadata.resource_version != seen.resource_version:
            raise StaleObjectError(f"the Secret {seen.key} changed meanwhile")
        body = joined(live, wanted)
        if body != live:
            await self._replace(body, wanted)

    def _note_maker(self, change: Change[Target]) -> None:
        label = change.new.labels.get(CREATED_BY_LABEL) if change.new else None
        self._makers.point(change.key, {(change.key.namespace, label)} if label else ())

    async def _replace(self, body: KubeSecret, wanted: Wanted) -> None:
        """With the resourceVersion that was read; without managedFields, which the API server keeps itself."""
        metadata = msgspec.structs.replace(body.metadata, managed_fields=())
        sent = msgspec.structs.replace(body, metadata=metadata)
        stored = await self._client.update(SECRETS, wanted.key, sent, field_manager=wanted.manager)
        self.targets.observed(stored)

    async def delete(self, target: Target) -> None:
        """Delete the Secret if it still is as it was seen; one that is gone already is no error."""
        seen = Preconditions(uid=target.uid, resource_version=target.resource_version)
        try:
            await self._client.delete(SECRETS, target.key, preconditions=seen)
        except ObjectNotFoundError:
            return


def _without_history(found: O) -> O:
    """Who wrote which field of it is a third of an object's size, and asked of Secrets alone."""
    return msgspec.structs.replace(found, metadata=msgspec.structs.replace(found.metadata, managed_fields=()))
