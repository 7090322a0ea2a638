import pytest

from headwater.kube.errors import StaleObjectError
from headwater.kube.resource import ObjectKey
from headwater.operator.cluster import Cluster
from headwater.operator.report import Event, EventType
from headwater.operator.reporter import Reporter
from headwater.operator.resource_types import EXTERNAL_SECRETS
from headwater.resources.external_secret import Binding, ExternalSecretCondition, ExternalSecretStatus
from headwater.resources.marks import EXTERNAL_SECRET_FINALIZER
from tests.support.memory_cluster import MemoryCluster
from tests.support.operator_builders import DIGEST
from tests.support.operator_manifests import external_secret

KEY = ObjectKey("default", "app")
READY = ExternalSecretCondition(type="Ready", status="True", reason="SecretSynced", message="secret synced")
SAID = Event(type=EventType.NORMAL, reason="Created", message="secret created")


class Default:
    namespace = "default"


MANIFEST = external_secret(Default(), {"A": ""})


def reporter(memory: MemoryCluster) -> Reporter:
    client = memory.client()
    return Reporter(client, Cluster(client, DIGEST))


async def test_a_status_is_written_whole_and_before_its_events() -> None:
    memory = MemoryCluster()
    await memory.put(MANIFEST)
    found = await memory.client().get(EXTERNAL_SECRETS, KEY)
    await reporter(memory).external_secret(found, ExternalSecretStatus(binding=Binding(name="app")), ())
    await reporter(memory).external_secret(found, ExternalSecretStatus(conditions=(READY,)), (SAID,))
    again = await memory.client().get(EXTERNAL_SECRETS, KEY)
    assert again.status == ExternalSecretStatus(conditions=(READY,))
    assert memory.writes[1:] == ["patch externalsecrets/status", "create events"]
    [event] = memory.all("events")
    assert (event["involvedObject"]["uid"], event["source"]) == (found.metadata.uid, {"component": "external-secrets"})


async def test_one_that_was_made_again_is_not_given_the_status_of_the_first() -> None:
    memory = MemoryCluster()
    await memory.put(MANIFEST)
    first = await memory.client().get(EXTERNAL_SECRETS, KEY)
    await memory.remove("externalsecrets", "app")
    await memory.put(MANIFEST)
    with pytest.raises(StaleObjectError):
        await reporter(memory).external_secret(first, ExternalSecretStatus(conditions=(READY,)), ())
    assert (await memory.client().get(EXTERNAL_SECRETS, KEY)).status == ExternalSecretStatus()


async def test_one_that_is_gone_is_no_error() -> None:
    memory = MemoryCluster()
    await memory.put(MANIFEST)
    found = await memory.client().get(EXTERNAL_SECRETS, KEY)
    await memory.remove("externalsecrets", "app")
    await reporter(memory).external_secret(found, ExternalSecretStatus(conditions=(READY,)), ())


async def test_only_the_finalizer_of_external_secrets_operator_is_taken_off() -> None:
    memory = MemoryCluster()
    others = "example.com/theirs"
    metadata = {**MANIFEST["metadata"], "finalizers": [others, EXTERNAL_SECRET_FINALIZER]}
    await memory.put({**MANIFEST, "metadata": metadata})
    found = await memory.client().get(EXTERNAL_SECRETS, KEY)
    await reporter(memory).release(found)
    again = await memory.client().get(EXTERNAL_SECRETS, KEY)
    assert again.metadata.finalizers == (others,)
    await reporter(memory).release(again)
    assert memory.writes == ["patch externalsecrets"]
