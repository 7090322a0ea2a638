"""One node of a schema, read from OpenAPI; its children are read when first asked for, since built-in kinds recurse."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from headwater.devcluster.objects import Json, Object

_REFERENCE: Final = "#/components/schemas/"
_NO_DEFAULT: Final = object()


class Node:
    """A schema at one place of an object.

    `definitions` is what its references point into; schemas of CustomResourceDefinitions have none.
    """

    def __init__(self, raw: Object, definitions: Mapping[str, Object], *, custom: bool = False) -> None:
        self.raw = _resolved(raw, definitions)
        self._definitions = definitions
        self.custom = custom
        self._children: dict[str, Node] = {}
        self.type: str = self.raw.get("type", "")
        self.is_open: bool = bool(self.raw.get("x-kubernetes-preserve-unknown-fields"))
        self.is_embedded: bool = bool(self.raw.get("x-kubernetes-embedded-resource"))
        self.is_int_or_string: bool = bool(self.raw.get("x-kubernetes-int-or-string")) or (
            self.raw.get("format") == "int-or-string"
        )
        self.is_quantity: bool = "oneOf" in self.raw and not custom and not self.is_int_or_string
        self.nullable: bool = bool(self.raw.get("nullable"))
        self.is_anything = not self.type and "properties" not in self.raw and not self.is_int_or_string

    @cached_property
    def properties(self) -> Mapping[str, Object]:
        found: Mapping[str, Object] = self.raw.get("properties") or {}
        return found

    @cached_property
    def extra(self) -> "Node | None":
        """The schema of the values of a map."""
        raw = self.raw.get("additionalProperties")
        return self._node(raw) if isinstance(raw, dict) else None

    @cached_property
    def takes_any_name(self) -> bool:
        """Whether names that it does not declare are kept."""
        if self.is_open or self.is_anything or self.raw.get("additionalProperties"):
            return True
        return not self.custom and self.type == "object" and "properties" not in self.raw

    @cached_property
    def items(self) -> "Node | None":
        raw = self.raw.get("items")
        return self._node(raw) if isinstance(raw, dict) else None

    def field(self, name: str) -> "Node | None":
        """The declared field of that name."""
        found = self._children.get(name)
        if found is None and name in self.properties:
            found = self._children[name] = self._node(self.properties[name])
        return found

    def adopt(self, name: str, node: "Node") -> None:
        """Have `node` stand for the declared field of that name."""
        self._children[name] = node

    def child(self, name: str) -> "Node | None":
        """The schema for what stands under `name`: a declared field's, or that of a map's values."""
        return self.field(name) or self.extra

    @cached_property
    def default(self) -> Json:
        return self.raw.get("default", _NO_DEFAULT)

    @cached_property
    def has_default(self) -> bool:
        return self.default is not _NO_DEFAULT

    @cached_property
    def is_always_there(self) -> bool:
        """A built-in struct that Go holds by value: absent and empty are the same."""
        return not self.custom and self.raw.get("default") == {} and self.type == "object"

    @cached_property
    def list_type(self) -> str:
        found: str = self.raw.get("x-kubernetes-list-type", "atomic")
        return found

    @cached_property
    def list_keys(self) -> tuple[str, ...]:
        return tuple(self.raw.get("x-kubernetes-list-map-keys") or ())

    @cached_property
    def is_atomic(self) -> bool:
        """Whether an object here is owned and replaced as a whole."""
        return self.raw.get("x-kubernetes-map-type") == "atomic"

    @cached_property
    def merge_key(self) -> str:
        found: str = self.raw.get("x-kubernetes-patch-merge-key", "")
        return found

    @cached_property
    def merge_strategies(self) -> frozenset[str]:
        return frozenset(str(self.raw.get("x-kubernetes-patch-strategy", "")).split(","))

    def _node(self, raw: Object) -> "Node":
        return Node(raw, self._definitions, custom=self.custom)


def _resolved(raw: Object, definitions: Mapping[str, Object]) -> Object:
    """With its reference, alone or as the one member of `allOf`, filled in below what it says itself."""
    reference = raw.get("$ref")
    rest = raw
    if reference is None and definitions:
        members: list[Object] = raw.get("allOf") or []
        if len(members) == 1 and "$ref" in members[0]:
            reference = members[0]["$ref"]
            rest = {key: value for key, value in raw.items() if key != "allOf"}
    if reference is None:
        return raw
    target = definitions[reference.removeprefix(_REFERENCE)]
    return {**_resolved(target, definitions), **{key: value for key, value in rest.items() if key != "$ref"}}
