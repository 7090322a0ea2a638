"""The store: versions that only grow, events in order, and history that ends."""

import pytest

from headwater.devcluster.objects import Key, Object
from headwater.devcluster.status import RefusedError
from headwater.devcluster.store import REMEMBERED, Event, EventType, Kind, Store

MAPS = Kind("", "configmaps")


def config_map(name: str, namespace: str = "ns", **data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def test_every_write_has_a_version_of_its_own() -> None:
    store = Store()
    first = store.put(MAPS, config_map("a"))
    second = store.put(MAPS, config_map("a", x="1"))
    gone = store.delete(MAPS, Key("ns", "a"))
    assert first.version < second.version < gone.version == store.version
    assert gone.object["metadata"]["resourceVersion"] == str(gone.version)
    assert store.find(MAPS, Key("ns", "a")) is None


def test_objects_are_listed_by_namespace_and_name() -> None:
    store = Store()
    for namespace, name in (("b", "x"), ("a", "z"), ("a", "y"), ("c", "w")):
        store.put(MAPS, config_map(name, namespace))
    assert [record.key for record in store.of(MAPS).select("")] == [
        Key("a", "y"),
        Key("a", "z"),
        Key("b", "x"),
        Key("c", "w"),
    ]
    assert [record.key.name for record in store.of(MAPS).select("a")] == ["y", "z"]


def test_what_happened_since_a_version_is_told_in_order() -> None:
    store = Store()
    first = store.put(MAPS, config_map("a"))
    store.put(MAPS, config_map("b"))
    store.put(MAPS, config_map("a", x="1"))
    store.delete(MAPS, Key("ns", "b"))
    told = [(event.type, event.record.key.name) for event in store.of(MAPS).since(first.version)]
    assert told == [(EventType.ADDED, "b"), (EventType.MODIFIED, "a"), (EventType.DELETED, "b")]


def test_a_version_that_is_too_old_is_refused() -> None:
    store = Store()
    first = store.put(MAPS, config_map("a"))
    for _ in range(REMEMBERED):
        store.put(MAPS, config_map("a"))
    assert len(store.of(MAPS).since(first.version)) == REMEMBERED
    store.put(MAPS, config_map("a"))
    with pytest.raises(RefusedError) as refused:
        store.of(MAPS).since(first.version)
    assert (refused.value.code, refused.value.reason) == (410, "Expired")


def test_no_watch_starts_before_history_was_forgotten() -> None:
    store = Store()
    first = store.put(MAPS, config_map("a"))
    store.put(MAPS, config_map("b"))
    store.forget_history()
    with pytest.raises(RefusedError):
        store.of(MAPS).since(first.version)
    assert store.of(MAPS).since(store.version) == []


def test_listeners_hear_what_was_before_and_what_is() -> None:
    store = Store()
    heard: list[Event] = []
    store.listen(lambda _kind, event: heard.append(event))
    first = store.put(MAPS, config_map("a"))
    second = store.put(MAPS, config_map("a", x="1"))
    assert [(event.previous, event.record) for event in heard] == [(None, first), (first, second)]


def test_an_object_reads_as_any_version_of_its_kind() -> None:
    record = Store().put(MAPS, config_map("a"))
    assert b'"apiVersion":"v2"' in record.to_json("v2")
    assert b'"apiVersion":"v1"' in record.to_json("v1")
