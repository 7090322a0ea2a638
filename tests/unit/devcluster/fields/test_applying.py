"""Server-side apply: who owns what after it, what it takes away, and where it is refused."""

from typing import Any

import pytest

from headwater.devcluster.fields.applying import applied
from headwater.devcluster.fields.managed import APPLY, UPDATE, Manager, entries_of, updated
from headwater.devcluster.objects import Object, with_metadata
from headwater.devcluster.resource_types import Catalog
from headwater.devcluster.status import RefusedError

SCHEMA = Catalog().get("", "configmaps").schema
NOW = "2026-11-25T00:00:00Z"


def manager(name: str, operation: str = APPLY) -> Manager:
    return Manager(name=name, operation=operation, api_version="v1")


def config_map(**data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def apply(live: Object, name: str, *, force: bool = False, **data: str) -> Object:
    return applied(live, config_map(**data), SCHEMA, manager(name), NOW, force=force)


def owners(found: Object) -> dict[str, set[str]]:
    return {
        entry.manager.name: {step[2:] for step in entry.fields.get("f:data", {}) if step != "."}
        for entry in entries_of(found)
    }


def test_who_applies_owns_what_he_names() -> None:
    assert owners(apply({}, "me", a="1", b="2")) == {"me": {"a", "b"}}


def test_what_he_names_no_longer_goes() -> None:
    found = apply(apply({}, "me", a="1", b="2"), "me", a="1")
    assert (found["data"], owners(found)) == ({"a": "1"}, {"me": {"a"}})


def test_what_another_owns_too_stays() -> None:
    both = apply(apply({}, "me", a="1", b="2"), "you", b="2")
    found = apply(both, "me", a="1")
    assert (found["data"], owners(found)) == ({"a": "1", "b": "2"}, {"me": {"a"}, "you": {"b"}})


def test_another_value_for_anothers_field_is_a_conflict() -> None:
    with pytest.raises(RefusedError) as refused:
        apply(apply({}, "me", a="1"), "you", a="2")
    assert refused.value.code == 409
    assert refused.value.message == 'Apply failed with 1 conflict: conflict with "me": .data.a'


def test_who_forces_takes_the_field() -> None:
    found = apply(apply({}, "me", a="1", b="1"), "you", force=True, a="2")
    assert (found["data"], owners(found)) == ({"a": "2", "b": "1"}, {"me": {"b"}, "you": {"a"}})


def test_applying_the_same_again_changes_nothing() -> None:
    live = apply({}, "me", a="1")
    assert apply(live, "me", a="1") is live


def test_an_update_takes_fields_without_asking() -> None:
    live = apply({}, "me", a="1", b="1")
    edited = {**live, "data": {"a": "2", "c": "3"}}
    found = updated(live, edited, SCHEMA, manager("editor", UPDATE), NOW)
    assert owners(found) == {"editor": {"a", "c"}}


def test_a_conflict_with_an_editor_names_his_version() -> None:
    edited = updated({}, config_map(a="1"), SCHEMA, manager("editor", UPDATE), NOW)
    with pytest.raises(RefusedError, match=r'conflict with "editor" using v1: \.data\.a'):
        apply(edited, "me", a="2")


CONTAINERS: list[dict[str, Any]] = [{"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}]


def deployment(*containers: dict[str, Any]) -> Object:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "d"},
        "spec": {"template": {"spec": {"containers": list(containers)}}},
    }


def test_items_of_a_list_are_owned_one_by_one() -> None:
    schema = Catalog().get("apps", "deployments").schema
    first = applied({}, deployment(CONTAINERS[0]), schema, manager("me"), NOW, force=False)
    both = applied(first, deployment(CONTAINERS[1]), schema, manager("you"), NOW, force=False)
    assert both["spec"]["template"]["spec"]["containers"] == CONTAINERS
    left = applied(both, deployment(), schema, manager("me"), NOW, force=False)
    assert left["spec"]["template"]["spec"]["containers"] == [CONTAINERS[1]]


def test_what_another_owns_something_in_stays() -> None:
    live = updated({}, config_map(a="1", b="2"), SCHEMA, manager("first", UPDATE), NOW)
    heir = {**live["metadata"]["managedFields"][0], "manager": "me", "operation": "Apply"}
    shared = apply(with_metadata(live, managedFields=[heir]), "you", b="2")
    found = applied(shared, {**config_map(), "data": {}}, SCHEMA, manager("me"), NOW, force=False)
    assert (found["data"], owners(found)["you"]) == ({"b": "2"}, {"b"})


def test_the_time_is_of_the_last_write_that_changed_a_field() -> None:
    both = apply(apply({}, "me", a="1"), "you", a="1")
    assert {entry.manager.name: entry.time for entry in entries_of(both)} == {"me": NOW, "you": ""}
