"""Paths of the API."""

import pytest

from headwater.kube.resource import ObjectKey, ResourceType, Selection
from tests.support.kube_simulator import THINGS, Thing

CORE = ResourceType(version="v1", plural="secrets", kind="Secret", struct=Thing)
CLUSTER = ResourceType(group="example.org", version="v1", plural="worlds", kind="World", struct=Thing, namespaced=False)

PATHS = [
    (CORE.collection(), "/api/v1/secrets"),
    (CORE.collection("web"), "/api/v1/namespaces/web/secrets"),
    (CORE.path(ObjectKey("web", "db")), "/api/v1/namespaces/web/secrets/db"),
    (THINGS.collection("web"), "/apis/example.org/v1/namespaces/web/things"),
    (THINGS.path(ObjectKey("web", "a"), "status"), "/apis/example.org/v1/namespaces/web/things/a/status"),
    (CLUSTER.path(ObjectKey("", "a")), "/apis/example.org/v1/worlds/a"),
    (CLUSTER.collection("web"), "/apis/example.org/v1/worlds"),
]


@pytest.mark.parametrize(("path", "expected"), PATHS)
def test_paths_are_as_the_api_has_them(path: str, expected: str) -> None:
    assert path == expected


def test_a_name_cannot_leave_its_place() -> None:
    assert CORE.path(ObjectKey("web", "../../admin")) == "/api/v1/namespaces/web/secrets/..%2F..%2Fadmin"
    assert CORE.collection("a/b?c") == "/api/v1/namespaces/a%2Fb%3Fc/secrets"


def test_names_for_people() -> None:
    assert (str(CORE), str(THINGS)) == ("secrets", "things.example.org")
    assert (CORE.api_version, THINGS.api_version) == ("v1", "example.org/v1")
    assert (str(ObjectKey("web", "a")), str(ObjectKey("", "a"))) == ("web/a", "a")


def test_a_selection_asks_for_what_it_names() -> None:
    assert Selection(labels="a=b", fields="metadata.name=x").query() == {
        "labelSelector": "a=b",
        "fieldSelector": "metadata.name=x",
    }
    assert Selection(namespace="web").query() == {}
