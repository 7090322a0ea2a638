"""What a write changed, as sets of fields."""

from typing import Any

from headwater.devcluster.fields.changes import changes, fields_of
from headwater.devcluster.resource_types import Catalog

MAPS = Catalog().get("", "configmaps").schema
DEPLOYMENTS = Catalog().get("apps", "deployments").schema


def config_map(**data: str) -> dict[str, Any]:
    return {"metadata": {"name": "c", "uid": "1"}, "data": data}


def test_a_new_map_is_owned_itself_and_by_its_keys() -> None:
    assert changes({}, config_map(a="1"), MAPS).set == {"f:data": {".": {}, "f:a": {}}}


def test_a_further_key_is_owned_alone() -> None:
    found = changes(config_map(a="1"), config_map(a="1", b="2"), MAPS)
    assert (found.set, found.removed) == ({"f:data": {"f:b": {}}}, {})


def test_what_is_gone_is_told_apart() -> None:
    found = changes(config_map(a="1", b="2"), config_map(a="2"), MAPS)
    assert (found.set, found.removed) == ({"f:data": {"f:a": {}}}, {"f:data": {"f:b": {}}})


def test_equal_is_no_change() -> None:
    found = changes(config_map(a="1"), config_map(a="1"), MAPS)
    assert (found.set, found.removed) == ({}, {})


def test_nobody_owns_what_the_server_gives() -> None:
    old, new = config_map(), config_map()
    new["metadata"] |= {"resourceVersion": "5", "generation": 2, "managedFields": [], "labels": {"a": "b"}}
    assert changes(old, new, MAPS).set == {"f:metadata": {"f:labels": {".": {}, "f:a": {}}}}


def test_items_with_keys_are_owned_one_by_one() -> None:
    def deployment(*images: str) -> dict[str, Any]:
        containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
        return {"spec": {"template": {"spec": {"containers": containers}}}}

    found = changes(deployment("a:1"), deployment("a:2", "b:1"), DEPLOYMENTS)
    containers = found.set["f:spec"]["f:template"]["f:spec"]["f:containers"]
    assert containers == {
        'k:{"name":"c0"}': {"f:image": {}},
        'k:{"name":"c1"}': {".": {}, "f:name": {}, "f:image": {}},
    }


def test_a_selector_is_owned_as_a_whole() -> None:
    body = {"spec": {"selector": {"matchLabels": {"a": "b"}}}}
    assert fields_of(body, DEPLOYMENTS) == {"f:spec": {"f:selector": {}}}


def test_who_applies_does_not_own_the_map_itself() -> None:
    assert fields_of(config_map(a="1"), MAPS) == {"f:data": {"f:a": {}}}
