"""The CRDs on a real API server: applied by plain kubectl, and nothing that was written is lost or changed."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import headwater.resources
from headwater.resources.crds import GENERATORS_GROUP, GROUP, KINDS, custom_resource_definition, to_yaml
from headwater.resources.references import GENERATORS_API_VERSION
from tests.support.controlplane import DEPLOY, Kubectl
from tests.support.eso_objects import GENERATORS, PROVIDERS, SPECS

pytestmark = pytest.mark.needs("controlplane")

SEED = Path(str(files(headwater.resources) / "seed"))
SEED_FILES = [f"--filename={SEED / name}" for name in ("clustersecretstore.yaml", "externalsecret-bookmarked.yaml")]
SPACE = "crds"
LABEL = "headwater.test/space"
STREAM = to_yaml(custom_resource_definition(kind) for kind in KINDS)

PLURALS = {kind.name: f"{kind.plural}.{{version}}.{kind.group}" for kind in KINDS}
OTHER_VERSION = {"v1": "v1beta1", "v1beta1": "v1"}
SERVER_SET = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields")


@pytest.fixture(scope="module", autouse=True)
def _applied(kubectl: Kubectl) -> Iterator[None]:
    """The CRDs, as one stream, and a namespace for what the tests write."""
    kubectl("apply", "-f", "-", stdin=STREAM)
    kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
    kubectl("create", "namespace", SPACE)
    yield
    cluster_wide = [kind for kind in KINDS if kind.scope == "Cluster"]
    names = ",".join(PLURALS[kind.name].format(version=kind.versions[0]) for kind in cluster_wide)
    kubectl("delete", names, "--selector", f"{LABEL}={SPACE}", "--wait=false")
    kubectl("delete", "--ignore-not-found", "--wait=false", *SEED_FILES)
    kubectl("delete", "namespace", SPACE, "--wait=false")


def test_every_crd_is_accepted_without_remark(kubectl: Kubectl) -> None:
    applied = kubectl.json("get", "crd")["items"]
    ours = [crd for crd in applied if crd["spec"]["group"] in {GROUP, GENERATORS_GROUP}]
    assert len(ours) == len(KINDS)
    remarks = [
        (crd["metadata"]["name"], condition["type"])
        for crd in ours
        for condition in crd["status"]["conditions"]
        if (condition["type"], condition["status"]) not in {("NamesAccepted", "True"), ("Established", "True")}
    ]
    assert remarks == []


def test_applying_the_crds_again_changes_nothing(kubectl: Kubectl) -> None:
    again = kubectl("apply", "-f", "-", stdin=STREAM)
    assert [line for line in again.splitlines() if not line.endswith(" unchanged")] == []


def test_the_deployment_is_applied_by_kustomize(kubectl: Kubectl) -> None:
    kubectl("apply", "-k", str(DEPLOY))
    done = kubectl.run("apply", "-k", str(DEPLOY))
    assert (done.returncode, done.stderr) == (0, "")
    again = done.stdout.splitlines()
    assert len(again) == len(KINDS) + len(("Namespace", "ServiceAccount", "ClusterRole", "Binding", "Deployment"))
    assert [line for line in again if not line.endswith(" unchanged")] == []


def test_the_operators_pod_meets_the_restricted_standard(kubectl: Kubectl) -> None:
    """Seen, not believed: a template that does not is warned about when it is applied."""
    kubectl("apply", "-k", str(DEPLOY))
    kubectl("delete", "deployment", "headwater-operator", "--namespace", "headwater", "--ignore-not-found")
    done = kubectl.run("apply", "--filename", str(DEPLOY / "operator.yaml"), "--namespace", "headwater")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_seed_is_applied_verbatim(kubectl: Kubectl) -> None:
    done = kubectl.run("apply", *SEED_FILES)
    assert (done.returncode, done.stderr) == (0, "")
    row = kubectl("get", "es", "bookmarked-secrets", "--no-headers").split()
    assert row[:4] == ["bookmarked-secrets", "ClusterSecretStore", "doppler-secret-store", "1m"]


@pytest.mark.parametrize("kind", ["ExternalSecret", "ClusterExternalSecret", "SecretStore"])
@pytest.mark.parametrize("version", OTHER_VERSION)
def test_an_object_with_every_field_is_the_same_in_both_versions(kubectl: Kubectl, version: str, kind: str) -> None:
    wanted = manifest(kind, f"{GROUP}/{version}", f"every-field-{version}", SPECS[kind])
    assert_kept(kubectl, [wanted], OTHER_VERSION[version])


@pytest.mark.parametrize("kind", ["PushSecret", "ClusterPushSecret"])
def test_what_pushes_keeps_every_field(kubectl: Kubectl, kind: str) -> None:
    assert_kept(kubectl, [manifest(kind, f"{GROUP}/v1alpha1", "every-field", SPECS[kind])], "v1alpha1")


@pytest.mark.parametrize("kind", ["SecretStore", "ClusterSecretStore"])
@pytest.mark.parametrize("version", OTHER_VERSION)
def test_a_store_of_every_provider_of_eso_is_the_same_in_both_versions(
    kubectl: Kubectl, version: str, kind: str
) -> None:
    stores = [
        manifest(kind, f"{GROUP}/{version}", f"{key.lower()}-{version}", {"provider": {key: settings}})
        for key, settings in PROVIDERS.items()
    ]
    assert len(stores) >= 43
    assert_kept(kubectl, stores, OTHER_VERSION[version])


def test_a_generator_of_every_kind_keeps_every_field(kubectl: Kubectl) -> None:
    kinds = [*GENERATORS, "ClusterGenerator", "GeneratorState"]
    generators = [manifest(kind, GENERATORS_API_VERSION, "every-field", SPECS[kind]) for kind in kinds]
    assert len(generators) == 19
    assert_kept(kubectl, generators, "v1alpha1")


def test_a_minimal_external_secret_gets_esos_defaults_and_no_other(kubectl: Kubectl) -> None:
    entry = {"secretKey": "A", "remoteRef": {"key": "A"}}
    written = manifest("ExternalSecret", f"{GROUP}/v1", "minimal", {"data": [entry], "dataFrom": [{"find": {}}]})
    kubectl("create", "-f", "-", stdin=json.dumps(written))
    assert read(kubectl, {"ExternalSecret"}, "v1")["ExternalSecret", "minimal"]["spec"] == {
        "data": [entry],
        "dataFrom": [{"find": {}}],
        "refreshInterval": "1h0m0s",
        "target": {"creationPolicy": "Owner", "deletionPolicy": "Retain"},
    }


DOPPLER = {"auth": {"secretRef": {"dopplerToken": {"name": "t"}}}}
OIDC = {"identity": "i", "serviceAccountRef": {"name": "s"}}
REFUSED: dict[str, tuple[str, Any, str]] = {
    "doppler with two ways to sign in": (
        "SecretStore",
        {"provider": {"doppler": {"auth": {**DOPPLER["auth"], "oidcConfig": OIDC}}}},
        "Exactly one of 'secretRef' or 'oidcConfig' must be specified",
    ),
    "doppler with none": (
        "SecretStore",
        {"provider": {"doppler": {"auth": {}}}},
        "Exactly one of 'secretRef' or 'oidcConfig' must be specified",
    ),
    "no provider": ("SecretStore", {"provider": {}}, "spec.provider in body should have at least 1 properties"),
    "two providers": (
        "SecretStore",
        {"provider": {"doppler": DOPPLER, "vault": {}}},
        "spec.provider: Too many",
    ),
    "a key that no Secret can have": (
        "ExternalSecret",
        {"data": [{"secretKey": "a/b", "remoteRef": {"key": "k"}}]},
        "spec.data[0].secretKey in body should match",
    ),
    "a policy that does not exist": (
        "ExternalSecret",
        {"target": {"creationPolicy": "Steal"}},
        'spec.target.creationPolicy: Unsupported value: "Steal"',
    ),
    "a misspelt field": (
        "ExternalSecret",
        {"data": [{"secretKey": "a", "remoteRef": {"key": "k", "propery": "p"}}]},
        'unknown field "spec.data[0].remoteRef.propery"',
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_never_work_is_refused_when_it_is_applied(kubectl: Kubectl, case: str) -> None:
    kind, spec, words = REFUSED[case]
    done = kubectl.run("apply", "-f", "-", stdin=json.dumps(manifest(kind, f"{GROUP}/v1", "refused", spec)))
    assert done.returncode != 0
    assert words in done.stderr


def manifest(kind: str, api_version: str, name: str, spec: Any) -> dict[str, Any]:
    place = {} if kind.startswith("Cluster") else {"namespace": SPACE}
    metadata = {"name": name, "labels": {LABEL: SPACE}, **place}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def assert_kept(kubectl: Kubectl, written: list[dict[str, Any]], version: str) -> None:
    """Create the objects and read them back as `version`: all equal but for what the server sets."""
    kubectl("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": written}))
    found = read(kubectl, {wanted["kind"] for wanted in written}, version)
    for wanted in written:
        group = wanted["apiVersion"].split("/")[0]
        assert found[wanted["kind"], wanted["metadata"]["name"]] == {**wanted, "apiVersion": f"{group}/{version}"}


def read(kubectl: Kubectl, kinds: set[str], version: str) -> dict[tuple[str, str], Any]:
    """Kind and name → object, without what the server sets."""
    found: dict[tuple[str, str], Any] = {}
    for kind in kinds:
        for item in kubectl.json("get", PLURALS[kind].format(version=version), "-n", SPACE)["items"]:
            for name in SERVER_SET:
                item["metadata"].pop(name, None)
            item.pop("status", None)
            found[kind, item["metadata"]["name"]] = item
    return found
