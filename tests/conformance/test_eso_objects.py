"""Objects with every field that External Secrets Operator has, read into our structs and written back: nothing is lost.

Defaults are compared as the API server fills them in: our structs do not write them.
"""

import json
from typing import Any

import msgspec
import pytest

from headwater.resources.crds import KINDS, custom_resource_definition
from headwater.resources.openapi import Schema
from headwater.resources.secret_store import SecretStoreSpec, chosen_provider
from tests.support.eso_objects import PROVIDERS, SPECS

STRUCTS = {kind.name: kind.struct for kind in KINDS}
SCHEMAS: dict[str, Schema] = {
    kind.name: custom_resource_definition(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"] for kind in KINDS
}


@pytest.mark.parametrize("kind", SPECS)
def test_every_field_is_read_and_written_back(kind: str) -> None:
    written = {"apiVersion": "x/v1", "kind": kind, "metadata": {"name": "n", "labels": {"a": "b"}}, "spec": SPECS[kind]}
    read = msgspec.json.decode(json.dumps(written), type=STRUCTS[kind])
    again = msgspec.json.decode(msgspec.json.encode(read))
    assert filled_in(again, SCHEMAS[kind]) == filled_in(written, SCHEMAS[kind])


@pytest.mark.parametrize("key", PROVIDERS)
def test_every_providers_store_is_read_and_its_provider_named(key: str) -> None:
    provider = chosen_provider(msgspec.convert({"provider": {key: PROVIDERS[key]}}, SecretStoreSpec))
    assert getattr(provider, "name", key) == key


def filled_in(value: Any, schema: Schema) -> Any:
    """`value` with the schema's defaults, as the API server stores it; empty maps and lists count as absent."""
    if isinstance(value, list):
        return [filled_in(item, schema.get("items", {})) for item in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    defaults = {name: part["default"] for name, part in properties.items() if "default" in part}
    members = {name: member for name, member in {**defaults, **value}.items() if member not in ({}, [])}
    rest = schema.get("additionalProperties", {})
    return {name: filled_in(member, properties.get(name, rest)) for name, member in members.items()}
