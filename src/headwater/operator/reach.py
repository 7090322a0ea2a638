"""What a Kubernetes object may refer to: the one choke point, so that no reference is followed anywhere else.

The operator may read every Secret; what it reads on behalf of a namespaced object is decided here alone. A SecretStore
reaches its own namespace and nothing more; a ClusterSecretStore names a namespace for its credential, and serves only
the namespaces that its conditions allow. A refusal is decided before anything is read.

Source: eso.md §1.9; security.md §4.2 (four of the six advisories of ESO are a missing check of this kind).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import re2  # type: ignore[import-untyped]  # it comes without types

from headwater.domain.errors import ForbiddenError, InvalidInputError, NotFoundError
from headwater.domain.hidden import Hidden
from headwater.kube.resource import ObjectKey
from headwater.operator.links import Links
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import NO_CREDENTIAL, Credential, CredentialRef
from headwater.resources.kube_secret import KubeSecret, TargetMetadata
from headwater.resources.meta import InvalidSelectorError, Namespace, selects
from headwater.resources.references import StoreKind
from headwater.resources.secret_store import SecretStore, StoreCondition


class OutOfReachError(ForbiddenError):
    """A reference that the object may not make, however the cluster looks."""

    code = "out_of_reach"


class AbsentError(NotFoundError):
    """A reference to what does not exist now."""

    code = "reference_absent"


class MalformedReferenceError(InvalidInputError):
    """A reference, or a rule about references, that means nothing."""

    code = "malformed_reference"


class Cluster(Protocol):
    """What is read on behalf of an object: from memory, but for the Secret itself."""

    def find_store(self, store: StoreId) -> SecretStore | None: ...

    def find_namespace(self, name: str) -> Namespace | None: ...

    def find_secret_metadata(self, key: ObjectKey) -> TargetMetadata | None: ...

    async def read_secret(self, key: ObjectKey) -> KubeSecret | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Where an installation is stricter than External Secrets Operator."""

    require_store_conditions: bool = False
    """A ClusterSecretStore without conditions serves nobody."""


class Reach:
    """Follows references for stores and ExternalSecrets; keeps the credentials in use, so that none is read twice."""

    def __init__(self, cluster: Cluster, rules: Rules, used: Links[StoreId, ObjectKey]) -> None:
        """`used` is told on which Secret a store rests, present or not."""
        self._cluster = cluster
        self._rules = rules
        self._used = used
        self._credentials: dict[tuple[ObjectKey, str], Credential] = {}

    def store(self, namespace: str, store: StoreId) -> SecretStore:
        """The store that an object of `namespace` names.

        Raises:
            OutOfReachError: its conditions do not allow the namespace.
            AbsentError: there is none of that name.
            MalformedReferenceError: its conditions mean nothing.
        """
        found = self._cluster.find_store(store)
        if found is None:
            raise AbsentError(f"could not get {store}, it does not exist")
        if store.kind is StoreKind.CLUSTER_SECRET_STORE:
            self._refuse_unserved(namespace, found)
        return found

    async def credential(self, store: StoreId, ref: CredentialRef | None) -> Credential:
        """The credential that a store needs.

        Raises:
            OutOfReachError: a SecretStore names another namespace.
            AbsentError: the Secret or its key does not exist.
            MalformedReferenceError: a ClusterSecretStore names no namespace.
        """
        if ref is None:
            self._used.point(store, ())
            return NO_CREDENTIAL
        secret = _credential_secret(store, ref)
        self._used.point(store, {secret})
        metadata = self._cluster.find_secret_metadata(secret)
        known = self._credentials.get((secret, ref.key))
        if known and metadata and known.resource_version == metadata.metadata.resource_version:
            return known
        read = await self._cluster.read_secret(secret)
        self._credentials.pop((secret, ref.key), None)
        credential = _credential_in(read, secret, ref.key)
        self._credentials[secret, ref.key] = credential
        self._drop_unused()
        return credential

    def forget(self, store: StoreId) -> None:
        """The store is gone or another operator's: its credential goes out of memory."""
        self._used.point(store, ())
        self._drop_unused()

    def _drop_unused(self) -> None:
        unused = [place for place in self._credentials if not self._used.pointing_at(place[0])]
        for place in unused:
            del self._credentials[place]

    def _refuse_unserved(self, namespace: str, store: SecretStore) -> None:
        name = store.metadata.name
        conditions = store.spec.conditions
        if not conditions and self._rules.require_store_conditions:
            raise OutOfReachError(f'using cluster store "{name}" is not allowed: it has no conditions')
        labels = self._labels(namespace)
        if conditions and not any(_serves(condition, namespace, labels) for condition in conditions):
            raise OutOfReachError(
                f'using cluster store "{name}" is not allowed from namespace "{namespace}": denied by spec.condition'
            )

    def _labels(self, namespace: str) -> Mapping[str, str]:
        found = self._cluster.find_namespace(namespace)
        return found.metadata.labels if found else {}


def _credential_secret(store: StoreId, ref: CredentialRef) -> ObjectKey:
    if store.kind is StoreKind.CLUSTER_SECRET_STORE:
        if not ref.namespace:
            raise MalformedReferenceError(f"{ref.path}: cluster scope requires namespace")
        return ObjectKey(ref.namespace, ref.name)
    if ref.namespace and ref.namespace != store.key.namespace:
        raise OutOfReachError(f"{ref.path}: namespace should either be empty or match the namespace of the SecretStore")
    return ObjectKey(store.key.namespace, ref.name)


def _credential_in(secret: KubeSecret | None, key: ObjectKey, entry: str) -> Credential:
    if secret is None:
        raise AbsentError(f'cannot get Kubernetes secret "{key.name}" from namespace "{key.namespace}": not found')
    value = secret.data.get(entry)
    if value is None:
        raise AbsentError(f'cannot find secret data for key: "{entry}"')
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise MalformedReferenceError(f'the secret data for key "{entry}" is not text') from None
    meta = secret.metadata
    return Credential(uid=meta.uid, resource_version=meta.resource_version, value=Hidden(text))


def _serves(condition: StoreCondition, namespace: str, labels: Mapping[str, str]) -> bool:
    """Everything within a condition is ORed, as is every condition with the others."""
    if namespace in condition.namespaces:
        return True
    if condition.namespace_selector is not None and _selects(condition, labels):
        return True
    return any(_matches(pattern, namespace) for pattern in condition.namespace_regexes)


def _selects(condition: StoreCondition, labels: Mapping[str, str]) -> bool:
    try:
        return condition.namespace_selector is not None and selects(condition.namespace_selector, labels)
    except InvalidSelectorError as error:
        raise MalformedReferenceError(f"spec.conditions: {error}") from error


def _matches(pattern: str, namespace: str) -> bool:
    """Unanchored, like Go's MatchString; RE2, so that no pattern takes long."""
    try:
        return re2.search(pattern, namespace) is not None
    except re2.error as error:
        raise MalformedReferenceError(f"spec.conditions: not an RE2 pattern: {pattern!r}") from error
