"""What every Kubernetes object has, and the parts of it that several kinds share.

Times are strings as the API server writes them (RFC 3339, whole seconds, UTC).
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from headwater.domain.errors import InvalidInputError
from headwater.resources.schema import ATOMIC_LIST, KubeStruct, Timestamp, doc


class InvalidSelectorError(InvalidInputError):
    """A label selector that means nothing."""

    code = "invalid_selector"


class OwnerReference(KubeStruct, frozen=True, kw_only=True):
    """Who owns an object: it is collected when its owners are gone."""

    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool | None = None
    block_owner_deletion: bool | None = None


class ManagedFields(KubeStruct, frozen=True, kw_only=True):
    """Which fields one field manager wrote; `fields_v1` is the tree of `f:` keys as the API server keeps it."""

    manager: str = ""
    operation: str = ""
    subresource: str = ""
    fields_v1: dict[str, Any] = msgspec.field(default_factory=dict)


class ObjectMeta(KubeStruct, frozen=True, kw_only=True):
    """Name, marks, owners and history of an object."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    finalizers: tuple[str, ...] = ()
    owner_references: tuple[OwnerReference, ...] = ()
    managed_fields: tuple[ManagedFields, ...] = ()

    def __repr__(self) -> str:
        """Annotations are left out: kubectl's last-applied repeats the whole object, values of a Secret included."""
        return f"ObjectMeta({self.namespace}/{self.name}, uid={self.uid}, resource_version={self.resource_version})"

    @property
    def controller(self) -> OwnerReference | None:
        """The one owner that controls this object, or None."""
        return next((owner for owner in self.owner_references if owner.controller), None)


class Condition(KubeStruct, frozen=True, kw_only=True):
    """One aspect of an object's state."""

    type: Annotated[str, doc("the aspect; `Ready` says whether the object does what it asks for")]
    status: Annotated[str, doc("`True`, `False` or `Unknown`")]
    reason: Annotated[str, doc("one word for programs")] = ""
    message: Annotated[str, doc("a sentence for people, without any secret value")] = ""
    last_transition_time: Annotated[Timestamp | None, doc("when `status` last took another value")] = None


class LabelRequirement(KubeStruct, frozen=True, kw_only=True):
    """A demand on the value of one label."""

    key: Annotated[str, doc("the label's key")]
    operator: Annotated[str, doc("`In`, `NotIn`, `Exists` or `DoesNotExist`")]
    values: Annotated[tuple[str, ...], doc("the values for `In` and `NotIn`; none for the others", **ATOMIC_LIST)] = ()


class LabelSelector(KubeStruct, frozen=True, kw_only=True):
    """Selects objects by their labels; all demands must hold, and none at all selects everything."""

    match_labels: Annotated[dict[str, str], doc("labels that must have exactly these values")] = msgspec.field(
        default_factory=dict
    )
    match_expressions: Annotated[tuple[LabelRequirement, ...], doc("further demands on labels", **ATOMIC_LIST)] = ()


def selects(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether an object with `labels` is selected.

    Raises:
        InvalidSelectorError: an operator does not exist.
    """
    exact = all(labels.get(key) == value for key, value in selector.match_labels.items())
    return exact and all(_holds(demand, labels) for demand in selector.match_expressions)


def _holds(demand: LabelRequirement, labels: Mapping[str, str]) -> bool:
    value = labels.get(demand.key)
    match demand.operator:
        case "In":
            return value in demand.values
        case "NotIn":
            return value not in demand.values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case _:
            raise InvalidSelectorError(f"{demand.operator!r} is no operator", hint="In, NotIn, Exists or DoesNotExist")


class MetadataTemplate(KubeStruct, frozen=True, kw_only=True):
    """Labels and annotations for objects that are made from a template."""

    labels: Annotated[dict[str, str], doc("labels to set")] = msgspec.field(default_factory=dict)
    annotations: Annotated[dict[str, str], doc("annotations to set")] = msgspec.field(default_factory=dict)


class PartialObjectMetadata(KubeStruct, frozen=True, kw_only=True):
    """The metadata of an object of any kind, and nothing else of it."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()


Namespace = PartialObjectMetadata
"""A namespace; its labels are all that matters here."""
