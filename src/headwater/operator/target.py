"""The target: what we keep of a Secret of the cluster, what is wanted of it, and the Secret that joins the two.

Surprise: two functions answer "would a write change anything?". `is_current` compares digests and runs on every
reconcile; `joined` makes the Secret to write out of the live one, read for that moment. A property test keeps them in
agreement.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from headwater.domain.errors import ConflictError
from headwater.domain.hidden import Hidden
from headwater.kube.resource import ObjectKey
from headwater.operator.digest import Digest, Digester, digest_texts
from headwater.resources.external_secret import CreationPolicy
from headwater.resources.kube_secret import KubeSecret, TargetMetadata
from headwater.resources.managed_fields import OwnedFields, owned_fields
from headwater.resources.marks import (
    CERT_MANAGER_ANNOTATION,
    CERT_MANAGER_LABEL,
    CREATED_BY_LABEL,
    DATA_HASH_ANNOTATION,
    MANAGED_LABEL,
    created_by,
    data_hash,
    is_field_manager,
)
from headwater.resources.meta import ObjectMeta, OwnerReference

PRIVILEGED_TYPES = frozenset({"bootstrap.kubernetes.io/token", "kubernetes.io/service-account-token"})
"""Types that make Kubernetes itself hand out rights: never written (GHSA-fq7h-9x26-6j22)."""

NOTHING = OwnedFields()

V = TypeVar("V")
B = TypeVar("B", bound=bytes)

_REPLACING = frozenset({CreationPolicy.OWNER, CreationPolicy.ORPHAN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What we know of a managed Secret beyond its metadata; digests in place of values."""

    data_hash: str
    """Of the data as it stands, by ESO's rule; the annotation says what it was when it was last written."""
    data: Mapping[str, Digest]
    annotations: Mapping[str, Digest]
    owned: Mapping[str, OwnedFields]
    """By field manager."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Secret of the cluster, without its values."""

    key: ObjectKey
    uid: str
    resource_version: str
    labels: Mapping[str, str]
    written_hash: str | None
    is_cert_managers: bool
    owners: tuple[OwnerReference, ...]
    content: Content | None = None
    """None as long as the Secret is not labelled managed: then nobody looked inside."""

    @property
    def is_managed(self) -> bool:
        return self.labels.get(MANAGED_LABEL) == "true"

    @property
    def is_as_written(self) -> bool:
        """Nobody touched the data since we wrote it. Source: ESO's isSecretValid."""
        return self.content is not None and self.is_managed and self.written_hash == self.content.data_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a target should be."""

    key: ObjectKey
    creation: CreationPolicy
    data: Mapping[str, Hidden[bytes]] = field(repr=False)
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner: OwnerReference
    """The ExternalSecret; it becomes an owner under policy Owner alone."""
    manager: str
    """The field manager under which we write."""

    @property
    def owns(self) -> bool:
        return self.creation is CreationPolicy.OWNER

    @property
    def replaces(self) -> bool:
        """Whether keys of others are taken out."""
        return self.creation in _REPLACING


class UntouchableError(ConflictError):
    """A Secret that we never write, whatever an ExternalSecret says."""

    code = "target_untouchable"


class ImmutableError(ConflictError):
    """The live Secret refuses other data."""

    code = "target_immutable"


def target_of_metadata(secret: TargetMetadata) -> Target:
    meta = secret.metadata
    return Target(
        key=ObjectKey(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        labels=meta.labels,
        written_hash=meta.annotations.data_hash,
        is_cert_managers=CERT_MANAGER_LABEL in meta.labels or meta.annotations.certificate_name is not None,
        owners=meta.owner_references,
    )


def target_of_secret(secret: KubeSecret, digest: Digester) -> Target:
    """Everything but the values, which are hashed here and dropped."""
    meta = secret.metadata
    return Target(
        key=ObjectKey(meta.namespace, meta.name),
        uid=meta.uid,
        resource_version=meta.resource_version,
        labels=meta.labels,
        written_hash=meta.annotations.get(DATA_HASH_ANNOTATION),
        is_cert_managers=_is_cert_managers(meta),
        owners=meta.owner_references,
        content=Content(
            data_hash=data_hash(secret.data),
            data={key: digest(value) for key, value in secret.data.items()},
            annotations=digest_texts(meta.annotations, digest),
            owned={manager: owned_fields(meta, manager) for manager in {e.manager for e in meta.managed_fields}},
        ),
    )


def is_current(target: Target, wanted: Wanted, digest: Digester) -> bool:
    """Whether writing `wanted` over `target` would change nothing."""
    content = target.content
    if content is None:
        return False
    owned = content.owned.get(wanted.manager, NOTHING)
    annotations = digest_texts({**wanted.annotations, DATA_HASH_ANNOTATION: content.data_hash}, digest)
    return (
        _digests_after(content, wanted, digest) == content.data
        and _joined_labels(target.labels, wanted, owned) == target.labels
        and _pruned(content.annotations, owned.annotations) | annotations == content.annotations
        and _joined_owners(target.owners, wanted) == target.owners
    )


def differs_by_others_alone(content: Content, wanted: Wanted, digest: Digester) -> bool:
    """Whether each value that is not as wanted was put there by another ExternalSecret; marks do not count.

    A value that is missing leaves no trace of who took it out: where there are others, they are believed to have.
    """
    others = [
        owned for manager, owned in content.owned.items() if is_field_manager(manager) and manager != wanted.manager
    ]
    data = _digests_after(content, wanted, digest)
    differing = {key for key, value in content.data.items() if data.get(key) != value}
    is_complete = data.keys() <= content.data.keys()
    return (is_complete or bool(others)) and differing <= {key for owned in others for key in owned.data}


def _digests_after(content: Content, wanted: Wanted, digest: Digester) -> Mapping[str, Digest]:
    """The data as it would stand after a write."""
    wanted_data = {key: digest(value.reveal()) for key, value in wanted.data.items()}
    return _joined_data(content.data, wanted_data, wanted, content.owned.get(wanted.manager, NOTHING))


def joined(live: KubeSecret | None, wanted: Wanted) -> KubeSecret:
    """The Secret to write: what others own of `live` kept, what we wrote and no longer want left out.

    Raises:
        UntouchableError: `live` is cert-manager's or of a privileged type.
        ImmutableError: `live` takes no other data.
    """
    if live is None:
        return _created(wanted)
    _refuse_untouchable(live)
    meta = live.metadata
    owned = owned_fields(meta, wanted.manager)
    plain = {key: value.reveal() for key, value in wanted.data.items()}
    data = _joined_data(live.data, plain, wanted, owned)
    if live.immutable and data != live.data:
        raise ImmutableError(f"the Secret {wanted.key.name} is immutable", hint="delete it, and it is made anew")
    annotations = {**wanted.annotations, DATA_HASH_ANNOTATION: data_hash(data)}
    metadata = msgspec.structs.replace(
        meta,
        labels=_joined_labels(meta.labels, wanted, owned),
        annotations=_pruned(meta.annotations, owned.annotations) | annotations,
        owner_references=_joined_owners(meta.owner_references, wanted),
    )
    return msgspec.structs.replace(live, metadata=metadata, data=data)


def _created(wanted: Wanted) -> KubeSecret:
    data = {key: value.reveal() for key, value in wanted.data.items()}
    metadata = ObjectMeta(
        namespace=wanted.key.namespace,
        name=wanted.key.name,
        labels=_joined_labels({}, wanted, NOTHING),
        annotations={**wanted.annotations, DATA_HASH_ANNOTATION: data_hash(data)},
        owner_references=_joined_owners((), wanted),
    )
    return KubeSecret(api_version="v1", kind="Secret", metadata=metadata, type="Opaque", data=data)


def _refuse_untouchable(live: KubeSecret) -> None:
    if _is_cert_managers(live.metadata):
        raise UntouchableError(f"the Secret {live.metadata.name} is cert-manager's", hint="choose another target.name")
    if live.type.lower() in PRIVILEGED_TYPES:
        raise UntouchableError(f"a Secret of type {live.type} is never written", hint="choose another target.name")


def _joined_data(live: Mapping[str, B], wanted: Mapping[str, B], how: Wanted, owned: OwnedFields) -> dict[str, B]:
    return dict(wanted) if how.replaces else _pruned(live, owned.data) | dict(wanted)


def _joined_labels(live: Mapping[str, str], wanted: Wanted, owned: OwnedFields) -> dict[str, str]:
    labels = _pruned(live, owned.labels | {CREATED_BY_LABEL}) | dict(wanted.labels) | {MANAGED_LABEL: "true"}
    if wanted.owns:
        labels[CREATED_BY_LABEL] = created_by(wanted.key.namespace, wanted.owner.name)
    return labels


def _joined_owners(live: tuple[OwnerReference, ...], wanted: Wanted) -> tuple[OwnerReference, ...]:
    ours = [owner for owner in live if is_same_object(owner, wanted.owner)]
    if not wanted.owns:
        return tuple(owner for owner in live if owner not in ours)
    return live if ours == [wanted.owner] else (*(owner for owner in live if owner not in ours), wanted.owner)


def is_external_secret(owner: OwnerReference) -> bool:
    return owner.kind == "ExternalSecret" and owner.api_version.startswith("external-secrets.io/")


def is_same_object(owner: OwnerReference, external_secret: OwnerReference) -> bool:
    """By name, not uid: an ExternalSecret that was deleted and made again goes on with its target."""
    return is_external_secret(owner) and owner.name == external_secret.name


def _pruned(live: Mapping[str, V], names: AbstractSet[str]) -> dict[str, V]:
    return {name: value for name, value in live.items() if name not in names}


def _is_cert_managers(meta: ObjectMeta) -> bool:
    return CERT_MANAGER_LABEL in meta.labels or CERT_MANAGER_ANNOTATION in meta.annotations
