"""The whole operator on a cluster in memory: whatever goes wrong at whichever write, it ends in the same state.

Fault points are taken by number: a scenario is run once to count its writes, then once per write and kind of fault.
"""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from typing import Any, NamedTuple

import pytest
import structlog

from headwater.kube.transport import Call
from headwater.operator.external_secret import reconcile
from headwater.operator.external_secret.request import Request, read_request
from headwater.operator.manager import Manager
from headwater.operator.providers import load_providers
from headwater.operator.providers.protocol import (
    Body,
    Credential,
    CredentialRef,
    ETag,
    FailureKind,
    FeedKey,
    FetchFailedError,
    Hint,
    Provider,
    Store,
    Unchanged,
    Validation,
)
from headwater.operator.settings import OperatorSettings
from headwater.resources.external_secret import ExternalSecret
from headwater.resources.marks import MANAGED_LABEL
from tests.support.canary import secret
from tests.support.memory_cluster import Document, Fault, Killed, MemoryCluster
from tests.support.memory_source import MemorySource
from tests.support.operator_manifests import external_secret, fake_store, kube_secret
from tests.support.virtual_loop import run_in_virtual_time

VALUES = {"A": secret("a"), "B": secret("b")}
LONG = 60.0
"""Seconds in which everything has happened; they pass in no time."""


class Default(NamedTuple):
    namespace: str = "default"


DEFAULT = Default()


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run_in_virtual_time(scenario())


async def operate(
    cluster: MemoryCluster, seconds: float = LONG, *, providers: Mapping[str, Provider] | None = None
) -> bool:
    """Run an operator for a while; whether it lived."""
    manager = Manager(cluster.client(), providers or load_providers({}), OperatorSettings())
    running = asyncio.create_task(manager.run(synced=asyncio.Event()))
    done, _ = await asyncio.wait([running], timeout=seconds)
    running.cancel()
    ended = (await asyncio.gather(running, return_exceptions=True))[0]
    assert not done or (isinstance(ended, BaseExceptionGroup) and ended.subgroup(Killed)), ended
    return not done


class SlowSource(MemorySource):
    """Needs a token, and takes its time to say whether it knows it."""

    def __init__(self, values: dict[str, str], *, seconds: float = 0.0) -> None:
        super().__init__(values)
        self.seconds = seconds
        self.refused: FetchFailedError | None = None

    def credential_ref(self, store: Store) -> CredentialRef | None:
        del store
        return CredentialRef(name="token", key="dopplerToken", namespace=None, path="provider.fake")

    async def validate(self, store: Store, credential: Credential) -> Validation:
        await asyncio.sleep(self.seconds)
        if self.refused is not None:
            raise self.refused
        return await super().validate(store, credential)


TOKEN = kube_secret(DEFAULT, "token", {"dopplerToken": secret("token")})


async def fed_by(source: SlowSource, cluster: MemoryCluster) -> "asyncio.Task[bool]":
    """An ExternalSecret in place that `source` feeds, and the operator at work."""
    await cluster.put(TOKEN)
    await cluster.put(fake_store(DEFAULT, {}))
    await cluster.put(external_secret(DEFAULT, VALUES))
    operating = asyncio.create_task(operate(cluster, 100, providers={"fake": source}))
    await asyncio.sleep(30)
    assert data(cluster, "app") == VALUES
    return operating


def data(cluster: MemoryCluster, name: str) -> dict[str, str]:
    found = cluster.get("secrets", name)
    assert found is not None
    return {key: base64.b64decode(value).decode() for key, value in found.get("data", {}).items()}


def ready(document: Document | None) -> tuple[str, str]:
    assert document is not None
    [condition] = document["status"]["conditions"]
    return condition["status"], condition["message"]


async def everything(cluster: MemoryCluster) -> None:
    """One of each: made, merged, orphaned, renamed, refused."""
    await cluster.put({"kind": "Namespace", "metadata": {"name": "default"}})
    await cluster.put(fake_store(DEFAULT, VALUES))
    await cluster.put(kube_secret(DEFAULT, "merged", {"OTHER": "x"}))
    await cluster.put(external_secret(DEFAULT, VALUES, name="owned"))
    await cluster.put(external_secret(DEFAULT, VALUES, name="merging", target="merged", creation="Merge"))
    await cluster.put(external_secret(DEFAULT, VALUES, name="orphaned", creation="Orphan"))
    await cluster.put(external_secret(DEFAULT, VALUES, name="lost", store="missing"))


def assert_all_is_well(cluster: MemoryCluster) -> None:
    assert data(cluster, "owned") == VALUES
    assert data(cluster, "orphaned") == VALUES
    assert data(cluster, "merged") == {**VALUES, "OTHER": "x"}
    assert cluster.get("secrets", "lost") is None
    for name in ("owned", "merging", "orphaned"):
        assert ready(cluster.get("externalsecrets", name)) == ("True", "secret synced")
    assert ready(cluster.get("externalsecrets", "lost"))[0] == "False"
    assert ready(cluster.get("secretstores", "store")) == ("True", "store validated")


def count_writes() -> int:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await everything(cluster)
        assert await operate(cluster)

    run(scenario)
    return len(cluster.writes)


WRITES = count_writes()


def test_a_first_sync_takes_three_writes_each_and_a_failure_two() -> None:
    assert WRITES == 3 + 3 + 3 + 2 + 2


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_whatever_goes_wrong_it_ends_in_the_same_state(number: int, fault: Fault) -> None:
    cluster = MemoryCluster(faults={number: fault})

    async def scenario() -> None:
        await everything(cluster)
        lived = await operate(cluster)
        assert lived is (fault in {Fault.REFUSED, Fault.LOST})
        if not lived:
            assert await operate(cluster)

    run(scenario)
    assert_all_is_well(cluster)


def test_started_again_it_writes_nothing() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await everything(cluster)
        await operate(cluster)
        cluster.writes.clear()
        await operate(cluster)

    run(scenario)
    assert cluster.writes == []


def test_a_quiet_day_writes_refresh_times_and_nothing_else() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await everything(cluster)
        await operate(cluster)
        cluster.writes.clear()
        await operate(cluster, 3000)

    run(scenario)
    assert set(cluster.writes) <= {"patch externalsecrets/status"}


def test_a_hand_edit_is_undone_and_a_removed_label_set_again() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await everything(cluster)
        operating = asyncio.create_task(operate(cluster, 100))
        await asyncio.sleep(10)
        made = cluster.get("secrets", "owned")
        assert made is not None
        await cluster.put({**made, "data": {"A": base64.b64encode(b"by hand").decode()}})
        await asyncio.sleep(1)
        assert data(cluster, "owned") == VALUES
        made = cluster.get("secrets", "owned")
        assert made is not None
        del made["metadata"]["labels"][MANAGED_LABEL]
        await cluster.put(made)
        await asyncio.sleep(1)
        again = cluster.get("secrets", "owned")
        assert again is not None
        assert again["metadata"]["labels"][MANAGED_LABEL] == "true"
        assert await operating

    run(scenario)


def test_a_bug_in_one_object_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = MemoryCluster()

    def broken(found: ExternalSecret) -> Request:
        if found.metadata.name == "orphaned":
            raise RuntimeError("a bug")
        return read_request(found)

    monkeypatch.setattr(reconcile, "read_request", broken)

    async def scenario() -> None:
        await everything(cluster)
        assert await operate(cluster)

    with structlog.testing.capture_logs() as logged:
        run(scenario)
    assert {entry["object"] for entry in logged if entry["event"] == "reconcile.failed"} == {"default/orphaned"}
    internal = ("False", "could not update secret: internal error, see the operator's log")
    assert ready(cluster.get("externalsecrets", "orphaned")) == internal
    assert data(cluster, "owned") == VALUES


def test_a_store_serves_only_once_its_present_edit_was_found_valid() -> None:
    cluster, source = MemoryCluster(), SlowSource(VALUES)

    async def scenario() -> None:
        operating = await fed_by(source, cluster)
        source.values = {**VALUES, "A": secret("of a store that is refused")}
        source.seconds, source.refused = 5.0, FetchFailedError("no", FailureKind.REFUSED)
        await cluster.put(fake_store(DEFAULT, {"edited": "x"}))
        await asyncio.sleep(20)
        assert data(cluster, "app") == VALUES
        status, message = ready(cluster.get("externalsecrets", "app"))
        assert (status, "is not ready: unable to validate store: no" in message) == ("False", True)
        assert await operating

    run(scenario)


def test_a_source_that_restarts_while_its_store_is_validated_turns_nothing_red() -> None:
    cluster, source = MemoryCluster(), SlowSource(VALUES)

    async def scenario() -> None:
        operating = await fed_by(source, cluster)
        source.refused = FetchFailedError("gone", FailureKind.UNREACHABLE)
        await cluster.put({**TOKEN, "metadata": {**TOKEN["metadata"], "labels": {"touched": "yes"}}})
        await asyncio.sleep(5)
        assert ready(cluster.get("secretstores", "store"))[0] == "False"
        source.refused = None
        await asyncio.sleep(10)
        assert ready(cluster.get("secretstores", "store"))[0] == "True"
        assert await operating

    run(scenario)
    assert cluster.writes.count("patch externalsecrets/status") == 1


def test_what_waits_for_a_store_is_woken_though_its_condition_does_not_change() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        assert await (await fed_by(SlowSource(VALUES), cluster))
        rotated = {**VALUES, "A": secret("rotated")}
        assert await operate(cluster, providers={"fake": SlowSource(rotated, seconds=5)})
        assert data(cluster, "app") == rotated

    run(scenario)


def test_a_token_that_comes_later_heals_its_store_and_what_rests_on_it() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await cluster.put(fake_store(DEFAULT, {}))
        await cluster.put(external_secret(DEFAULT, VALUES))
        operating = asyncio.create_task(operate(cluster, 400, providers={"fake": SlowSource(VALUES)}))
        await asyncio.sleep(299)
        assert ready(cluster.get("secretstores", "store"))[0] == "False"
        await cluster.put(TOKEN)
        await asyncio.sleep(1)
        assert ready(cluster.get("secretstores", "store"))[0] == "True"
        assert data(cluster, "app") == VALUES
        assert await operating

    run(scenario)


def test_merge_is_woken_by_a_secret_that_nobody_manages_yet() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await cluster.put(fake_store(DEFAULT, VALUES))
        await cluster.put(external_secret(DEFAULT, VALUES, creation="Merge"))
        operating = asyncio.create_task(operate(cluster, 100))
        await asyncio.sleep(10)
        await cluster.put(kube_secret(DEFAULT, "app", {"OTHER": "x"}))
        await asyncio.sleep(1)
        assert data(cluster, "app") == {**VALUES, "OTHER": "x"}
        assert await operating

    run(scenario)


@pytest.mark.parametrize("late", ["managed", "metadata"])
def test_a_hand_edit_is_undone_whichever_watch_tells_of_it_first(late: str) -> None:
    def lag(call: Call) -> float:
        is_managed = "labelSelector" in call.query
        return 3.0 if "secrets" in call.path and is_managed is (late == "managed") else 0.0

    cluster = MemoryCluster()

    async def scenario() -> None:
        await everything(cluster)
        operating = asyncio.create_task(operate(cluster, 100))
        await asyncio.sleep(30)
        cluster.lag = lag
        made = cluster.get("secrets", "owned")
        assert made is not None
        await cluster.put({**made, "data": {}})
        await asyncio.sleep(10)
        assert data(cluster, "owned") == VALUES
        await cluster.remove("secrets", "owned")
        await asyncio.sleep(10)
        assert data(cluster, "owned") == VALUES
        assert await operating

    run(scenario)


def test_an_edit_fetches_out_of_turn_once_however_long_it_fails() -> None:
    cluster, source = MemoryCluster(), SlowSource(VALUES)

    async def scenario() -> None:
        operating = await fed_by(source, cluster)
        source.has_streams = False
        before = len(source.fetches)
        await cluster.put(external_secret(DEFAULT, {**VALUES, "MISSING": ""}))
        for number in range(20):
            await cluster.put(kube_secret(DEFAULT, "app", {"by": f"hand {number}"}))
            await asyncio.sleep(1)
        assert len(source.fetches) == before + 1
        assert await operating

    run(scenario)


@pytest.mark.parametrize("creation", ["Merge", "Orphan"])
@pytest.mark.parametrize("quarrel", ["values", "annotations"])
def test_two_with_one_target_do_not_write_by_turns(creation: str, quarrel: str) -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await cluster.put(fake_store(DEFAULT, VALUES))
        await cluster.put(kube_secret(DEFAULT, "shared", {"OTHER": "x"}))
        for name, key in (("one", "A"), ("two", "B")):
            manifest = external_secret(DEFAULT, VALUES, name=name, target="shared", creation=creation)
            if quarrel == "values":
                manifest["spec"]["data"] = [{"secretKey": "K", "remoteRef": {"key": key}}]
            else:
                manifest["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": name}
            await cluster.put(manifest)
        assert await operate(cluster)

    run(scenario)
    assert cluster.writes.count("update secrets") == 2
    assert {ready(found) for found in cluster.all("externalsecrets")} == {("True", "secret synced")}


def test_a_hand_edit_of_a_shared_target_is_undone_whoever_writes_first() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await cluster.put(fake_store(DEFAULT, VALUES))
        await cluster.put(kube_secret(DEFAULT, "shared", {"OTHER": "x"}))
        for name, key in (("one", "A"), ("two", "B")):
            await cluster.put(external_secret(DEFAULT, {key: ""}, name=name, target="shared", creation="Merge"))
        operating = asyncio.create_task(operate(cluster, 100))
        await asyncio.sleep(30)
        made = cluster.get("secrets", "shared")
        assert made is not None
        by_hand = dict.fromkeys(VALUES, base64.b64encode(b"by hand").decode())
        await cluster.put({**made, "data": {**made["data"], **by_hand}})
        await asyncio.sleep(5)
        assert data(cluster, "shared") == {**VALUES, "OTHER": "x"}
        assert await operating

    run(scenario)


def test_orphans_of_other_keys_leave_a_shared_target_to_each_other() -> None:
    cluster = MemoryCluster()

    async def scenario() -> None:
        await cluster.put(fake_store(DEFAULT, VALUES))
        for name, key in (("one", "A"), ("two", "B")):
            await cluster.put(external_secret(DEFAULT, {key: ""}, name=name, target="shared", creation="Orphan"))
        assert await operate(cluster)

    run(scenario)
    assert cluster.writes.count("update secrets") <= 2


class HalfDeadSource(SlowSource):
    """Stores whose name starts with `dead` get no answer for as long as a call may take."""

    async def validate(self, store: Store, credential: Credential) -> Validation:
        await self._hang(store)
        return await super().validate(store, credential)

    async def fetch(self, key: FeedKey, known: ETag | None) -> Body | Unchanged:
        await self._hang(key.store)
        return await super().fetch(key, known)

    def watch(self, store: Store, credential: Credential) -> AsyncGenerator[Hint, None] | None:
        return None if store.name.startswith("dead") else super().watch(store, credential)

    def host(self, store: Store) -> str:
        return store.name

    async def _hang(self, store: Store) -> None:
        if store.name.startswith("dead"):
            await asyncio.sleep(10)
            raise FetchFailedError("no answer", FailureKind.UNREACHABLE)


def test_dead_stores_hold_up_no_other() -> None:
    cluster, source = MemoryCluster(), HalfDeadSource(VALUES)

    async def scenario() -> None:
        for number in range(3 * OperatorSettings().workers):
            await cluster.put(fake_store(DEFAULT, {}, name=f"dead-{number}"))
            await cluster.put(external_secret(DEFAULT, VALUES, name=f"app-{number}", store=f"dead-{number}"))
        operating = await fed_by(source, cluster)
        for number in range(20):
            source.values = {**VALUES, "A": secret(f"rotation {number}")}
            source.hint()
            await asyncio.sleep(1)
            assert data(cluster, "app") == source.values
        assert await operating

    run(scenario)


def test_a_namespace_that_is_told_of_late_is_served_as_soon_as_it_is() -> None:
    cluster = MemoryCluster(lag=lambda call: 2.0 if call.path.endswith("/namespaces") else 0.0)

    async def scenario() -> None:
        operating = asyncio.create_task(operate(cluster, 100))
        await asyncio.sleep(10)
        store = fake_store(DEFAULT, VALUES, cluster=True)
        store["spec"]["conditions"] = [{"namespaceSelector": {"matchLabels": {"team": "a"}}}]
        await cluster.put(store)
        await cluster.put({"kind": "Namespace", "metadata": {"name": "default", "labels": {"team": "a"}}})
        await cluster.put(external_secret(DEFAULT, VALUES, cluster=True))
        await asyncio.sleep(5)
        assert data(cluster, "app") == VALUES
        assert await operating

    run(scenario)


def test_one_that_is_deleted_while_its_values_are_on_their_way_leaves_nothing_behind() -> None:
    cluster, source = MemoryCluster(), SlowSource(VALUES)

    async def scenario() -> None:
        source.held = asyncio.Event()
        await cluster.put(TOKEN)
        await cluster.put(fake_store(DEFAULT, {}))
        await cluster.put(external_secret(DEFAULT, VALUES, creation="Orphan"))
        operating = asyncio.create_task(operate(cluster, 30, providers={"fake": source}))
        await asyncio.sleep(0.5)
        await cluster.remove("externalsecrets", "app")
        source.held.set()
        assert await operating

    run(scenario)
    assert cluster.get("secrets", "app") is None
