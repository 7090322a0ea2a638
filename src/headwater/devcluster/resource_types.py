"""The kinds that are served: the built-in ones from `data/kinds.json`, and those that CustomResourceDefinitions add."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final

import msgspec

from headwater.devcluster.objects import Object
from headwater.devcluster.schemas.node import Node
from headwater.devcluster.store import Kind

DATA: Final = "data/kinds.json"
METADATA: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

_DEPRECATED: Final = {
    ("", "endpoints"): "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}
_ALL_VERBS: Final = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a Table; `path` is a JSONPath, empty for built-in kinds, whose cells have code."""

    name: str
    type: str = "string"
    format: str = ""
    priority: int = 0
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePaths:
    """Where objects have what the scale subresource shows; the steps of each path."""

    replicas: tuple[str, ...] = ("spec", "replicas")
    status: tuple[str, ...] = ("status", "replicas")
    selector: tuple[str, ...] = ("spec", "selector")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One kind in one served version."""

    group: str
    version: str
    plural: str
    singular: str
    kind: str
    list_kind: str
    namespaced: bool
    verbs: tuple[str, ...] = _ALL_VERBS
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: frozenset[str] = frozenset()
    columns: tuple[Column, ...] = ()
    selectable: tuple[str, ...] = ()
    scale: ScalePaths = ScalePaths()
    schema: Node = field(repr=False, compare=False)
    schema_name: str = ""
    is_custom: bool = False
    is_storage: bool = True
    deprecation: str = ""

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def store_kind(self) -> Kind:
        return Kind(self.group, self.plural)

    @property
    def is_stored(self) -> bool:
        """Whether there are objects of it; the others are questions, such as TokenReview."""
        return "list" in self.verbs

    def base(self) -> str:
        """The path of its version, such as `/apis/apps/v1`."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What `tools/devcluster_facts.py` wrote down of Kubernetes' own kinds."""

    release: str
    resources: dict[str, list[Object]]
    schemas: dict[str, Object]
    messages: dict[str, dict[str, list[str]]]


@lru_cache(maxsize=1)
def facts() -> Facts:
    data = resources.files("headwater.devcluster").joinpath(DATA).read_bytes()
    read = msgspec.json.decode(data, type=Facts)
    for name, schema in read.schemas.items():
        schema["x-name"] = name
    return read


@lru_cache(maxsize=1)
def metadata_schema() -> Node:
    return Node({"allOf": [{"$ref": f"#/components/schemas/{METADATA}"}], "default": {}}, facts().schemas)


def built_in() -> Iterator[ResourceType]:
    """Every built-in kind, in the order of discovery."""
    known = facts()
    for api_version, entries in sorted(known.resources.items(), key=lambda found: (found[0] != "v1", found[0])):
        group, _, version = api_version.rpartition("/")
        for entry in entries:
            yield ResourceType(
                group=group,
                version=version,
                plural=entry["name"],
                singular=entry["singularName"],
                kind=entry["kind"],
                list_kind=f"{entry['kind']}List",
                namespaced=entry["namespaced"],
                verbs=tuple(entry["verbs"]),
                short_names=tuple(entry.get("shortNames", ())),
                categories=tuple(entry.get("categories", ())),
                subresources=frozenset(entry["subresources"]),
                columns=tuple(Column(**column) for column in entry["columns"]),
                schema=Node(known.schemas[entry["schema"]], known.schemas),
                schema_name=entry["schema"],
                deprecation=_DEPRECATED.get((group, entry["name"]), ""),
            )


class Catalog:
    """The kinds that are served now; `number` moves with every change to them."""

    def __init__(self) -> None:
        self.number = 1
        self._types: dict[tuple[str, str, str], ResourceType] = {}
        for found in built_in():
            self._types[found.group, found.version, found.plural] = found
        self._groups = {found.group for found in self._types.values()}
        self._stored = self._storage_types()

    def find(self, group: str, version: str, plural: str) -> ResourceType | None:
        return self._types.get((group, version, plural))

    def get(self, group: str, plural: str) -> ResourceType:
        """The version that is stored. Raises KeyError for a kind that is not served."""
        return self._stored[group, plural]

    def of_kind(self, api_version: str, kind: str) -> ResourceType | None:
        """The type that owner references mean; any version of the group will do."""
        group, _, version = api_version.rpartition("/")
        found = [each for each in self._types.values() if (each.group, each.kind) == (group, kind)]
        return next((each for each in found if each.version == version), found[0] if found else None)

    def is_built_in(self, group: str) -> bool:
        return group in self._groups

    def all(self) -> list[ResourceType]:
        return list(self._types.values())

    def stored(self) -> list[ResourceType]:
        """One type per kind that has objects."""
        distinct: dict[Kind, ResourceType] = {}
        for found in self._types.values():
            if found.is_stored and (found.is_storage or found.store_kind not in distinct):
                distinct.setdefault(found.store_kind, found)
        return list(distinct.values())

    def group_versions(self) -> dict[str, list[str]]:
        """Group → versions, both in order; the preferred version comes first."""
        found: dict[str, list[str]] = {}
        for each in self._types.values():
            versions = found.setdefault(each.group, [])
            if each.version not in versions:
                versions.append(each.version)
        return found

    def replace_custom(self, group: str, plural: str, types: list[ResourceType]) -> None:
        """Serve `types` as that kind's versions from now on; none takes the kind away."""
        kept = {key: found for key, found in self._types.items() if (found.group, found.plural) != (group, plural)}
        added = {(found.group, found.version, found.plural): found for found in types}
        self._types = kept | added
        self._stored = self._storage_types()
        self.number += 1

    def _storage_types(self) -> dict[tuple[str, str], ResourceType]:
        return {(found.group, found.plural): found for found in self._types.values() if found.is_storage}
