"""How objects point at each other: at keys of Secrets and ConfigMaps, at service accounts, stores and generators."""

from enum import StrEnum
from typing import Annotated

from headwater.resources.meta import LabelSelector
from headwater.resources.schema import (
    ATOMIC_MAP,
    EXACTLY_ONE,
    DataKey,
    KubeStruct,
    NamespaceName,
    ObjectName,
    doc,
    one_of,
)

GENERATORS_API_VERSION = "generators.external-secrets.io/v1alpha1"

GENERATOR_KINDS = (
    "ACRAccessToken",
    "BeyondtrustWorkloadCredentialsDynamicSecret",
    "CloudsmithAccessToken",
    "ECRAuthorizationToken",
    "Fake",
    "GCRAccessToken",
    "GithubAccessToken",
    "GitlabDeployToken",
    "Grafana",
    "MFA",
    "Password",
    "QuayAccessToken",
    "SSHKey",
    "STSSessionToken",
    "UUID",
    "VaultDynamicSecret",
    "Webhook",
)

Selector = Annotated[LabelSelector, doc(**ATOMIC_MAP)]


class StoreKind(StrEnum):
    """Where a store lives: in a namespace, or in the cluster for all of them."""

    SECRET_STORE = "SecretStore"  # noqa: S105 - a kind
    CLUSTER_SECRET_STORE = "ClusterSecretStore"  # noqa: S105 - a kind


class SecretKeySelector(KubeStruct, frozen=True, kw_only=True):
    """One key of a Secret."""

    name: Annotated[ObjectName | None, doc("the Secret's name")] = None
    namespace: Annotated[
        NamespaceName | None, doc("its namespace; only a cluster-scoped object may name another than its user's")
    ] = None
    key: Annotated[DataKey | None, doc("the key in the Secret's data")] = None


class ServiceAccountSelector(KubeStruct, frozen=True, kw_only=True):
    """A service account for which a token is requested."""

    name: Annotated[ObjectName, doc("the service account's name")]
    namespace: Annotated[
        NamespaceName | None, doc("its namespace; only a cluster-scoped object may name another than its user's")
    ] = None
    audiences: Annotated[tuple[str, ...], doc("whom the token is for, besides those that the provider adds")] = ()


class CAProvider(KubeStruct, frozen=True, kw_only=True):
    """Where the certificates of the authorities to trust are kept."""

    type: Annotated[str, doc("the kind of the object that holds them", **one_of("Secret", "ConfigMap"))]
    name: Annotated[ObjectName, doc("its name")]
    key: Annotated[DataKey | None, doc("the key in its data")] = None
    namespace: Annotated[NamespaceName | None, doc("its namespace; needed in cluster-scoped objects")] = None


class StoreRef(KubeStruct, frozen=True, kw_only=True):
    """The store to read from."""

    name: Annotated[ObjectName | None, doc("the store's name")] = None
    kind: Annotated[StoreKind | None, doc("the store's kind; without one, SecretStore")] = None

    @property
    def resolved_kind(self) -> StoreKind:
        return self.kind or StoreKind.SECRET_STORE


class GeneratorRef(KubeStruct, frozen=True, kw_only=True):
    """The generator that makes the values."""

    api_version: Annotated[str, doc("the generator's API group and version")] = GENERATORS_API_VERSION
    kind: Annotated[str, doc("the generator's kind", **one_of(*sorted((*GENERATOR_KINDS, "ClusterGenerator"))))]
    name: Annotated[ObjectName, doc("the generator's name")]


class SourceRef(KubeStruct, frozen=True, kw_only=True):
    """Where an entry's values come from, if not from the default store."""

    store_ref: Annotated[StoreRef | None, doc("a store")] = None
    generator_ref: Annotated[GeneratorRef | None, doc("a generator")] = None


Source = Annotated[SourceRef, doc(**EXACTLY_ONE)]
