"""A devcluster without a network: requests go to its API as values, and its controllers run when a test says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from headwater.devcluster.api import Api
from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.manager import Manager
from headwater.devcluster.http import MERGE_PATCH, Reply, Request

NOW = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
MAPS = "/api/v1/namespaces/default/configmaps"
APPLY = "application/apply-patch+yaml"
DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = "/apis/example.com/v1/namespaces/default/widgets"


class RefusedRequestError(AssertionError):
    """An answer that the test did not expect."""


@dataclass(slots=True)
class Devcluster:
    """One cluster with its first namespaces; time stands still, uids and suffixes are counted."""

    cluster: Cluster
    api: Api = field(init=False)
    manager: Manager = field(init=False)

    @classmethod
    def start(cls) -> "Devcluster":
        uids, suffixes = count(1), count(1)
        cluster = Cluster(clock=lambda: NOW, uid=lambda: f"{next(uids):08x}-0000", suffix=lambda: f"s{next(suffixes)}")
        return cls(cluster).begin()

    def __post_init__(self) -> None:
        self.api = Api(self.cluster)
        self.manager = Manager(self.cluster)

    def begin(self) -> "Devcluster":
        self.manager.begin()
        return self

    def settle(self) -> None:
        """Let the controllers do all that is due."""
        self.manager.settle()

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, str] | None = None,
        kind: str = "application/json",
        accept: str = "application/json",
    ) -> Reply:
        headers = {"content-type": kind, "accept": accept, "user-agent": "tests/1"}
        encoded = b"" if body is None else json.dumps(body).encode()
        return self.api.handle(Request(method=method, path=path, query=query or {}, headers=headers, body=encoded))

    def get(self, path: str, **query: str) -> Any:
        return self._found(self.ask("GET", path, query=query))

    def create(self, path: str, body: object, **query: str) -> Any:
        return self._found(self.ask("POST", path, body, query=query))

    def put(self, path: str, body: object, **query: str) -> Any:
        return self._found(self.ask("PUT", path, body, query=query))

    def patch(self, path: str, body: object, kind: str = MERGE_PATCH, **query: str) -> Any:
        return self._found(self.ask("PATCH", path, body, query=query, kind=kind))

    def apply(self, path: str, body: object, manager: str = "tests", **query: str) -> Any:
        return self.patch(path, body, APPLY, fieldManager=manager, **query)

    def delete(self, path: str, body: object = None, **query: str) -> Any:
        return self._found(self.ask("DELETE", path, body, query=query))

    def status(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, str]:
        """Code and reason of an answer."""
        answered = self.ask(
            method, path, body, query=query, kind=MERGE_PATCH if method == "PATCH" else "application/json"
        )
        return answered.status, json.loads(answered.body).get("reason", "")

    def exists(self, path: str) -> bool:
        return self.ask("GET", path).status == 200

    @staticmethod
    def _found(answered: Reply) -> Any:
        found = json.loads(answered.body)
        if answered.status >= 400:
            raise RefusedRequestError(f"{answered.status}: {found.get('message')}")
        return found


def config_map(name: str, namespace: str = "default", **data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data,
    }


def definition(*versions: str) -> dict[str, Any]:
    """Of Widgets, the first version stored; they take any field."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"kind": "Widget", "plural": "widgets", "shortNames": ["wd"]},
            "versions": [
                {
                    "name": name,
                    "served": True,
                    "storage": name == versions[0],
                    "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
                }
                for name in versions
            ],
        },
    }


def widget(version: str = "v1") -> dict[str, Any]:
    return {"apiVersion": f"example.com/{version}", "kind": "Widget", "metadata": {"name": "w"}}
