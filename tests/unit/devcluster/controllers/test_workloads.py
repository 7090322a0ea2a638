"""The life of workloads: pods that run, revisions that count, rollouts that end."""

from typing import Any

import pytest

from headwater.devcluster.http import STRATEGIC_PATCH
from tests.support.devcluster import Devcluster

APPS = "/apis/apps/v1/namespaces/default"
CORE = "/api/v1/namespaces/default"
REVISION = "deployment.kubernetes.io/revision"


def workload(kind: str, name: str = "web", image: str = "app:1", **spec: Any) -> dict[str, Any]:
    template = {
        "metadata": {"labels": {"app": name}},
        "spec": {"containers": [{"name": "c", "image": image, **spec.pop("container", {})}]},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": name}}, "template": template, **spec},
    }


def with_image(image: str) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}}}


def pods(dev: Devcluster) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dev.get(f"{CORE}/pods")["items"]
    return found


def test_a_deployment_comes_to_run(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment", replicas=3))
    dev.settle()
    assert [pod["status"]["phase"] for pod in pods(dev)] == ["Running"] * 3
    status = dev.get(f"{APPS}/deployments/web")["status"]
    assert (status["readyReplicas"], status["updatedReplicas"], status["observedGeneration"]) == (3, 3, 1)
    conditions = {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}
    assert conditions == {
        "Available": ("True", "MinimumReplicasAvailable"),
        "Progressing": ("True", "NewReplicaSetAvailable"),
    }


def test_a_new_template_is_a_new_revision_and_the_old_pods_go(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment", replicas=2))
    dev.settle()
    dev.patch(f"{APPS}/deployments/web", with_image("app:2"), STRATEGIC_PATCH)
    dev.settle()
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(dev)} == {"app:2"}
    found = dev.get(f"{APPS}/replicasets")["items"]
    scales = {each["metadata"]["annotations"][REVISION]: each["spec"]["replicas"] for each in found}
    assert scales == {"1": 0, "2": 2}
    assert dev.get(f"{APPS}/deployments/web")["metadata"]["annotations"][REVISION] == "2"


def test_a_template_that_comes_back_takes_the_next_revision(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment"))
    for image in ("app:2", "app:1"):
        dev.settle()
        dev.patch(f"{APPS}/deployments/web", with_image(image), STRATEGIC_PATCH)
    dev.settle()
    found = dev.get(f"{APPS}/replicasets")["items"]
    assert sorted(each["metadata"]["annotations"][REVISION] for each in found) == ["2", "3"]


def test_a_paused_deployment_waits(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment"))
    dev.settle()
    dev.patch(f"{APPS}/deployments/web", {"spec": {"paused": True}})
    dev.patch(f"{APPS}/deployments/web", with_image("app:2"), STRATEGIC_PATCH)
    dev.settle()
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(dev)} == {"app:1"}
    dev.patch(f"{APPS}/deployments/web", {"spec": {"paused": False}})
    dev.settle()
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(dev)} == {"app:2"}


def test_scaling_makes_and_takes_pods(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment"))
    dev.settle()
    for replicas in (4, 1, 0):
        dev.patch(f"{APPS}/deployments/web/scale", {"spec": {"replicas": replicas}})
        dev.settle()
        assert len(pods(dev)) == replicas


def test_a_deleted_pod_is_made_again(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment"))
    dev.settle()
    first = pods(dev)[0]["metadata"]
    dev.delete(f"{CORE}/pods/{first['name']}")
    dev.settle()
    assert [pod["metadata"]["uid"] == first["uid"] for pod in pods(dev)] == [False]


def test_a_deployment_takes_its_sets_and_pods_with_it(dev: Devcluster) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment", replicas=2))
    dev.settle()
    dev.delete(f"{APPS}/deployments/web", propagationPolicy="Background")
    dev.settle()
    assert pods(dev) == []
    assert dev.get(f"{APPS}/replicasets")["items"] == []


@pytest.mark.parametrize(
    "source",
    [
        {"envFrom": [{"secretRef": {"name": "s"}}]},
        {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "a"}}}]},
    ],
)
def test_a_pod_waits_for_the_secret_of_its_environ(dev: Devcluster, source: dict[str, Any]) -> None:
    dev.create(f"{APPS}/deployments", workload("Deployment", container=source))
    dev.settle()
    state = pods(dev)[0]["status"]["containerStatuses"][0]["state"]
    assert state["waiting"] == {"reason": "CreateContainerConfigError", "message": 'secret "s" not found'}
    dev.create(f"{CORE}/secrets", {"metadata": {"name": "s"}, "stringData": {"a": "b"}})
    dev.settle()
    assert pods(dev)[0]["status"]["phase"] == "Running"


def test_a_stateful_set_numbers_its_pods_and_replaces_them(dev: Devcluster) -> None:
    dev.create(f"{APPS}/statefulsets", workload("StatefulSet", "db", replicas=2, serviceName="db"))
    dev.settle()
    assert [pod["metadata"]["name"] for pod in pods(dev)] == ["db-0", "db-1"]
    dev.patch(f"{APPS}/statefulsets/db", with_image("app:2"), STRATEGIC_PATCH)
    dev.settle()
    assert {pod["spec"]["containers"][0]["image"] for pod in pods(dev)} == {"app:2"}
    status = dev.get(f"{APPS}/statefulsets/db")["status"]
    assert status["currentRevision"] == status["updateRevision"]
    assert (status["readyReplicas"], status["observedGeneration"]) == (2, 2)
    revisions = dev.get(f"{APPS}/controllerrevisions")["items"]
    assert sorted(each["revision"] for each in revisions) == [1, 2]


def test_a_daemon_set_has_a_pod_on_the_one_node(dev: Devcluster) -> None:
    dev.create(f"{APPS}/daemonsets", workload("DaemonSet", "agent"))
    dev.settle()
    dev.patch(f"{APPS}/daemonsets/agent", with_image("app:2"), STRATEGIC_PATCH)
    dev.settle()
    assert [pod["spec"]["containers"][0]["image"] for pod in pods(dev)] == ["app:2"]
    status = dev.get(f"{APPS}/daemonsets/agent")["status"]
    assert (status["numberAvailable"], status["updatedNumberScheduled"], status["observedGeneration"]) == (1, 1, 2)


def test_what_is_settled_writes_nothing_more(dev: Devcluster) -> None:
    for kind, plural in (("Deployment", "deployments"), ("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")):
        dev.create(f"{APPS}/{plural}", workload(kind, plural))
    dev.settle()
    version = dev.cluster.store.version
    dev.manager.begin()
    dev.settle()
    assert dev.cluster.store.version == version
