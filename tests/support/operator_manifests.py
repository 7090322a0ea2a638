"""Manifests for tests of the operator, as people write them."""

from collections.abc import Mapping
from typing import Any, Protocol


class Place(Protocol):
    """Where a manifest belongs."""

    @property
    def namespace(self) -> str: ...


def external_secret(
    place: Place,
    values: Mapping[str, object],
    *,
    name: str = "app",
    target: str | None = None,
    store: str = "store",
    cluster: bool = False,
    creation: str | None = None,
    interval: str = "1h",
    labels: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One that fetches each of `values` under its own name; v1beta1, as it is written most."""
    chosen = {"name": target, "creationPolicy": creation}
    return {
        "apiVersion": "external-secrets.io/v1beta1",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": place.namespace, "labels": dict(labels or {})},
        "spec": {
            "refreshInterval": interval,
            "secretStoreRef": {"name": store, "kind": "ClusterSecretStore" if cluster else "SecretStore"},
            "target": {key: value for key, value in chosen.items() if value is not None},
            "data": [{"secretKey": key, "remoteRef": {"key": key}} for key in values],
        },
    }


def fake_store(
    place: Place, values: Mapping[str, str], *, name: str = "store", validation: int = 0, cluster: bool = False
) -> dict[str, Any]:
    provider = {"fake": {"data": [{"key": key, "value": value} for key, value in values.items()]}}
    if validation:
        provider["fake"]["validationResult"] = validation  # type: ignore[assignment]
    return _store(place, provider, name=name, cluster=cluster)


def doppler_store(place: Place, host: str, *, name: str = "store", cluster: bool = False) -> dict[str, Any]:
    """One that reads from `host`, with the token in the Secret `token` of the same namespace."""
    reference = {"name": "token", "key": "dopplerToken"}
    if cluster:
        reference["namespace"] = place.namespace
    provider = {"doppler": {"host": host, "auth": {"secretRef": {"dopplerToken": reference}}}}
    return _store(place, provider, name=name, cluster=cluster)


def kube_secret(
    place: Place,
    name: str,
    data: Mapping[str, str],
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "namespace": place.namespace,
            "labels": dict(labels or {}),
            "annotations": dict(annotations or {}),
        },
        "stringData": dict(data),
    }


def _store(place: Place, provider: Mapping[str, Any], *, name: str, cluster: bool) -> dict[str, Any]:
    metadata = {"name": name} if cluster else {"name": name, "namespace": place.namespace}
    return {
        "apiVersion": "external-secrets.io/v1beta1",
        "kind": "ClusterSecretStore" if cluster else "SecretStore",
        "metadata": metadata,
        "spec": {"provider": dict(provider)},
    }
