"""Creating, updating and patching: versions, generations, status apart from spec, writes that change nothing."""

import pytest

from headwater.devcluster.http import JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH
from tests.support.devcluster import APPLY, MAPS, Devcluster, config_map

DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.com"},
    "spec": {
        "group": "example.com",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets"},
        "versions": [
            {
                "name": name,
                "served": True,
                "storage": name == "v1",
                "subresources": {"status": {}},
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {"type": "object", "properties": {"size": {"type": "integer", "default": 1}}},
                            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                        },
                    }
                },
            }
            for name in ("v1", "v1beta1")
        ],
    },
}
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"


def widget(name: str = "w", version: str = "v1", **spec: object) -> dict[str, object]:
    return {"apiVersion": f"example.com/{version}", "kind": "Widget", "metadata": {"name": name}, "spec": spec}


@pytest.fixture
def with_widgets(dev: Devcluster) -> Devcluster:
    dev.create(DEFINITIONS, DEFINITION)
    return dev


def test_a_new_object_gets_what_the_server_gives(dev: Devcluster) -> None:
    meta = dev.create(MAPS, config_map("c", a="1"))["metadata"]
    assert meta["creationTimestamp"] == "2026-11-25T12:00:00Z"
    assert meta["uid"]
    assert int(meta["resourceVersion"]) > 1
    assert "generation" not in meta


def test_a_generated_name_is_used_once(dev: Devcluster) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "c-"}}
    names = {dev.create(MAPS, body)["metadata"]["name"] for _ in range(3)}
    assert len(names) == 3
    assert all(name.startswith("c-") for name in names)


def test_an_update_under_an_old_version_is_a_conflict(dev: Devcluster) -> None:
    first = dev.create(MAPS, config_map("c", a="1"))
    dev.put(f"{MAPS}/c", {**first, "data": {"a": "2"}})
    assert dev.status("PUT", f"{MAPS}/c", {**first, "data": {"a": "3"}}) == (409, "Conflict")
    assert dev.get(f"{MAPS}/c")["data"] == {"a": "2"}


@pytest.mark.parametrize("kind", [MERGE_PATCH, STRATEGIC_PATCH, APPLY])
def test_a_write_that_changes_nothing_keeps_the_version(dev: Devcluster, kind: str) -> None:
    body = config_map("c", a="1")
    dev.apply(f"{MAPS}/c", body)
    before = dev.get(f"{MAPS}/c")["metadata"]
    dev.patch(f"{MAPS}/c", body, kind, fieldManager="tests")
    assert dev.get(f"{MAPS}/c")["metadata"] == before


def test_a_dry_run_answers_and_stores_nothing(dev: Devcluster) -> None:
    assert dev.create(MAPS, config_map("c"), dryRun="All")["metadata"]["uid"]
    assert not dev.exists(f"{MAPS}/c")


def test_spec_counts_and_status_does_not(with_widgets: Devcluster) -> None:
    dev = with_widgets
    dev.create(WIDGETS, widget())
    dev.patch(f"{WIDGETS}/w/status", {"status": {"ready": True}})
    assert dev.get(f"{WIDGETS}/w")["metadata"]["generation"] == 1
    dev.patch(f"{WIDGETS}/w", {"spec": {"size": 2}})
    assert dev.get(f"{WIDGETS}/w")["metadata"]["generation"] == 2


def test_status_and_spec_are_written_apart(with_widgets: Devcluster) -> None:
    dev = with_widgets
    created = dev.create(WIDGETS, {**widget(), "status": {"ready": True}})
    assert "status" not in created
    both = {"spec": {"size": 5}, "status": {"ready": True}, "metadata": {"labels": {"a": "b"}}}
    reported = dev.patch(f"{WIDGETS}/w/status", both)
    assert (reported["spec"], reported["status"]) == ({"size": 1}, {"ready": True})
    assert "labels" not in reported["metadata"]
    changed = dev.patch(f"{WIDGETS}/w", {"spec": {"size": 5}, "status": {"ready": False}})
    assert (changed["spec"], changed["status"]) == ({"size": 5}, {"ready": True})


def test_an_object_is_read_as_each_served_version(with_widgets: Devcluster) -> None:
    dev = with_widgets
    dev.create(WIDGETS, widget())
    older = dev.get(WIDGETS.replace("v1", "v1beta1") + "/w")
    assert older["apiVersion"] == "example.com/v1beta1"
    dev.put(WIDGETS.replace("v1", "v1beta1") + "/w", {**older, "spec": {"size": 3}})
    assert dev.get(f"{WIDGETS}/w")["spec"] == {"size": 3}


def test_a_strategic_patch_of_a_custom_kind_is_not_understood(with_widgets: Devcluster) -> None:
    with_widgets.create(WIDGETS, widget())
    answered = with_widgets.ask("PATCH", f"{WIDGETS}/w", {}, kind=STRATEGIC_PATCH)
    assert answered.status == 415


def test_unknown_fields_are_ignored_told_or_refused(with_widgets: Devcluster) -> None:
    dev = with_widgets
    assert dev.create(WIDGETS, widget("a", nope=1), fieldValidation="Ignore")["spec"] == {"size": 1}
    told = dev.ask("POST", WIDGETS, widget("b", nope=1), query={"fieldValidation": "Warn"})
    assert list(told.warnings) == ['unknown field "spec.nope"']
    assert dev.status("POST", WIDGETS, widget("c", nope=1), fieldValidation="Strict") == (400, "BadRequest")


def test_a_json_patch_that_tests_guards_a_write(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("c", a="1"))
    guarded = [{"op": "test", "path": "/data/a", "value": "1"}, {"op": "replace", "path": "/data/a", "value": "2"}]
    assert dev.patch(f"{MAPS}/c", guarded, JSON_PATCH)["data"] == {"a": "2"}
    assert dev.ask("PATCH", f"{MAPS}/c", guarded, kind=JSON_PATCH).status == 422


def test_an_apply_needs_the_name_of_who_applies(dev: Devcluster) -> None:
    assert dev.ask("PATCH", f"{MAPS}/c", config_map("c"), kind=APPLY).status == 422


def test_an_apply_of_a_uid_creates_nothing(dev: Devcluster) -> None:
    body = config_map("c")
    body["metadata"]["uid"] = "00000099-0000"
    answered = dev.ask("PATCH", f"{MAPS}/c", body, kind=APPLY, query={"fieldManager": "tests"})
    assert answered.status == 409


def test_one_may_not_rename_an_object(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("c"))
    assert dev.status("PATCH", f"{MAPS}/c", {"metadata": {"name": "d"}}) == (400, "BadRequest")
    assert dev.status("PUT", f"{MAPS}/c", config_map("d")) == (400, "BadRequest")


def test_a_secret_takes_text_and_keeps_bytes(dev: Devcluster) -> None:
    path = MAPS.replace("configmaps", "secrets")
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}}
    created = dev.create(path, body)
    assert (created["data"], created["type"]) == ({"a": "Yg=="}, "Opaque")
    assert "stringData" not in created
