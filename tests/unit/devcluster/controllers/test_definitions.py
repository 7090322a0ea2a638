"""CustomResourceDefinitions: served at once, withdrawn with everything of theirs."""

import json

from tests.support.devcluster import DEFINITIONS, WIDGETS, Devcluster, definition, widget


def test_a_kind_is_served_from_its_definition_on(dev: Devcluster) -> None:
    assert not dev.exists(WIDGETS)
    dev.create(DEFINITIONS, definition("v1"))
    dev.create(WIDGETS, widget())
    assert dev.exists(f"{WIDGETS}/w")
    assert "example.com" in [group["name"] for group in dev.get("/apis")["groups"]]
    assert [each["name"] for each in dev.get("/apis/example.com/v1")["resources"]] == ["widgets"]
    assert "apis/example.com/v1" in dev.get("/openapi/v3")["paths"]


def test_a_definition_is_established(dev: Devcluster) -> None:
    dev.create(DEFINITIONS, definition("v1"))
    dev.settle()
    status = dev.get(f"{DEFINITIONS}/widgets.example.com")["status"]
    assert {each["type"]: each["status"] for each in status["conditions"]} == {
        "NamesAccepted": "True",
        "Established": "True",
    }
    assert status["storedVersions"] == ["v1"]


def test_newer_versions_come_first(dev: Devcluster) -> None:
    dev.create(DEFINITIONS, definition("v1", "v1beta1", "v2", "v2alpha1", "v1beta2"))
    group = dev.get("/apis/example.com")
    assert [each["version"] for each in group["versions"]] == ["v2", "v1", "v1beta2", "v1beta1", "v2alpha1"]


def test_a_version_that_is_no_longer_served_is_gone(dev: Devcluster) -> None:
    dev.create(DEFINITIONS, definition("v1", "v1beta1"))
    dev.settle()
    dev.patch(f"{DEFINITIONS}/widgets.example.com", {"spec": definition("v1")["spec"]})
    assert not dev.exists(WIDGETS.replace("v1", "v1beta1"))
    assert dev.exists(WIDGETS)


def test_a_definition_takes_its_objects_with_it(dev: Devcluster) -> None:
    dev.create(DEFINITIONS, definition("v1"))
    held = widget()
    held["metadata"]["finalizers"] = ["example.com/hold"]
    dev.create(WIDGETS, held)
    dev.settle()
    dev.delete(f"{DEFINITIONS}/widgets.example.com")
    dev.settle()
    assert dev.exists(f"{WIDGETS}/w")
    dev.patch(f"{WIDGETS}/w", {"metadata": {"finalizers": []}})
    dev.settle()
    assert not dev.exists(f"{DEFINITIONS}/widgets.example.com")
    assert not dev.exists(WIDGETS)


def test_discovery_in_one_says_the_same_as_discovery_in_parts(dev: Devcluster) -> None:
    dev.create(DEFINITIONS, definition("v1"))
    accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    whole = json.loads(dev.ask("GET", "/apis", accept=accept).body)
    for group in whole["items"]:
        for version in group["versions"]:
            parts = dev.get(f"/apis/{group['metadata']['name']}/{version['version']}")["resources"]
            names = [each["name"] for each in parts if "/" not in each["name"]]
            assert [each["resource"] for each in version["resources"]] == names
