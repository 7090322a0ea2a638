import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from headwater.kube.errors import AlreadyExistsError, StaleObjectError
from headwater.kube.resource import ObjectKey
from headwater.operator.cluster import Cluster, LaggingError
from headwater.operator.names import StoreId
from headwater.operator.resource_types import SECRETS
from headwater.operator.target import target_of_secret
from headwater.resources.external_secret import CreationPolicy
from headwater.resources.references import StoreKind
from tests.support.memory_cluster import MemoryCluster
from tests.support.operator_builders import DIGEST, NEW, OLD, external_secret, wanted
from tests.support.operator_manifests import fake_store, kube_secret

KEY = ObjectKey("default", "app")
OWNER = external_secret()


class Default:
    namespace = "default"


@asynccontextmanager
async def following(memory: MemoryCluster) -> AsyncIterator[Cluster]:
    """A cluster whose informers have read everything."""
    cluster = Cluster(memory.client(), DIGEST)
    running = [asyncio.create_task(informer.run()) for informer in cluster.informers]
    for informer in cluster.informers:
        await informer.synced.wait()
    yield cluster
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_what_was_written_is_known_before_the_watch_tells() -> None:
    memory = MemoryCluster(lag=lambda _call: 3600.0)
    async with following(memory) as cluster:
        await cluster.write(wanted(OWNER, NEW), None)
        target = cluster.find_target(KEY)
        assert target is not None
        assert target.is_as_written
        assert cluster.created_by(ObjectKey("default", "app")) == (target,)


async def test_a_secret_that_changed_since_it_was_seen_is_not_written() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await cluster.write(wanted(OWNER, OLD), None)
        seen = cluster.find_target(KEY)
        await memory.put(kube_secret(Default(), "app", {"by": "hand"}))
        with pytest.raises(StaleObjectError):
            await cluster.write(wanted(OWNER, NEW), seen)
        found = memory.get("secrets", "app")
        assert found is not None
        assert found["data"].keys() == {"by"}


async def test_a_secret_that_was_not_there_is_not_written_over() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await memory.put(kube_secret(Default(), "app", {"by": "hand"}))
        with pytest.raises(AlreadyExistsError):
            await cluster.write(wanted(OWNER, NEW), None)


async def test_a_secret_that_is_gone_is_not_merged_into() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await memory.put(kube_secret(Default(), "app", {"by": "hand"}))
        found = await memory.client().get(SECRETS, KEY)
        await memory.remove("secrets", "app")
        merging = external_secret(creation=CreationPolicy.MERGE)
        with pytest.raises(StaleObjectError):
            await cluster.write(wanted(merging, NEW), target_of_secret(found, DIGEST))
        assert memory.get("secrets", "app") is None


async def test_a_write_that_would_change_nothing_is_not_made() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await cluster.write(wanted(OWNER, NEW), None)
        await cluster.write(wanted(OWNER, NEW), cluster.find_target(KEY))
    assert memory.writes == ["create secrets"]


async def test_an_orphan_that_is_gone_already_is_no_error() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await cluster.write(wanted(OWNER, NEW), None)
        seen = cluster.find_target(KEY)
        assert seen is not None
        await memory.remove("secrets", "app")
        await cluster.delete(seen)


async def test_an_orphan_that_changed_is_not_deleted() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await cluster.write(wanted(OWNER, NEW), None)
        seen = cluster.find_target(KEY)
        assert seen is not None
        await memory.put(kube_secret(Default(), "app", {"by": "hand"}))
        with pytest.raises(StaleObjectError):
            await cluster.delete(seen)
        assert memory.get("secrets", "app") is not None


async def test_a_secret_whose_content_has_not_come_yet_is_waited_for() -> None:
    memory = MemoryCluster()
    async with following(memory) as cluster:
        await cluster.write(wanted(OWNER, NEW), None)
        written = await memory.client().get(SECRETS, KEY)
    fresh = Cluster(memory.client(), DIGEST)
    fresh.secrets.observed(msgspec.convert(msgspec.to_builtins(written), fresh.secrets.resource.struct))
    with pytest.raises(LaggingError):
        fresh.find_target(KEY)


async def test_stores_are_found_by_kind() -> None:
    memory = MemoryCluster()
    await memory.put(fake_store(Default(), {}, name="same"))
    async with following(memory) as cluster:
        assert cluster.find_store(StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "same"))) is not None
        assert cluster.find_store(StoreId(StoreKind.CLUSTER_SECRET_STORE, ObjectKey("", "same"))) is None
