"""What External Secrets Operator has and we lack is kept by the CRDs and refused by condition, never half done."""

from typing import Any

import pytest

from headwater.kube.resource import Selection
from headwater.operator.report import ready_of
from headwater.operator.resource_types import SECRETS
from headwater.resources.secret_store import PROVIDERS as OURS
from tests.support.eso_objects import EXTERNAL_SECRET, PROVIDERS
from tests.support.operator_cluster import ClusterDesk
from tests.support.operator_manifests import external_secret

pytestmark = pytest.mark.needs("controlplane")

GET = "could not get secret data from provider: "
LACKING = sorted(PROVIDERS.keys() - OURS.keys())


def store(desk: ClusterDesk, provider: str, version: str) -> dict[str, Any]:
    return {
        "apiVersion": f"external-secrets.io/{version}",
        "kind": "SecretStore",
        "metadata": {"name": f"{provider.lower()}-{version}", "namespace": desk.namespace},
        "spec": {"provider": {provider: PROVIDERS[provider]}},
    }


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_a_store_of_every_provider_that_we_lack_is_refused_by_name(desk: ClusterDesk, version: str) -> None:
    assert len(LACKING) >= 41
    await desk.apply(*(store(desk, provider, version) for provider in LACKING))
    for provider in LACKING:
        refused = f"unable to create client: not supported: spec.provider.{provider}"
        found = await desk.until_store_reported(f"{provider.lower()}-{version}", "False", refused)
        ready = ready_of(found.status.conditions)
        assert ready is not None
        assert (ready.reason, ready.message) == ("InvalidProviderConfig", refused)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
async def test_an_external_secret_with_every_field_is_refused_by_path(desk: ClusterDesk, version: str) -> None:
    name = f"every-field-{version}"
    manifest = {
        "apiVersion": f"external-secrets.io/{version}",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": desk.namespace},
        "spec": EXTERNAL_SECRET,
    }
    await desk.apply(manifest)
    found = await desk.until_reported(name, "False")
    ready = ready_of(found.status.conditions)
    assert ready is not None
    assert ready.reason == "SecretSyncedError"
    assert ": not supported: spec." in ready.message
    assert await desk.secret(found.target_name) is None


LACKED: dict[str, tuple[dict[str, Any], str]] = {
    "a template": ({"target": {"template": {}}}, "could not update secret: not supported: spec.target.template"),
    "deletionPolicy Delete": (
        {"target": {"deletionPolicy": "Delete"}},
        "could not update secret: not supported: spec.target.deletionPolicy",
    ),
    "a target of another kind": (
        {"target": {"manifest": {"apiVersion": "v1", "kind": "ConfigMap"}}},
        "invalid generic target: not supported: spec.target.manifest",
    ),
    "sync windows": (
        {"syncWindows": {"kind": "allow", "windows": [{"schedule": "@daily", "duration": "1h"}]}},
        f"{GET}not supported: spec.syncWindows",
    ),
    "a rewrite": (
        {"dataFrom": [{"find": {}, "rewrite": [{"regexp": {"source": "a", "target": "b"}}]}]},
        f"{GET}not supported: spec.dataFrom[0].rewrite",
    ),
    "a generator": (
        {"dataFrom": [{"sourceRef": {"generatorRef": {"kind": "UUID", "name": "u"}}}]},
        f"{GET}not supported: spec.dataFrom[0].sourceRef.generatorRef",
    ),
}


async def test_what_we_lack_is_named(desk: ClusterDesk) -> None:
    manifests = []
    for number, (spec, _) in enumerate(LACKED.values()):
        manifest = external_secret(desk, {"A": ""}, name=f"lacking-{number}")
        manifest["spec"].update(spec)
        manifests.append(manifest)
    await desk.apply(*manifests)
    for number, (_, message) in enumerate(LACKED.values()):
        await desk.until_reported(f"lacking-{number}", "False", message)
    assert (await desk.client.list(SECRETS, Selection(namespace=desk.namespace))).items == []
