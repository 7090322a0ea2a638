"""What `deploy/kustomize` grants and runs: a copy, so that any widening fails here and is seen in review."""

from pathlib import Path
from typing import Any

import yaml

from headwater.resources.crds import GROUP, KINDS

DEPLOY = Path(__file__).parents[3] / "deploy" / "kustomize"

RIGHTS = {
    "external-secrets.io/externalsecrets": "get list patch watch",
    "external-secrets.io/externalsecrets/finalizers": "update",
    "external-secrets.io/externalsecrets/status": "patch",
    "external-secrets.io/secretstores": "get list watch",
    "external-secrets.io/secretstores/status": "patch",
    "external-secrets.io/clustersecretstores": "get list watch",
    "external-secrets.io/clustersecretstores/status": "patch",
    "/secrets": "create delete get list update watch",
    "/namespaces": "get list watch",
    "/events": "create patch",
}


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")))


def only(name: str, kind: str) -> Any:
    [document] = [document for document in documents(name) if document["kind"] == kind]
    return document


def test_the_operator_may_do_this_and_nothing_more() -> None:
    rules = only("rbac.yaml", "ClusterRole")["rules"]
    assert all(rule.keys() == {"apiGroups", "resources", "verbs"} for rule in rules)
    granted = [
        (f"{group}/{resource}", " ".join(sorted(rule["verbs"])))
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    ]
    assert dict(granted) == RIGHTS
    assert len(granted) == len(RIGHTS)


def test_one_role_is_bound_to_one_service_account() -> None:
    kinds = [document["kind"] for document in documents("rbac.yaml")]
    assert kinds == ["ServiceAccount", "ClusterRole", "ClusterRoleBinding"]
    binding = only("rbac.yaml", "ClusterRoleBinding")
    assert binding["roleRef"]["name"] == "headwater-operator"
    account = {"kind": "ServiceAccount", "name": "headwater-operator", "namespace": "headwater"}
    assert binding["subjects"] == [account]


def test_every_resource_that_is_granted_exists() -> None:
    ours = {f"{kind.group}/{kind.plural}" for kind in KINDS}
    granted = {"/".join(right.split("/")[:2]) for right in RIGHTS if right.startswith(GROUP)}
    assert granted <= ours


def test_the_pod_meets_the_restricted_standard() -> None:
    labels = only("namespace.yaml", "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    pod = only("operator.yaml", "Deployment")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_two_operators_never_overlap() -> None:
    spec = only("operator.yaml", "Deployment")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_everything_in_the_folder_is_listed() -> None:
    [kustomization] = documents("kustomization.yaml")
    files = {path.name for path in DEPLOY.iterdir()} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files
