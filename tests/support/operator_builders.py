"""Builders of what an operator's plan sees, for tables of cases: every value is a canary."""

from collections.abc import Mapping
from datetime import UTC, datetime

from headwater.domain.hidden import Hidden
from headwater.operator.digest import keyed_digester
from headwater.operator.external_secret.plan import Observed, Remote, owner_reference
from headwater.operator.external_secret.request import read_request
from headwater.operator.target import Target, Wanted, joined, target_of_secret
from headwater.operator.terms import Terms
from headwater.resources.external_secret import (
    CreationPolicy,
    DataEntry,
    ExternalSecret,
    ExternalSecretSpec,
    ExternalSecretStatus,
    RefreshPolicy,
    RemoteRef,
)
from headwater.resources.external_secret import Target as TargetSpec
from headwater.resources.kube_secret import KubeSecret
from headwater.resources.managed_fields import OwnedFields
from headwater.resources.marks import field_manager
from headwater.resources.meta import ManagedFields, ObjectMeta
from headwater.resources.references import StoreRef
from tests.support.canary import secret

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DIGEST = keyed_digester(b"throw-away, for tests")
TERMS = Terms(idle_status_interval=1800, digest=DIGEST)

NEW = {"PASSWORD": Hidden(secret("new").encode())}
OLD = {"PASSWORD": Hidden(secret("old").encode())}


def external_secret(
    *,
    creation: CreationPolicy = CreationPolicy.OWNER,
    refresh: RefreshPolicy | None = None,
    interval: str = "1h",
    target_name: str | None = None,
    status: ExternalSecretStatus = ExternalSecretStatus(),  # noqa: B008 - immutable
    labels: Mapping[str, str] | None = None,
) -> ExternalSecret:
    meta = ObjectMeta(namespace="default", name="app", uid="uid-of-app", generation=1, labels=dict(labels or {}))
    spec = ExternalSecretSpec(
        secret_store_ref=StoreRef(name="store"),
        target=TargetSpec(name=target_name, creation_policy=creation),
        refresh_policy=refresh,
        refresh_interval=interval,
        data=(DataEntry(secret_key="PASSWORD", remote_ref=RemoteRef(key="PASSWORD")),),
    )
    return ExternalSecret(metadata=meta, spec=spec, status=status)


def wanted(source: ExternalSecret, data: Mapping[str, Hidden[bytes]]) -> Wanted:
    return Wanted(
        key=read_request(source).target,
        creation=source.spec.target.creation_policy,
        data=data,
        labels=source.metadata.labels,
        annotations=source.metadata.annotations,
        owner=owner_reference(source),
        manager=field_manager(source.metadata.name),
    )


def written(source: ExternalSecret, data: Mapping[str, Hidden[bytes]]) -> KubeSecret:
    """The Secret as the API server returns it after we wrote it."""
    return stored(joined(None, wanted(source, data)), manager=field_manager(source.metadata.name))


def stored(secret_: KubeSecret, *, manager: str, version: str = "7") -> KubeSecret:
    """`secret_` with what the API server adds: uid, version, and who wrote all of it."""
    meta = secret_.metadata
    owned = OwnedFields(
        data=frozenset(secret_.data), labels=frozenset(meta.labels), annotations=frozenset(meta.annotations)
    )
    return KubeSecret(
        api_version="v1",
        kind="Secret",
        type=secret_.type or "Opaque",
        immutable=secret_.immutable,
        data=secret_.data,
        metadata=ObjectMeta(
            namespace=meta.namespace,
            name=meta.name,
            uid=f"uid-of-{meta.name}",
            resource_version=version,
            labels=meta.labels,
            annotations=meta.annotations,
            owner_references=meta.owner_references,
            managed_fields=(managed_by(manager, owned),),
        ),
    )


def managed_by(manager: str, owned: OwnedFields) -> ManagedFields:
    return ManagedFields(
        manager=manager,
        operation="Update",
        fields_v1={
            "f:data": {".": {}, **{f"f:{key}": {} for key in owned.data}},
            "f:metadata": {
                "f:labels": {f"f:{key}": {} for key in owned.labels},
                "f:annotations": {f"f:{key}": {} for key in owned.annotations},
            },
        },
    )


def target(secret_: KubeSecret) -> Target:
    return target_of_secret(secret_, DIGEST)


def seen(
    remote: Remote,
    source: ExternalSecret,
    *,
    target: Target | None = None,
    created: tuple[Target, ...] = (),
    now: datetime = NOW,
    is_news: bool = True,
) -> Observed:
    return Observed(
        external_secret=source,
        request=read_request(source),
        remote=remote,
        is_news=is_news,
        target=target,
        created=created,
        now=now,
        terms=TERMS,
    )
