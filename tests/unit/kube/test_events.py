"""Events as they are stored by a simulated API server."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from headwater.kube.events import MAX_MESSAGE, EventRecorder, Note, Subject
from headwater.kube.resource import ObjectKey
from tests.support.kube_simulator import KubeSimulator, answers

NOW = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
SUBJECT = Subject(api_version="external-secrets.io/v1", kind="ExternalSecret", key=ObjectKey("web", "db"), uid="u1")
CREATED = Note(type="Normal", reason="Created", message="secret created")


@pytest.fixture
async def simulator() -> AsyncIterator[KubeSimulator]:
    async with KubeSimulator() as running:
        yield running


@pytest.fixture
async def recorder(simulator: KubeSimulator) -> AsyncIterator[EventRecorder]:
    async with simulator.client() as client:
        yield EventRecorder(client, component="external-secrets", clock=lambda: NOW)


def stored(simulator: KubeSimulator) -> list[dict[str, Any]]:
    return list(simulator.objects.values())


async def test_an_event_says_what_happened_to_whom(simulator: KubeSimulator, recorder: EventRecorder) -> None:
    await recorder.record(SUBJECT, CREATED)
    (event,) = stored(simulator)
    assert event["metadata"]["name"].startswith("db.")
    del event["metadata"]
    assert event == {
        "apiVersion": "v1",
        "kind": "Event",
        "involvedObject": {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ExternalSecret",
            "namespace": "web",
            "name": "db",
            "uid": "u1",
        },
        "type": "Normal",
        "reason": "Created",
        "message": "secret created",
        "source": {"component": "external-secrets"},
        "reportingComponent": "external-secrets",
        "reportingInstance": "",
        "firstTimestamp": "2026-11-25T02:30:00Z",
        "lastTimestamp": "2026-11-25T02:30:00Z",
        "count": 1,
    }


async def test_what_is_said_again_raises_the_count(simulator: KubeSimulator, recorder: EventRecorder) -> None:
    for _ in range(3):
        await recorder.record(SUBJECT, CREATED)
    assert [event["count"] for event in stored(simulator)] == [3]
    assert json.loads(simulator.seen[-1].body) == {"count": 3, "lastTimestamp": "2026-11-25T02:30:00Z"}


async def test_anything_else_is_an_event_of_its_own(simulator: KubeSimulator, recorder: EventRecorder) -> None:
    await recorder.record(SUBJECT, CREATED)
    await recorder.record(SUBJECT, Note(type="Normal", reason="Updated", message="secret updated"))
    again = Subject(api_version=SUBJECT.api_version, kind=SUBJECT.kind, key=SUBJECT.key, uid="u2")
    await recorder.record(again, CREATED)
    assert [event["count"] for event in stored(simulator)] == [1, 1, 1]


async def test_an_event_that_the_api_server_forgot_is_said_anew(
    simulator: KubeSimulator, recorder: EventRecorder
) -> None:
    await recorder.record(SUBJECT, CREATED)
    simulator.objects.clear()
    await recorder.record(SUBJECT, CREATED)
    await recorder.record(SUBJECT, CREATED)
    assert [event["count"] for event in stored(simulator)] == [2]


async def test_an_object_of_the_cluster_has_its_events_in_default(
    simulator: KubeSimulator, recorder: EventRecorder
) -> None:
    store = Subject(api_version="external-secrets.io/v1", kind="ClusterSecretStore", key=ObjectKey("", "main"), uid="u")
    await recorder.record(store, CREATED)
    assert simulator.seen[-1].path == "/api/v1/namespaces/default/events"
    assert "namespace" not in stored(simulator)[0]["involvedObject"]


async def test_a_message_has_the_length_that_is_allowed(simulator: KubeSimulator, recorder: EventRecorder) -> None:
    await recorder.record(SUBJECT, Note(type="Warning", reason="UpdateFailed", message="x" * 5000))
    assert stored(simulator)[0]["message"] == "x" * MAX_MESSAGE


async def test_an_event_is_never_worth_failing_for(
    simulator: KubeSimulator, recorder: EventRecorder, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.trouble = [answers(403, "Forbidden")]
    await recorder.record(SUBJECT, CREATED)
    assert stored(simulator) == []
    assert "event.not_written" in capsys.readouterr().out
