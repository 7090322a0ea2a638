"""How objects are named inside the operator."""

from enum import StrEnum
from typing import NamedTuple

from headwater.kube.resource import ObjectKey
from headwater.resources.references import StoreKind


class Kind(StrEnum):
    """The kinds that are reconciled."""

    EXTERNAL_SECRET = "ExternalSecret"  # noqa: S105 - a kind
    SECRET_STORE = "SecretStore"  # noqa: S105 - a kind
    CLUSTER_SECRET_STORE = "ClusterSecretStore"  # noqa: S105 - a kind


class WorkKey(NamedTuple):
    """One entry of the queue: the object to reconcile."""

    kind: Kind
    object: ObjectKey


class StoreId(NamedTuple):
    """A store of either kind, as an object of some namespace means it."""

    kind: StoreKind
    key: ObjectKey

    def __str__(self) -> str:
        return f'{self.kind} "{self.key.name}"'

    @property
    def work_key(self) -> WorkKey:
        return WorkKey(Kind(self.kind), self.key)
