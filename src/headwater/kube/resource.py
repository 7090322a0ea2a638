"""How kube names what it works on: a resource type bound to a struct, an object's key, a selection of objects.

Surprise: structs are asked for little. `KubeObject` is a protocol, so that a caller decodes only the fields it reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import quote


class Metadata(Protocol):
    """The parts of an object's metadata that kube itself reads."""

    @property
    def name(self) -> str: ...
    @property
    def namespace(self) -> str: ...
    @property
    def uid(self) -> str: ...
    @property
    def resource_version(self) -> str: ...


class KubeObject(Protocol):
    """Any struct with metadata."""

    @property
    def metadata(self) -> Metadata: ...


T = TypeVar("T", bound=KubeObject)


class ObjectKey(NamedTuple):
    """Where an object stands; `namespace` is empty for what belongs to the cluster."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


def key_of(found: KubeObject) -> ObjectKey:
    return ObjectKey(found.metadata.namespace, found.metadata.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType(Generic[T]):
    """One resource of the API and the struct that its objects are decoded into.

    With `metadata_only` the API server sends nothing but metadata (PartialObjectMetadata), so no value of a Secret
    ever crosses the wire.
    """

    group: str = ""
    """Empty for the core group."""
    version: str
    plural: str
    kind: str
    struct: type[T]
    namespaced: bool = True
    metadata_only: bool = False

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    def collection(self, namespace: str = "") -> str:
        """The path of all objects, of one namespace or of the cluster."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        scope = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced and namespace else ""
        return f"{root}{scope}/{self.plural}"

    def path(self, key: ObjectKey, subresource: str = "") -> str:
        """The path of one object, or of its `subresource`, such as `status`."""
        tail = f"/{subresource}" if subresource else ""
        return f"{self.collection(key.namespace)}/{quote(key.name, safe='')}{tail}"

    def __str__(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which objects of a resource type; by default all of the cluster."""

    namespace: str = ""
    labels: str = ""
    """A label selector as the API takes it: `app=web,tier in (a, b)`."""
    fields: str = ""
    """A field selector as the API takes it: `metadata.name=web`."""

    def query(self) -> Mapping[str, str]:
        wanted = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {name: value for name, value in wanted.items() if value}


EVERYTHING = Selection()
