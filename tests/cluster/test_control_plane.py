"""The control plane that the other cluster tests run on is the real one."""

import pytest

from tests.support.controlplane import AuditLog, Kubectl
from tools.controlplane.programs import KUBERNETES

pytestmark = pytest.mark.needs("controlplane")


def test_namespaces_are_listed(kubectl: Kubectl) -> None:
    names = {found["metadata"]["name"] for found in kubectl.json("get", "namespaces")["items"]}
    assert {"default", "kube-system"} <= names


def test_the_api_server_is_of_the_pinned_release(kubectl: Kubectl) -> None:
    assert kubectl.json("version")["serverVersion"]["gitVersion"] == f"v{KUBERNETES}"


def test_writes_are_audited_by_user_agent(kubectl: Kubectl, namespace: str, audit_log: AuditLog) -> None:
    audit_log.restart()
    kubectl("create", "configmap", "seen", "--namespace", namespace)
    kubectl("get", "configmap", "seen", "--namespace", namespace)
    written = audit_log.writes("kubectl/", namespace)
    assert [(write.verb, write.resource, write.name, write.status) for write in written] == [
        ("create", "configmaps", "seen", 201)
    ]


def test_an_owned_object_is_collected_with_its_owner(kubectl: Kubectl, namespace: str) -> None:
    kubectl("create", "configmap", "owner", "--namespace", namespace)
    uid = kubectl.json("get", "configmap", "owner", "--namespace", namespace)["metadata"]["uid"]
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
    meta = {"name": "owned", "namespace": namespace, "ownerReferences": [reference]}
    kubectl.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
    kubectl("delete", "configmap", "owner", "--namespace", namespace)
    kubectl("wait", "--for=delete", "configmap/owned", "--namespace", namespace, "--timeout=60s")
