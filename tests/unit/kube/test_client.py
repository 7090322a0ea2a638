"""The verbs, against a simulated API server: what goes over the wire and what comes back."""

import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from headwater.kube.client import USER_AGENT, KubeClient
from headwater.kube.errors import AlreadyExistsError, ApiUnavailableError, ObjectNotFoundError
from headwater.kube.resource import ObjectKey, ResourceType
from headwater.kube.writes import Patch, Preconditions
from tests.support.kube_simulator import THINGS, KubeSimulator, Meta, Thing

KEY = ObjectKey("web", "one")
ONE = Thing(metadata=Meta(name="one", namespace="web"), size=1)


@pytest.fixture
async def simulator() -> AsyncIterator[KubeSimulator]:
    async with KubeSimulator() as running:
        yield running


@pytest.fixture
async def client(simulator: KubeSimulator) -> AsyncIterator[KubeClient]:
    async with simulator.client() as connected:
        yield connected


async def test_what_is_created_is_read_back(client: KubeClient) -> None:
    created = await client.create(THINGS, "web", ONE)
    assert created.metadata.resource_version == "101"
    assert await client.get(THINGS, KEY) == created


async def test_what_is_not_there_is_an_error_to_get_and_none_to_find(client: KubeClient) -> None:
    with pytest.raises(ObjectNotFoundError, match=r"cannot get things.example.org web/one: NotFound"):
        await client.get(THINGS, KEY)
    assert await client.find(THINGS, KEY) is None


async def test_a_name_that_is_taken_is_an_error(client: KubeClient) -> None:
    await client.create(THINGS, "web", ONE)
    with pytest.raises(AlreadyExistsError):
        await client.create(THINGS, "web", ONE)


async def test_a_question_without_a_name_is_said_without_one(client: KubeClient, simulator: KubeSimulator) -> None:
    await simulator.stop()
    with pytest.raises(ApiUnavailableError, match=r"cannot create things.example.org: the connection failed"):
        await client.create(THINGS, "", {"kind": "Thing"})


async def test_a_merge_patch_changes_what_it_names(client: KubeClient, simulator: KubeSimulator) -> None:
    await client.create(THINGS, "web", Thing(metadata=ONE.metadata, size=1, note="kept"))
    patched = await client.patch(THINGS, KEY, Patch.merge({"size": 2}), field_manager="us", subresource="status")
    assert (patched.size, patched.note) == (2, "kept")
    seen = simulator.seen[-1]
    assert seen.path.endswith("/things/one/status")
    assert seen.query == {"fieldManager": "us"}
    assert seen.headers["Content-Type"] == "application/merge-patch+json"


PATCHES = {
    "merge": (Patch.merge({"a": None}), "application/merge-patch+json", {}, {"a": None}),
    "json": (Patch.json([{"op": "remove", "path": "/a"}]), "application/json-patch+json", {}, None),
    "apply": (Patch.apply({"a": 1}), "application/apply-patch+yaml", {}, {"a": 1}),
    "forced apply": (Patch.apply({"a": 1}, force=True), "application/apply-patch+yaml", {"force": "true"}, {"a": 1}),
}


@pytest.mark.parametrize("case", PATCHES)
async def test_a_patch_says_how_it_is_to_be_understood(case: str, client: KubeClient, simulator: KubeSimulator) -> None:
    patch, content_type, query, body = PATCHES[case]
    with pytest.raises(ObjectNotFoundError):
        await client.patch(THINGS, KEY, patch)
    seen = simulator.seen[-1]
    assert (seen.headers["Content-Type"], seen.query) == (content_type, query)
    assert json.loads(seen.body) == (body or [{"op": "remove", "path": "/a"}])


async def test_an_update_replaces(client: KubeClient) -> None:
    created = await client.create(THINGS, "web", Thing(metadata=ONE.metadata, size=1, note="gone"))
    updated = await client.update(THINGS, KEY, Thing(metadata=created.metadata, size=3))
    assert (updated.size, updated.note) == (3, "")


async def test_a_deletion_says_what_must_hold(client: KubeClient, simulator: KubeSimulator) -> None:
    await client.create(THINGS, "web", ONE)
    await client.delete(THINGS, KEY, preconditions=Preconditions(uid="u", resource_version="7"))
    assert json.loads(simulator.seen[-1].body) == {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
        "preconditions": {"uid": "u", "resourceVersion": "7"},
    }
    assert simulator.objects == {}


async def test_all_pages_make_one_list(client: KubeClient, simulator: KubeSimulator) -> None:
    for number in range(1001):
        simulator.put(f"thing-{number}")
    listing = await client.list(THINGS)
    assert len({thing.metadata.name for thing in listing.items}) == 1001
    assert listing.resource_version == str(simulator.version)


async def test_lists_alone_are_compressed(client: KubeClient, simulator: KubeSimulator) -> None:
    await client.list(THINGS)
    await client.find(THINGS, KEY)
    assert [seen.headers["Accept-Encoding"] for seen in simulator.seen] == ["gzip", "identity"]


async def test_values_are_not_asked_for_where_metadata_will_do(client: KubeClient, simulator: KubeSimulator) -> None:
    metadata_of_things = ResourceType(
        group="example.org", version="v1", plural="things", kind="Thing", struct=Thing, metadata_only=True
    )
    await client.list(metadata_of_things)
    async with client.watch(metadata_of_things, "100"):
        pass
    asked = [seen.headers["Accept"] for seen in simulator.seen]
    assert [each.split(";")[1] for each in asked] == ["as=PartialObjectMetadataList", "as=PartialObjectMetadata"]


async def test_a_token_is_asked_for_and_stays_hidden(client: KubeClient, simulator: KubeSimulator) -> None:
    async def issue(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"status": {"token": "t0ken", "expirationTimestamp": "2026-01-01T00:00:00Z"}})

    simulator.trouble = [issue]
    issued = await client.create_token(ObjectKey("web", "robot"), ["https://example.org"], seconds=900)
    assert (issued.bearer.reveal(), issued.expires) == ("t0ken", "2026-01-01T00:00:00Z")
    assert "t0ken" not in repr(issued)
    assert simulator.seen[-1].path == "/api/v1/namespaces/web/serviceaccounts/robot/token"
    assert json.loads(simulator.seen[-1].body)["spec"] == {
        "audiences": ["https://example.org"],
        "expirationSeconds": 900,
    }


def test_the_user_agent_names_program_and_release() -> None:
    name, _, release = USER_AGENT.partition("/")
    assert name == "headwater-operator"
    assert release
