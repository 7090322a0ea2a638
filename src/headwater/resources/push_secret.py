"""PushSecret and ClusterPushSecret: values that go the other way, from the cluster to a provider."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from headwater.resources.cluster_external_secret import NamespaceFailure
from headwater.resources.external_secret import RewriteRegexp, RewriteTransform
from headwater.resources.meta import Condition, MetadataTemplate, ObjectMeta
from headwater.resources.references import GeneratorRef, Selector, StoreKind
from headwater.resources.schema import EXACTLY_ONE, AnyJson, KubeStruct, ObjectName, Timestamp, doc, rule
from headwater.resources.template import Template

_NAMED = rule(
    "has(self.storeRef) && (has(self.storeRef.name) || has(self.storeRef.labelSelector))",
    "storeRef must specify either name or labelSelector",
)
_BUNDLE = rule(
    "!has(self.remoteKey) || !has(self.rewrite) || size(self.rewrite) == 0",
    "remoteKey and rewrite exclude each other: a bundle has one name",
)
_DATA_TO_RULES: dict[str, Any] = {
    "x-kubernetes-validations": [*_NAMED["x-kubernetes-validations"], *_BUNDLE["x-kubernetes-validations"]]
}
_REWRITE_RULE = rule(
    "has(self.regexp) != has(self.transform)",
    "exactly one of regexp or transform must be set",
)


class PushConversionStrategy(StrEnum):
    """How a key of a Secret becomes the provider's name."""

    NONE = "None"
    REVERSE_UNICODE = "ReverseUnicode"


class UpdatePolicy(StrEnum):
    """What to do with a value that the provider has already."""

    REPLACE = "Replace"
    IF_NOT_EXISTS = "IfNotExists"


class PushDeletionPolicy(StrEnum):
    """What becomes of pushed values when the PushSecret goes."""

    DELETE = "Delete"
    NONE = "None"


class PushStoreRef(KubeStruct, frozen=True, kw_only=True):
    """Stores to push to, by name or by label."""

    name: Annotated[ObjectName | None, doc("the store's name")] = None
    label_selector: Annotated[Selector | None, doc("every store with these labels")] = None
    kind: Annotated[StoreKind, doc("the stores' kind")] = StoreKind.SECRET_STORE


class PushRemoteRef(KubeStruct, frozen=True, kw_only=True):
    """Where a value goes at the provider."""

    remote_key: Annotated[str, doc("the provider's name for it")]
    property: Annotated[str | None, doc("a part of it, if the provider's values have parts")] = None


class PushMatch(KubeStruct, frozen=True, kw_only=True):
    """A key of the source, and where it goes."""

    secret_key: Annotated[str | None, doc("the key in the source; without one, the whole of it")] = None
    remote_ref: Annotated[PushRemoteRef, doc("where it goes")]


class PushData(KubeStruct, frozen=True, kw_only=True):
    """One value to push."""

    match: Annotated[PushMatch, doc("the key, and where it goes")]
    metadata: Annotated[AnyJson, doc("settings that the provider defines")] = None
    conversion_strategy: Annotated[PushConversionStrategy, doc("how the key becomes the provider's name")] = (
        PushConversionStrategy.NONE
    )


class PushKeyMatch(KubeStruct, frozen=True, kw_only=True):
    """Selects keys of the source."""

    regexp: Annotated[str | None, doc("an RE2 pattern; without one, every key")] = None


class PushRewrite(KubeStruct, frozen=True, kw_only=True):
    """One step that renames keys."""

    regexp: Annotated[RewriteRegexp | None, doc("rename by pattern")] = None
    transform: Annotated[RewriteTransform | None, doc("rename by template")] = None


class PushDataTo(KubeStruct, frozen=True, kw_only=True):
    """Many values to push to one store."""

    store_ref: Annotated[PushStoreRef | None, doc("the store, one of `secretStoreRefs`")] = None
    remote_key: Annotated[str | None, doc("push all keys as one JSON object under this name")] = None
    match: Annotated[PushKeyMatch | None, doc("which keys; without it, all")] = None
    rewrite: Annotated[tuple[Annotated[PushRewrite, doc(**_REWRITE_RULE)], ...], doc("how keys are renamed")] = ()
    metadata: Annotated[AnyJson, doc("settings that the provider defines")] = None
    conversion_strategy: Annotated[PushConversionStrategy, doc("how keys become the provider's names")] = (
        PushConversionStrategy.NONE
    )


class PushSourceSecret(KubeStruct, frozen=True, kw_only=True):
    """Secrets of the namespace, by name or by label."""

    name: Annotated[ObjectName | None, doc("the Secret's name")] = None
    selector: Annotated[Selector | None, doc("every Secret with these labels")] = None


class PushSource(KubeStruct, frozen=True, kw_only=True):
    """What is pushed; exactly one of the two."""

    secret: Annotated[PushSourceSecret | None, doc("Secrets")] = None
    generator_ref: Annotated[GeneratorRef | None, doc("values that a generator makes")] = None


class PushSecretSpec(KubeStruct, frozen=True, kw_only=True):
    """What is pushed, where to, and how often."""

    refresh_interval: Annotated[str, doc("how often to push, such as `1h`")] = "1h0m0s"
    secret_store_refs: Annotated[tuple[PushStoreRef, ...], doc("the stores to push to")]
    update_policy: Annotated[UpdatePolicy, doc("what to do with a value that is there already")] = UpdatePolicy.REPLACE
    deletion_policy: Annotated[PushDeletionPolicy, doc("whether pushed values go with this object")] = (
        PushDeletionPolicy.NONE
    )
    selector: Annotated[PushSource, doc("what is pushed", **EXACTLY_ONE)]
    data: Annotated[tuple[PushData, ...], doc("values, one by one; they win over `dataTo`")] = ()
    data_to: Annotated[tuple[Annotated[PushDataTo, doc(**_DATA_TO_RULES)], ...], doc("many values at once")] = ()
    template: Annotated[Template | None, doc("a shape for the values before they are pushed")] = None


class PushSecretStatus(KubeStruct, frozen=True, kw_only=True):
    """What was pushed last, and how it went."""

    refresh_time: Annotated[Timestamp | None, doc("when the values were last pushed", nullable=True)] = None
    synced_resource_version: Annotated[str | None, doc("the generation and marks of this object at that time")] = None
    synced_push_secrets: Annotated[
        dict[str, dict[str, PushData]], doc("store (kind/name) → provider's name → what was pushed there")
    ] = msgspec.field(default_factory=dict)
    conditions: Annotated[tuple[Condition, ...], doc("the state, one aspect each")] = ()


class PushSecret(KubeStruct, frozen=True, kw_only=True):
    """Pushes values of the cluster to a provider."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[PushSecretSpec | None, doc("what is pushed, and where to")] = None
    status: Annotated[PushSecretStatus, doc("what was pushed last")] = PushSecretStatus()


class ClusterPushSecretSpec(KubeStruct, frozen=True, kw_only=True):
    """The PushSecret to make, and where."""

    push_secret_spec: Annotated[PushSecretSpec, doc("the spec of each PushSecret")]
    push_secret_name: Annotated[ObjectName | None, doc("the name of each; without one, this object's")] = None
    push_secret_metadata: Annotated[MetadataTemplate | None, doc("the labels and annotations of each")] = None
    namespace_selectors: Annotated[
        tuple[Selector, ...], doc("namespaces by label; one selector that matches suffices")
    ] = ()
    refresh_time: Annotated[str | None, doc("how often to look for namespaces, such as `1h`")] = None


class ClusterPushSecretStatus(KubeStruct, frozen=True, kw_only=True):
    """Where the PushSecrets are."""

    push_secret_name: Annotated[str | None, doc("the name under which they were made")] = None
    provisioned_namespaces: Annotated[tuple[str, ...], doc("the namespaces that have one, in order")] = ()
    failed_namespaces: Annotated[tuple[NamespaceFailure, ...], doc("the namespaces that should have one")] = ()
    conditions: Annotated[tuple[Condition, ...], doc("the state, one aspect each")] = ()


class ClusterPushSecret(KubeStruct, frozen=True, kw_only=True):
    """Makes the same PushSecret in many namespaces."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[ClusterPushSecretSpec | None, doc("the PushSecret to make, and where")] = None
    status: Annotated[ClusterPushSecretStatus, doc("where they are")] = ClusterPushSecretStatus()
