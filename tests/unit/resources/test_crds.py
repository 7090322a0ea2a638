from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from headwater.resources.crds import GENERATORS_GROUP, KINDS, Kind, custom_resource_definition, to_yaml
from headwater.resources.references import GENERATOR_KINDS

DEPLOYED = Path(__file__).parents[3] / "deploy" / "kustomize" / "crds"
STRATEGIES = (".conversionStrategy", ".decodingStrategy", ".metadataPolicy", ".nullBytePolicy")
APPLY_LIMIT = 262_144
"""Bytes of the annotation in which `kubectl apply` keeps what it applied, and so of a CRD."""

BY_NAME = {kind.name: kind for kind in KINDS}


def schemas(kind: Kind) -> list[Any]:
    versions = custom_resource_definition(kind)["spec"]["versions"]
    return [version["schema"]["openAPIV3Schema"] for version in versions]


def walk(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    yield path, schema
    for name, part in schema.get("properties", {}).items():
        yield from walk(part, f"{path}.{name}")
    for inner, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if inner in schema:
            yield from walk(schema[inner], path + mark)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_deployed_file_is_what_the_structs_say(name: str) -> None:
    kind = BY_NAME[name]
    file = DEPLOYED / f"{kind.plural}.{kind.group}.yaml"
    assert file.read_text(encoding="utf-8") == to_yaml([custom_resource_definition(kind)])


def test_every_kind_and_nothing_else_is_deployed() -> None:
    files = {file.name for file in DEPLOYED.glob("*.yaml")} - {"kustomization.yaml"}
    assert files == {f"{kind.plural}.{kind.group}.yaml" for kind in KINDS}
    listed = yaml.safe_load((DEPLOYED / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert set(listed) == files


def test_there_are_six_kinds_of_secrets_and_every_generator() -> None:
    generators = {kind.name for kind in KINDS if kind.group == GENERATORS_GROUP}
    assert generators == {*GENERATOR_KINDS, "ClusterGenerator", "GeneratorState"}
    assert len(KINDS) - len(generators) == 6


@pytest.mark.parametrize("name", BY_NAME)
def test_plain_kubectl_apply_can_hold_it(name: str) -> None:
    assert len(to_yaml([custom_resource_definition(BY_NAME[name])]).encode()) < APPLY_LIMIT


@pytest.mark.parametrize("name", ["ExternalSecret", "ClusterExternalSecret", "SecretStore", "ClusterSecretStore"])
def test_v1_is_stored_and_v1beta1_served_with_the_same_schema(name: str) -> None:
    spec = custom_resource_definition(BY_NAME[name])["spec"]
    assert [(v["name"], v["served"], v["storage"]) for v in spec["versions"]] == [
        ("v1", True, True),
        ("v1beta1", True, False),
    ]
    assert "conversion" not in spec
    first, second = schemas(BY_NAME[name])
    assert first == second


@pytest.mark.parametrize("name", ["ExternalSecret", "ClusterExternalSecret"])
def test_no_strategy_has_a_default_that_would_drift_under_gitops(name: str) -> None:
    parts = [part for schema in schemas(BY_NAME[name]) for path, part in walk(schema) if path.endswith(STRATEGIES)]
    assert len(parts) >= 2 * len(STRATEGIES)
    assert not any("default" in part for part in parts)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_field_is_described(name: str) -> None:
    bare = [
        path
        for schema in schemas(BY_NAME[name])
        for path, part in walk(schema)
        if path not in {".apiVersion", ".kind", ".metadata"}
        and not path.endswith(("[]", "{}"))
        and not part.get("description")
    ]
    assert bare == []


@pytest.mark.parametrize("name", ["SecretStore", "ClusterSecretStore"])
def test_a_provider_that_we_lack_is_kept_whole(name: str) -> None:
    provider = schemas(BY_NAME[name])[0]["properties"]["spec"]["properties"]["provider"]
    assert set(provider["properties"]) == {"doppler", "fake"}
    assert (provider["minProperties"], provider["maxProperties"]) == (1, 1)
    assert provider["x-kubernetes-preserve-unknown-fields"] is True


@pytest.mark.parametrize("name", GENERATOR_KINDS)
def test_a_generators_spec_keeps_what_it_does_not_list(name: str) -> None:
    spec = schemas(BY_NAME[name])[0]["properties"]["spec"]
    assert spec["x-kubernetes-preserve-unknown-fields"] is True


def test_the_target_is_filled_in_as_eso_does() -> None:
    target = schemas(BY_NAME["ExternalSecret"])[0]["properties"]["spec"]["properties"]["target"]
    assert target["default"] == {"creationPolicy": "Owner", "deletionPolicy": "Retain"}


def test_the_stream_holds_no_anchor() -> None:
    text = to_yaml(custom_resource_definition(kind) for kind in KINDS)
    assert "&id" not in text
    assert len(list(yaml.safe_load_all(text))) == len(KINDS)
