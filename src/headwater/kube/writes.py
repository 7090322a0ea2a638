"""What a write may carry: patches, and what must hold for a deletion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class PatchType(StrEnum):
    """The media type says how a patch is to be understood."""

    MERGE = "application/merge-patch+json"
    JSON = "application/json-patch+json"
    APPLY = "application/apply-patch+yaml"


@dataclass(frozen=True, slots=True)
class Patch:
    """A change to an object; `body` is anything that msgspec encodes, so structs as well as dicts."""

    type: PatchType
    body: object
    force: bool = False
    """Server-side apply only: take over fields that other managers own."""

    @classmethod
    def merge(cls, body: object) -> Self:
        return cls(PatchType.MERGE, body)

    @classmethod
    def json(cls, operations: Sequence[Mapping[str, Any]]) -> Self:
        """`[{"op": "test", "path": …, "value": …}, …]`; a failed `test` is an ObjectRefusedError."""
        return cls(PatchType.JSON, operations)

    @classmethod
    def apply(cls, body: object, *, force: bool = False) -> Self:
        """Server-side apply of `body`, which must name its apiVersion and kind."""
        return cls(PatchType.APPLY, body, force)

    def __repr__(self) -> str:
        return f"Patch({self.type.name})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconditions:
    """What must still hold of an object for it to be deleted; empty demands nothing."""

    uid: str = ""
    resource_version: str = ""

    def to_options(self, propagation: str) -> Mapping[str, Any]:
        """The body of a deletion (DeleteOptions)."""
        named = {"uid": self.uid, "resourceVersion": self.resource_version}
        return {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation,
            "preconditions": {name: value for name, value in named.items() if value},
        }


ANY_STATE = Preconditions()
