"""How a target is shaped: the template of an ExternalSecret, which a PushSecret shares."""

from enum import StrEnum
from typing import Annotated

import msgspec

from headwater.resources.schema import DataKey, KubeStruct, ObjectName, doc, one_of


class DecodingStrategy(StrEnum):
    """How fetched text becomes bytes."""

    AUTO = "Auto"
    BASE64 = "Base64"
    BASE64_URL = "Base64URL"
    NONE = "None"


class MergePolicy(StrEnum):
    """What becomes of fetched values when a template makes data."""

    REPLACE = "Replace"
    MERGE = "Merge"


class TemplateScope(StrEnum):
    """What a rendered text is: a value, or YAML of keys and values."""

    VALUES = "Values"
    KEYS_AND_VALUES = "KeysAndValues"


class TemplateRefItem(KubeStruct, frozen=True, kw_only=True):
    """One key whose text is a template."""

    key: Annotated[DataKey, doc("the key in the object's data")]
    template_as: Annotated[
        TemplateScope, doc("`Values`: the text becomes the value of that key; `KeysAndValues`: it is YAML of several")
    ] = TemplateScope.VALUES


class TemplateRef(KubeStruct, frozen=True, kw_only=True):
    """Templates kept in an object of the same namespace."""

    name: Annotated[ObjectName, doc("the object's name")]
    items: Annotated[tuple[TemplateRefItem, ...], doc("the keys to render")]


class TemplateFrom(KubeStruct, frozen=True, kw_only=True):
    """Templates from elsewhere; within one entry the ConfigMap comes first, then the Secret, then the literal."""

    config_map: Annotated[TemplateRef | None, doc("templates in a ConfigMap")] = None
    secret: Annotated[TemplateRef | None, doc("templates in a Secret")] = None
    literal: Annotated[str | None, doc("a template written here; it renders to YAML of keys and values")] = None
    target: Annotated[
        str, doc("what the result fills: `Data`, `Labels`, `Annotations`, or a path within a target that is no Secret")
    ] = "Data"
    values_decoding_strategy: Annotated[DecodingStrategy | None, doc("how rendered values are decoded")] = None


class TemplateMetadata(KubeStruct, frozen=True, kw_only=True):
    """Marks for the target; the values of labels and annotations are templates themselves."""

    labels: Annotated[dict[str, str], doc("labels to set")] = msgspec.field(default_factory=dict)
    annotations: Annotated[dict[str, str], doc("annotations to set")] = msgspec.field(default_factory=dict)
    finalizers: Annotated[tuple[str, ...], doc("finalizers to add; they are never removed")] = ()


class Template(KubeStruct, frozen=True, kw_only=True):
    """The shape of the target."""

    engine_version: Annotated[str, doc("the template language; there is one", **one_of("v2"))] = "v2"
    merge_policy: Annotated[
        MergePolicy,
        doc("`Replace`: only what the template makes is written; `Merge`: the fetched values are written too"),
    ] = MergePolicy.REPLACE
    type: Annotated[str | None, doc("the Secret's type; without one, a present type is kept")] = None
    metadata: Annotated[TemplateMetadata | None, doc("labels, annotations and finalizers")] = None
    data: Annotated[dict[str, str], doc("key → template of its value")] = msgspec.field(default_factory=dict)
    template_from: Annotated[tuple[TemplateFrom, ...], doc("further templates, applied in order before `data`")] = ()
