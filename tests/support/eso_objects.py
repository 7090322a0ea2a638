"""One spec per kind, provider and generator of External Secrets Operator, with every field that it has.

The files are in tests/conformance. What they ask for makes no sense together: they are there to be kept whole.
"""

import json
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parents[1] / "conformance"


def read_json(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return parsed


def read_yaml(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


PROVIDERS = read_json("eso_providers.json")
GENERATORS = read_json("eso_generators.json")
EXTERNAL_SECRET = read_yaml("external_secret.yaml")
PUSH_SECRET = read_yaml("push_secret.yaml")
MARKS = {"labels": {"a": "b"}, "annotations": {"c": "d"}}
SELECTOR = {"matchLabels": {"a": "b"}, "matchExpressions": [{"key": "c", "operator": "Exists"}]}

SPECS: dict[str, Any] = {
    "ExternalSecret": EXTERNAL_SECRET,
    "ClusterExternalSecret": {
        "externalSecretSpec": EXTERNAL_SECRET,
        "externalSecretName": "name",
        "externalSecretMetadata": MARKS,
        "namespaceSelector": SELECTOR,
        "namespaceSelectors": [SELECTOR, {"matchLabels": {"d": "e"}}],
        "namespaces": ["one", "two"],
        "refreshTime": "5m",
    },
    "PushSecret": PUSH_SECRET,
    "ClusterPushSecret": {
        "pushSecretSpec": PUSH_SECRET,
        "pushSecretName": "name",
        "pushSecretMetadata": MARKS,
        "namespaceSelectors": [SELECTOR],
        "refreshTime": "5m",
    },
    "SecretStore": {
        "provider": {"vault": PROVIDERS["vault"]},
        "controller": "class",
        "retrySettings": {"maxRetries": 3, "retryInterval": "10s"},
        "refreshInterval": 60,
        "conditions": [{"namespaceSelector": SELECTOR, "namespaces": ["a"], "namespaceRegexes": ["^a"]}],
    },
    "ClusterGenerator": {"kind": "Password", "generator": {"passwordSpec": GENERATORS["Password"]}},
    "GeneratorState": {
        "garbageCollectionDeadline": "2026-01-02T03:04:05Z",
        "resource": {"kind": "Grafana"},
        "state": {"id": 1},
    },
    **GENERATORS,
}
