"""What quickstart loads: three apps that read one config through one store, as names, values and Kubernetes objects.

bookmarked is the seed's own, verbatim; the store reads one config, so the others' values stand in it under names of
their own. Pure, but for the values, which the caller's source of randomness makes.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from headwater.domain.hidden import Hidden

PROJECT = "apps"
ENVIRONMENTS = ("dev", "stg", "prd")
CONFIG = "prd"
"""What the cluster reads."""

NAMESPACE = "default"
STORE = "doppler-secret-store"
STORE_NAMESPACE = "external-secrets"
STORE_SECRET, STORE_KEY = "doppler-token-auth", "dopplerToken"

CHANGED = "JWT_SECRET"
"""What a person is shown how to change."""

IMAGE = "registry.k8s.io/pause:3.10"
"""Does nothing, so that the pods also run in a cluster with real nodes."""

Manifest = Mapping[str, Any]

_SEED = files("headwater.resources") / "seed"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    name: str
    keys: Mapping[str, str]
    """Key of the app's Secret → name in the config."""

    @property
    def secret(self) -> str:
        """The name of its Secret, and of the ExternalSecret that makes it."""
        return f"{self.name}-secrets"


BOOKMARKED = App(name="bookmarked", keys={"DATABASE_URL": "DATABASE_URL", "JWT_SECRET": "JWT_SECRET"})
CODE_TALK = App(
    name="code-talk", keys={"DATABASE_URL": "CODE_TALK_DATABASE_URL", "SESSION_KEY": "CODE_TALK_SESSION_KEY"}
)
TENANTFLOW = App(
    name="tenantflow", keys={"DATABASE_URL": "TENANTFLOW_DATABASE_URL", "JWT_SECRET": "TENANTFLOW_JWT_SECRET"}
)
APPS = (BOOKMARKED, CODE_TALK, TENANTFLOW)


def new_values(environment: str, random_text: Callable[[], str]) -> dict[str, Hidden[str]]:
    """A value for every name that an app reads, of no use outside of this tour."""
    return {
        name: Hidden(
            f"postgres://{app.name}:{random_text()}@{environment}.invalid/{app.name}"
            if key == "DATABASE_URL"
            else random_text()
        )
        for app in APPS
        for key, name in app.keys.items()
    }


def store() -> Manifest:
    return _seed("clustersecretstore.yaml")


def external_secret(app: App) -> Manifest:
    """The seed's own for bookmarked, verbatim; the others after its pattern."""
    pattern = _seed("externalsecret-bookmarked.yaml")
    if app is BOOKMARKED:
        return pattern
    data = [{"secretKey": key, "remoteRef": {"key": name}} for key, name in app.keys.items()]
    return {
        **pattern,
        "metadata": {"name": app.secret, "namespace": NAMESPACE},
        "spec": {**pattern["spec"], "target": {"name": app.secret, "creationPolicy": "Owner"}, "data": data},
    }


def deployment(app: App) -> Manifest:
    """One pod, whose environ is the app's Secret."""
    labels = {"app": app.name}
    container = {"name": app.name, "image": IMAGE, "envFrom": [{"secretRef": {"name": app.secret}}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": app.name, "namespace": NAMESPACE},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


def store_namespace() -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": STORE_NAMESPACE}}


def store_secret(token: Hidden[str]) -> Manifest:
    """Holds a plaintext: to be sent, and neither kept nor shown."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": STORE_SECRET, "namespace": STORE_NAMESPACE},
        "data": {STORE_KEY: b64encode(token.reveal().encode()).decode()},
    }


def manifests(token: Hidden[str]) -> Iterator[Manifest]:
    """Everything but the CRDs, in the order in which it can be applied."""
    yield store_secret(token)
    yield store()
    for app in APPS:
        yield external_secret(app)
    for app in APPS:
        yield deployment(app)


def _seed(name: str) -> Manifest:
    read: Manifest = yaml.safe_load((_SEED / name).read_text(encoding="utf-8"))
    return read
