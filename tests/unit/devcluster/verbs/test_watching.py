"""Watches: from a version on, without gaps, told as the selectors see it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from headwater.devcluster.verbs import watching
from tests.support.devcluster import MAPS, Devcluster, config_map

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


async def lines(stream: AsyncIterator[bytes]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    async for piece in stream:
        for line in piece.splitlines():
            event = json.loads(line)
            yield event["type"], event["object"]


def watch(dev: Devcluster, accept: str = "application/json", **query: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    answered = dev.ask("GET", MAPS, query={"watch": "true", **query}, accept=accept)
    assert answered.stream is not None, answered.body
    return lines(answered.stream)


async def take(events: AsyncIterator[tuple[str, dict[str, Any]]], count: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(5):
        while len(found) < count:
            kind, seen = await anext(events)
            found.append((kind, seen["metadata"].get("name", "")))
    return found


async def test_what_happened_since_comes_first_then_what_happens(dev: Devcluster) -> None:
    since = dev.get(MAPS)["metadata"]["resourceVersion"]
    dev.create(MAPS, config_map("a"))
    events = watch(dev, resourceVersion=since)
    assert await take(events, 1) == [("ADDED", "a")]
    dev.patch(f"{MAPS}/a", {"data": {"x": "1"}})
    dev.delete(f"{MAPS}/a")
    assert await take(events, 2) == [("MODIFIED", "a"), ("DELETED", "a")]


async def test_without_a_version_it_begins_with_all_that_is_there(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("a"))
    assert await take(watch(dev), 2) == [("ADDED", "a"), ("ADDED", "kube-root-ca.crt")]


async def test_initial_events_end_with_a_bookmark(dev: Devcluster) -> None:
    events = watch(dev, sendInitialEvents="true", allowWatchBookmarks="true", resourceVersionMatch="NotOlderThan")
    await take(events, 1)
    kind, found = await anext(events)
    assert kind == "BOOKMARK"
    assert found["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


async def test_a_selector_sees_objects_come_and_go(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("a"))
    since = dev.get(MAPS)["metadata"]["resourceVersion"]
    events = watch(dev, resourceVersion=since, labelSelector="on=yes")
    for labels in ({"on": "yes"}, {"on": "yes", "more": "1"}, {"on": "no"}, {"on": "never"}, {"on": "yes"}):
        dev.patch(f"{MAPS}/a", {"metadata": {"labels": {"more": None, **labels}}})
    told = [kind for kind, _ in await take(events, 4)]
    assert told == ["ADDED", "MODIFIED", "DELETED", "ADDED"]


async def test_another_namespace_is_not_told_of(dev: Devcluster) -> None:
    events = watch(dev, resourceVersion=dev.get(MAPS)["metadata"]["resourceVersion"])
    dev.create("/api/v1/namespaces/kube-system/configmaps", config_map("theirs", "kube-system"))
    dev.create(MAPS, config_map("ours"))
    assert await take(events, 1) == [("ADDED", "ours")]


async def test_bookmarks_come_while_nothing_happens(dev: Devcluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "BOOKMARK_SECONDS", 0.01)
    since = dev.get(MAPS)["metadata"]["resourceVersion"]
    dev.create(MAPS.replace("configmaps", "secrets"), {"metadata": {"name": "s"}})
    events = watch(dev, resourceVersion=since, allowWatchBookmarks="true")
    kind, found = await anext(events)
    assert (kind, int(found["metadata"]["resourceVersion"]) > int(since)) == ("BOOKMARK", True)


async def test_a_version_that_is_too_old_is_answered_at_once(dev: Devcluster) -> None:
    since = dev.get(MAPS)["metadata"]["resourceVersion"]
    dev.create(MAPS, config_map("a"))
    dev.cluster.store.forget_history()
    assert dev.status("GET", MAPS, watch="true", resourceVersion=since) == (410, "Expired")


async def test_a_watch_ends_in_its_time(dev: Devcluster) -> None:
    events = watch(dev, resourceVersion=dev.get(MAPS)["metadata"]["resourceVersion"], timeoutSeconds="1")
    async with asyncio.timeout(5):
        assert [event async for event in events] == []
    assert dev.cluster.store.of(dev.cluster.catalog.get("", "configmaps").store_kind).listeners == {}


async def test_a_table_tells_its_columns_once(dev: Devcluster) -> None:
    since = dev.get(MAPS)["metadata"]["resourceVersion"]
    dev.create(MAPS, config_map("a"))
    dev.create(MAPS, config_map("b"))
    events = watch(dev, TABLE, resourceVersion=since)
    (_, first), (_, second) = await anext(events), await anext(events)
    assert first["columnDefinitions"]
    assert second["columnDefinitions"] is None
    assert [row["rows"][0]["cells"][0] for row in (first, second)] == ["a", "b"]
