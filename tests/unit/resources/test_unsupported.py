from typing import Any

import msgspec
import pytest

from headwater.resources.external_secret import ExternalSecretSpec
from headwater.resources.secret_store import SecretStoreSpec, chosen_provider
from headwater.resources.unsupported import unsupported_in_external_secret, unsupported_in_store

REF = {"secretKey": "A", "remoteRef": {"key": "A"}}
GENERATOR = {"generatorRef": {"kind": "Password", "name": "p"}}
DOPPLER_TOKEN = {"secretRef": {"dopplerToken": {"name": "t"}}}
OIDC = {"oidcConfig": {"identity": "i", "serviceAccountRef": {"name": "s"}}}

SPECS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing at all": ({}, []),
    "ESO's defaults, written out": (
        {
            "refreshPolicy": "Periodic",
            "refreshInterval": "1h0m0s",
            "target": {"creationPolicy": "Owner", "deletionPolicy": "Retain", "immutable": False},
            "data": [
                {
                    "secretKey": "A",
                    "remoteRef": {
                        "key": "A",
                        "conversionStrategy": "Default",
                        "decodingStrategy": "None",
                        "metadataPolicy": "None",
                        "nullBytePolicy": "Ignore",
                    },
                }
            ],
        },
        [],
    ),
    "CreateOrMerge": ({"target": {"creationPolicy": "CreateOrMerge"}}, ["spec.target.creationPolicy"]),
    "Delete": ({"target": {"deletionPolicy": "Delete"}}, ["spec.target.deletionPolicy"]),
    "immutable": ({"target": {"immutable": True}}, ["spec.target.immutable"]),
    "a ConfigMap": ({"target": {"manifest": {"apiVersion": "v1", "kind": "ConfigMap"}}}, ["spec.target.manifest"]),
    "a template": ({"target": {"template": {"data": {"a": "b"}}}}, ["spec.target.template"]),
    "windows": (
        {"syncWindows": {"kind": "allow", "windows": [{"schedule": "@daily", "duration": "1h"}]}},
        ["spec.syncWindows"],
    ),
    "a generator for one key": (
        {"data": [REF, {**REF, "sourceRef": GENERATOR}]},
        ["spec.data[1].sourceRef.generatorRef"],
    ),
    "rewrite and a generator": (
        {"dataFrom": [{"rewrite": [{"transform": {"template": "x"}}], "sourceRef": GENERATOR}]},
        ["spec.dataFrom[0].rewrite", "spec.dataFrom[0].sourceRef.generatorRef"],
    ),
    "another store for one key is fine": ({"data": [{**REF, "sourceRef": {"storeRef": {"name": "other"}}}]}, []),
}


@pytest.mark.parametrize("case", SPECS)
def test_what_does_not_exist_yet_is_named_by_its_path(case: str) -> None:
    written, expected = SPECS[case]
    assert unsupported_in_external_secret(msgspec.convert(written, ExternalSecretSpec)) == expected


STORES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "doppler with a token": ({"doppler": {"auth": DOPPLER_TOKEN}}, []),
    "doppler with an identity": ({"doppler": {"auth": OIDC}}, ["spec.provider.doppler.auth.oidcConfig"]),
    "fake": ({"fake": {"data": []}}, []),
    "vault": ({"vault": {}}, ["spec.provider.vault"]),
}


@pytest.mark.parametrize("case", STORES)
def test_a_provider_that_does_not_exist_yet_is_named_by_its_path(case: str) -> None:
    written, expected = STORES[case]
    assert unsupported_in_store(chosen_provider(SecretStoreSpec(provider=written))) == expected
