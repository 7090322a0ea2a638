"""Everything that a user may have written under External Secrets Operator fits into our CRDs and stays.

The table is `eso_crds.tsv`. A node of ours that preserves unknown fields keeps whatever stands below it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from headwater.resources.crds import KINDS, custom_resource_definition
from headwater.resources.schema import OPEN

TABLE = Path(__file__).with_name("eso_crds.tsv")
SCHEMAS = {kind.name: custom_resource_definition(kind)["spec"]["versions"] for kind in KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    kind: str
    version: str
    path: str
    type: str
    limits: tuple[str, ...]

    def limit(self, name: str) -> str | None:
        return next((text.removeprefix(f"{name}=") for text in self.limits if text.startswith(f"{name}=")), None)


def read_rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = (line.split("\t") for line in lines)
    return [
        Row(kind=kind, version=version, path=path, type=type_, limits=tuple(limits))
        for kind, version, path, type_, *limits in rows
    ]


ROWS = read_rows()


@dataclass(frozen=True, slots=True)
class Node:
    schema: Any
    is_required: bool
    """False as well below a node that keeps everything."""


def find(row: Row) -> Node | None:
    """Our node for a path; None if the API server would delete what stands there."""
    [schema] = [v["schema"]["openAPIV3Schema"] for v in SCHEMAS[row.kind] if v["name"] == row.version]
    node = Node(schema, is_required=False)
    for name in row.path.replace("[]", ".[]").replace("{}", ".{}").split(".")[1:]:
        child = _child(node.schema, name)
        if child is None:
            return Node({**OPEN}, is_required=False) if node.schema.keys() >= OPEN.keys() else None
        node = child
    return node


def _child(schema: Any, name: str) -> Node | None:
    found = {"[]": schema.get("items"), "{}": schema.get("additionalProperties")}.get(name)
    found = found or schema.get("properties", {}).get(name)
    return Node(found, is_required=name in schema.get("required", [])) if found else None


@pytest.mark.parametrize("kind", SCHEMAS)
def test_no_field_is_lost(kind: str) -> None:
    rows = [row for row in ROWS if row.kind == kind]
    assert rows
    assert [f"{row.version} {row.path}" for row in rows if find(row) is None] == []


@pytest.mark.parametrize("kind", SCHEMAS)
def test_no_field_takes_less(kind: str) -> None:
    nodes = [(row, node) for row in ROWS if row.kind == kind and (node := find(row))]
    assert [f"{row.version} {row.path}: {why}" for row, node in nodes if (why := _stricter(row, node))] == []


def _stricter(row: Row, node: Node) -> str | None:
    ours = node.schema
    if node.is_required and "required" not in row.limits:
        return "required"
    if "type" in ours and ours["type"] != row.type:
        return f"type {ours['type']}"
    if "enum" in ours and not set((row.limit("enum") or "?").split(",")) <= set(ours["enum"]):
        return f"enum {ours['enum']}"
    lesser = [key for key in ("pattern", "minLength", "maxLength", "minItems", "minimum", "maximum") if key in ours]
    return next((key for key in lesser if row.limit(key) != json.dumps(ours[key])), None)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_nothing_is_filled_in_that_eso_does_not_fill_in(kind: str) -> None:
    """v1beta1 of ESO filled in more (the strategies); its stored version is what counts."""
    stored = SCHEMAS[kind][0]["name"]
    rows = [row for row in ROWS if row.kind == kind and row.version == stored]
    ours = [(row, node.schema["default"]) for row in rows if (node := find(row)) and "default" in node.schema]
    assert [row.path for row, default in ours if row.limit("default") != json.dumps(default)] == []


def test_the_table_names_every_provider_of_eso() -> None:
    providers = [row for row in ROWS if row.kind == "SecretStore" and row.version == "v1" and _is_provider(row.path)]
    assert len(providers) == 43


def _is_provider(path: str) -> bool:
    return path.startswith(".spec.provider.") and path.count(".") == len(("spec", "provider", "name"))
