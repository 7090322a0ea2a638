"""What the CRDs keep but nothing here does yet is refused by condition, naming the field."""

from typing import Any

import pytest

from headwater.resources.crds import GROUP
from tests.support.canary import secret
from tests.support.eso_objects import PROVIDERS, SPECS
from tests.support.operator_cluster import ClusterDesk
from tests.support.operator_manifests import external_secret, fake_store

pytestmark = pytest.mark.needs("controlplane")

GET = "could not get secret data from provider"
UPDATE = "could not update secret"
VALUES = {"A": secret("a")}
EVERY_FIELD: dict[str, Any] = SPECS["ExternalSecret"]
ENTRY = EVERY_FIELD["dataFrom"]

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "target.creationPolicy": ({"target": {"creationPolicy": "CreateOrMerge"}}, UPDATE),
    "target.deletionPolicy": ({"target": {"deletionPolicy": "Delete"}}, UPDATE),
    "target.immutable": ({"target": {"immutable": True}}, UPDATE),
    "target.manifest": ({"target": {"manifest": EVERY_FIELD["target"]["manifest"]}}, "invalid generic target"),
    "target.template": ({"target": {"template": EVERY_FIELD["target"]["template"]}}, UPDATE),
    "syncWindows": ({"syncWindows": EVERY_FIELD["syncWindows"]}, GET),
    "dataFrom[0].rewrite": ({"dataFrom": [ENTRY[0]]}, GET),
    "dataFrom[0].sourceRef.generatorRef": ({"dataFrom": [ENTRY[2]]}, GET),
}


@pytest.mark.parametrize("path", REFUSED)
async def test_a_field_that_is_not_served_is_named(desk: ClusterDesk, path: str) -> None:
    fields, sentence = REFUSED[path]
    manifest = external_secret(desk, VALUES)
    await desk.apply(fake_store(desk, VALUES), {**manifest, "spec": {**manifest["spec"], **fields}})
    reported = await desk.until_reported("app", "False", f"{sentence}: not supported: spec.{path}")
    assert reported.status.conditions[0].reason == "SecretSyncedError"
    assert await desk.secret("app") is None


async def test_an_external_secret_with_every_field_is_refused(desk: ClusterDesk) -> None:
    metadata = {"name": "every-field", "namespace": desk.namespace}
    await desk.apply(
        {"apiVersion": f"{GROUP}/v1beta1", "kind": "ExternalSecret", "metadata": metadata, "spec": EVERY_FIELD}
    )
    await desk.until_reported("every-field", "False", f"{UPDATE}: not supported: spec.target.creationPolicy")


async def test_a_store_of_every_other_provider_is_refused_by_name(desk: ClusterDesk) -> None:
    others = {key: settings for key, settings in PROVIDERS.items() if key not in {"doppler", "fake"}}
    await desk.apply(
        *(
            {
                "apiVersion": f"{GROUP}/v1",
                "kind": "SecretStore",
                "metadata": {"name": key.lower(), "namespace": desk.namespace},
                "spec": {"provider": {key: settings}},
            }
            for key, settings in others.items()
        )
    )
    for key in others:
        store = await desk.until_store_reported(
            key.lower(), "False", f"unable to create client: not supported: spec.provider.{key}"
        )
        assert store.status.conditions[0].reason == "InvalidProviderConfig"
