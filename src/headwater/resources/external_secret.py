"""ExternalSecret: which values to fetch, and the Secret that holds them."""

from enum import StrEnum
from typing import Annotated

import msgspec

from headwater.resources.meta import Condition, ObjectMeta
from headwater.resources.references import Source, StoreRef
from headwater.resources.schema import ATOMIC_MAP, EXACTLY_ONE, DataKey, KubeStruct, ObjectName, Timestamp, doc, one_of
from headwater.resources.template import DecodingStrategy, Template

SCHEDULE = r"^(@(annually|yearly|monthly|weekly|daily|midnight|hourly)|@every [^\s]+.*|[^\s]+( [^\s]+){4})$"


class CreationPolicy(StrEnum):
    """Who makes the target, and what becomes of it."""

    OWNER = "Owner"
    ORPHAN = "Orphan"
    MERGE = "Merge"
    NONE = "None"
    CREATE_OR_MERGE = "CreateOrMerge"


class DeletionPolicy(StrEnum):
    """What becomes of the target when the provider has no values."""

    DELETE = "Delete"
    MERGE = "Merge"
    RETAIN = "Retain"


class RefreshPolicy(StrEnum):
    """When values are fetched again."""

    CREATED_ONCE = "CreatedOnce"
    PERIODIC = "Periodic"
    ON_CHANGE = "OnChange"


class ConversionStrategy(StrEnum):
    """How a name that cannot be a key of a Secret becomes one."""

    DEFAULT = "Default"
    UNICODE = "Unicode"


class MetadataPolicy(StrEnum):
    """Whether the value or what is known about it is fetched."""

    NONE = "None"
    FETCH = "Fetch"


class NullBytePolicy(StrEnum):
    """What to do with a value that holds a null byte."""

    IGNORE = "Ignore"
    FAIL = "Fail"


class RemoteRef(KubeStruct, frozen=True, kw_only=True):
    """One value, or one object of values, at the provider.

    The four strategies have no default in the schema: one that the API server filled in would be drift to GitOps.
    """

    key: Annotated[str, doc("the provider's name for it")]
    property: Annotated[str | None, doc("a part of it, if the provider's values have parts")] = None
    version: Annotated[str | None, doc("a version of it, if the provider keeps versions; without one, the newest")] = (
        None
    )
    metadata_policy: Annotated[MetadataPolicy | None, doc("`Fetch` reads the labels of the value instead")] = None
    conversion_strategy: Annotated[ConversionStrategy | None, doc("how fetched names become keys; `Default`: `_`")] = (
        None
    )
    decoding_strategy: Annotated[DecodingStrategy | None, doc("how fetched text is decoded; `None`: not")] = None
    null_byte_policy: Annotated[NullBytePolicy | None, doc("`Fail` refuses values with null bytes")] = None


class DataEntry(KubeStruct, frozen=True, kw_only=True):
    """One key of the target."""

    secret_key: Annotated[DataKey, doc("the key in the target")]
    remote_ref: Annotated[RemoteRef, doc("the value to fetch for it")]
    source_ref: Annotated[Source | None, doc("where to fetch it, if not from the default store")] = None


class FindName(KubeStruct, frozen=True, kw_only=True):
    """Selects by name."""

    regexp: Annotated[str | None, doc("an RE2 pattern, found anywhere in the name")] = None


class Find(KubeStruct, frozen=True, kw_only=True):
    """Selects any number of values; each becomes a key."""

    path: Annotated[str | None, doc("the start of the names")] = None
    name: Annotated[FindName | None, doc("by name")] = None
    tags: Annotated[dict[str, str], doc("by tags that must have these values")] = msgspec.field(default_factory=dict)
    conversion_strategy: Annotated[ConversionStrategy | None, doc("how found names become keys; `Default`: `_`")] = None
    decoding_strategy: Annotated[DecodingStrategy | None, doc("how fetched text is decoded; `None`: not")] = None
    null_byte_policy: Annotated[NullBytePolicy | None, doc("`Fail` refuses values with null bytes")] = None


class RewriteRegexp(KubeStruct, frozen=True, kw_only=True):
    """Renames keys by pattern."""

    source: Annotated[str, doc("an RE2 pattern")]
    target: Annotated[str, doc("what replaces each match; `$1` is the first group")]


class RewriteTransform(KubeStruct, frozen=True, kw_only=True):
    """Renames keys by template."""

    template: Annotated[str, doc("a template of the new name; `.value` is the old one")]


class RewriteMerge(KubeStruct, frozen=True, kw_only=True):
    """Joins the values, which must be JSON objects, into one."""

    into: Annotated[str, doc("the key that holds the joined object under strategy `JSON`", default="")] = ""
    priority: Annotated[tuple[str, ...], doc("keys whose values win, the last one most")] = ()
    priority_policy: Annotated[
        str, doc("whether each key of `priority` must be there", **one_of("IgnoreNotFound", "Strict"))
    ] = "Strict"
    conflict_policy: Annotated[str, doc("whether two values for one key are an error", **one_of("Ignore", "Error"))] = (
        "Error"
    )
    strategy: Annotated[
        str,
        doc(
            "`Extract`: only the joined keys remain; `JSON`: the object is added under `into`",
            **one_of("Extract", "JSON"),
        ),
    ] = "Extract"


class Rewrite(KubeStruct, frozen=True, kw_only=True):
    """One step that renames keys or joins values."""

    regexp: Annotated[RewriteRegexp | None, doc("rename by pattern")] = None
    transform: Annotated[RewriteTransform | None, doc("rename by template")] = None
    merge: Annotated[RewriteMerge | None, doc("join the values")] = None


class DataFromEntry(KubeStruct, frozen=True, kw_only=True):
    """Several keys of the target at once."""

    extract: Annotated[RemoteRef | None, doc("every member of one JSON object")] = None
    find: Annotated[Find | None, doc("every value that matches")] = None
    rewrite: Annotated[
        tuple[Annotated[Rewrite, doc(**EXACTLY_ONE)], ...], doc("how keys are renamed, step by step")
    ] = ()
    source_ref: Annotated[Source | None, doc("where to fetch, if not from the default store")] = None


class TargetManifest(KubeStruct, frozen=True, kw_only=True):
    """The kind of a target that is no Secret."""

    api_version: Annotated[str, doc("its API group and version", minLength=1)]
    kind: Annotated[str, doc("its kind", minLength=1)]


class Target(KubeStruct, frozen=True, kw_only=True):
    """The object that receives the values."""

    name: Annotated[ObjectName | None, doc("its name; without one, the ExternalSecret's")] = None
    creation_policy: Annotated[
        CreationPolicy,
        doc(
            "`Owner`: made, owned and collected with the ExternalSecret; `Orphan`: made and left behind; `Merge`: only"
            " added to; `CreateOrMerge`: made if absent, else added to; `None`: not touched"
        ),
    ] = CreationPolicy.OWNER
    deletion_policy: Annotated[
        DeletionPolicy,
        doc("when the provider has no values: `Retain` keeps the target, `Delete` deletes it, `Merge` takes keys out"),
    ] = DeletionPolicy.RETAIN
    immutable: Annotated[bool, doc("whether the Secret refuses later changes")] = False
    manifest: Annotated[TargetManifest | None, doc("for a target that is no Secret")] = None
    template: Annotated[Template | None, doc("the shape of the target")] = None


class SyncWindow(KubeStruct, frozen=True, kw_only=True):
    """A stretch of time that comes again."""

    schedule: Annotated[
        str,
        doc(
            "when it opens (UTC): five cron fields, `@daily` and its like, or `@every 1h`",
            minLength=1,
            pattern=SCHEDULE,
        ),
    ]
    duration: Annotated[str, doc("how long it stays open, such as `1h30m`")]


class SyncWindows(KubeStruct, frozen=True, kw_only=True):
    """When periodic refreshes may happen."""

    kind: Annotated[str, doc("whether the windows allow refreshes or deny them", **one_of("allow", "deny"))]
    windows: Annotated[tuple[SyncWindow, ...], doc("the windows", minItems=1)]


class ExternalSecretSpec(KubeStruct, frozen=True, kw_only=True):
    """Which values to fetch, how often, and where they go."""

    secret_store_ref: Annotated[StoreRef | None, doc("the store of every entry that names no other")] = None
    target: Annotated[
        Target,
        doc("what receives the values", default={"creationPolicy": "Owner", "deletionPolicy": "Retain"}),
    ] = Target()
    refresh_policy: Annotated[
        RefreshPolicy | None,
        doc(
            "`Periodic` (also without a policy): each interval; `OnChange`: when this object changes; `CreatedOnce`:"
            " once"
        ),
    ] = None
    refresh_interval: Annotated[str, doc("how often to look again, such as `1m` or `1h30m`; `0` fetches once")] = (
        "1h0m0s"
    )
    sync_windows: Annotated[SyncWindows | None, doc("when periodic refreshes may happen")] = None
    data: Annotated[tuple[DataEntry, ...], doc("keys, one by one; they win over `dataFrom`")] = ()
    data_from: Annotated[tuple[DataFromEntry, ...], doc("many keys at once, in order; later entries win")] = ()


class Binding(KubeStruct, frozen=True, kw_only=True):
    """The Secret, for servicebinding.io."""

    name: Annotated[str, doc("its name", default="")] = ""


class ExternalSecretCondition(Condition, frozen=True, kw_only=True):
    """One aspect of an ExternalSecret's state."""

    type: Annotated[str, doc("the aspect; `Ready` says whether the target is as the provider has it")]


class ExternalSecretStatus(KubeStruct, frozen=True, kw_only=True):
    """What was done last, and how it went."""

    refresh_time: Annotated[Timestamp | None, doc("when the values were last fetched", nullable=True)] = None
    synced_resource_version: Annotated[str | None, doc("the generation and marks of this object at that time")] = None
    conditions: Annotated[tuple[ExternalSecretCondition, ...], doc("the state, one aspect each")] = ()
    binding: Annotated[Binding | None, doc("the Secret, for servicebinding.io", **ATOMIC_MAP)] = None


class ExternalSecret(KubeStruct, frozen=True, kw_only=True):
    """Fetches values from a store and keeps them in a Secret."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[ExternalSecretSpec, doc("which values to fetch, and where they go")] = ExternalSecretSpec()
    status: Annotated[ExternalSecretStatus, doc("what was done last")] = ExternalSecretStatus()

    @property
    def target_name(self) -> str:
        return self.spec.target.name or self.metadata.name
