"""The API as a whole: whatever is asked, the answer is one that a client can read, and never a failure of ours."""

import json
import os
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.devcluster.http import APPLY_YAML, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, Request
from tests.support.devcluster import DEFINITIONS, Devcluster, definition

METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
PARTS = st.sampled_from(
    [
        *("api", "apis", "v1", "apps", "example.com", "namespaces", "default", "configmaps", "secrets", "deployments"),
        *("widgets", "status", "scale", "token", "serviceaccounts", "services", "pods", "leases", "events", "nodes"),
        *(
            "customresourcedefinitions",
            "apiextensions.k8s.io",
            "tokenreviews",
            "authentication.k8s.io",
            "openapi",
            "v3",
        ),
        *("c", "x y", "", "..", "é"),
    ]
)
PLACES = st.sampled_from(
    [
        "/api/v1/namespaces",
        *(f"/api/v1/namespaces/default/{plural}" for plural in ("configmaps", "secrets", "pods", "services", "events")),
        *(f"/apis/apps/v1/namespaces/default/{plural}" for plural in ("deployments", "statefulsets", "replicasets")),
        "/apis/example.com/v1/namespaces/default/widgets",
        DEFINITIONS,
        "/apis/coordination.k8s.io/v1/namespaces/default/leases",
        "/apis/batch/v1/namespaces/default/cronjobs",
    ]
)
NAMES = st.sampled_from(
    [
        *("metadata", "name", "namespace", "labels", "annotations", "finalizers", "ownerReferences", "generateName"),
        *(
            "spec",
            "status",
            "data",
            "stringData",
            "template",
            "containers",
            "replicas",
            "selector",
            "matchLabels",
            "ports",
        ),
        *("kind", "apiVersion", "uid", "resourceVersion", "managedFields", "versions", "names", "group", "schedule"),
        *("op", "path", "value", "env", "volumes", "image", "strategy", "type", "matchExpressions", "key", "$patch"),
    ]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 99), st.sampled_from(["c", "default", "", "a/b", "add", "/data/a", "1"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)),
    max_leaves=14,
)
KINDS = st.sampled_from(["application/json", MERGE_PATCH, JSON_PATCH, STRATEGIC_PATCH, APPLY_YAML, "text/plain"])
QUERIES = st.dictionaries(
    st.sampled_from(
        [
            *(
                "watch",
                "limit",
                "continue",
                "labelSelector",
                "fieldSelector",
                "resourceVersion",
                "fieldManager",
                "force",
            ),
            *("dryRun", "fieldValidation", "propagationPolicy", "timeoutSeconds"),
        ]
    ),
    st.sampled_from(["", "1", "true", "a=b", "a in (b)", "!!", "metadata.name=c", "Strict", "All", "x", "Foreground"]),
    max_size=3,
)
ACCEPTS = st.sampled_from(["application/json", "application/json;as=Table;v=v1;g=meta.k8s.io", "*/*"])
DEV = Devcluster.start()
SETTINGS = settings(
    max_examples=int(os.environ.get("EXAMPLES", "40")), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


TEMPLATE = {
    "metadata": {"labels": {"app": "c"}},
    "spec": {
        "containers": [
            {
                "name": "c",
                "image": "c:1",
                "ports": [{"containerPort": 1}],
                "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
                "envFrom": [{"secretRef": {"name": "s"}}],
                "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                "livenessProbe": {"httpGet": {"port": 1}},
            }
        ],
        "volumes": [{"name": "v", "secret": {"secretName": "s"}}],
    },
}
WORKLOAD = {
    "replicas": 1,
    "selector": {"matchLabels": {"app": "c"}},
    "template": TEMPLATE,
    "strategy": {"type": "Recreate"},
}
VALID: dict[str, dict[str, Any]] = {
    "/apis/apps/v1/namespaces/default/deployments": {"spec": WORKLOAD},
    "/apis/apps/v1/namespaces/default/statefulsets": {"spec": {**WORKLOAD, "serviceName": "c"}},
    "/apis/apps/v1/namespaces/default/daemonsets": {"spec": WORKLOAD},
    "/api/v1/namespaces/default/pods": {"spec": TEMPLATE["spec"]},
    "/api/v1/namespaces/default/services": {"spec": {"ports": [{"port": 80}], "selector": {"app": "c"}}},
    "/api/v1/namespaces/default/secrets": {"stringData": {"k": "v"}, "data": {"l": "dg=="}, "type": "Opaque"},
    "/api/v1/namespaces": {"status": {"phase": "Active"}},
    DEFINITIONS: definition("v1", "v1beta1"),
    "/apis/example.com/v1/namespaces/default/widgets": {"spec": {"a": 1}},
    "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles": {"rules": [{"verbs": ["get"], "resources": ["a"]}]},
}
META = {
    "name": "c",
    "labels": {"a": "b"},
    "finalizers": ["example.com/x"],
    "ownerReferences": [{"apiVersion": "v1", "kind": "Namespace", "name": "default", "uid": "1", "controller": True}],
}


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, held in inner for place in places_in(held, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = list(value) if isinstance(value, list) else dict(value)
    copied[path[0]] = put(value[path[0]], path[1:], new)
    return copied


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[str, Any, Any]:
    """A place, an object that it takes, and the same object with something else somewhere."""
    place = draw(st.sampled_from(sorted(VALID)))
    name = "widgets.example.com" if place == DEFINITIONS else "c"
    whole = {**VALID[place], "metadata": {**META, "name": name}}
    where = draw(st.sampled_from(places_in(whole)))
    return place, whole, put(whole, where, draw(VALUES))


def check(dev: Devcluster, request: Request) -> None:
    answered = dev.api.handle(request)
    assert b'"InternalError"' not in answered.body, (request, answered.body)
    if answered.stream is None and answered.content_type == "application/json":
        json.loads(answered.body)


@SETTINGS
@given(METHODS, st.lists(PARTS, max_size=8), QUERIES, st.binary(max_size=20))
def test_any_path_has_an_answer(method: str, parts: list[str], query: dict[str, str], body: bytes) -> None:
    check(DEV, Request(method=method, path="/" + "/".join(parts), query=query, body=body))


@SETTINGS
@given(PLACES, st.sampled_from(["", "/c", "/c/status", "/c/scale"]), METHODS, QUERIES, VALUES, KINDS, ACCEPTS)
def test_any_body_has_an_answer(  # noqa: PLR0917 - what a request is made of
    place: str, rest: str, method: str, query: dict[str, str], body: Any, kind: str, accept: str
) -> None:
    headers = {"content-type": kind, "accept": accept, "user-agent": "tests/1"}
    path = place + rest
    check(DEV, Request(method=method, path=path, query=query, headers=headers, body=json.dumps(body).encode()))


@SETTINGS
@given(PLACES, VALUES, VALUES, KINDS, st.sampled_from(["", "/status", "/scale"]))
def test_any_patch_of_any_object_has_an_answer(place: str, body: Any, patch: Any, kind: str, subresource: str) -> None:
    dev = Devcluster.start()
    dev.create(DEFINITIONS, definition("v1"))
    whole = {**body, "metadata": {"name": "c"}} if isinstance(body, dict) else {"metadata": {"name": "c"}}
    for version in ("apiVersion", "kind"):
        whole.pop(version, None)
    check(dev, Request(method="POST", path=place, body=json.dumps(whole).encode()))
    headers = {"content-type": kind}
    path = f"{place}/c{subresource}"
    query = {"fieldManager": "tests"}
    check(dev, Request(method="PATCH", path=path, query=query, headers=headers, body=json.dumps(patch).encode()))
    dev.settle()
    check(dev, Request(method="GET", path=place, headers={"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}))


@SETTINGS
@given(spoilt(), st.booleans(), KINDS)
def test_any_part_of_an_object_may_be_wrong(case: tuple[str, Any, Any], created: bool, kind: str) -> None:
    place, whole, wrong = case
    dev = Devcluster.start()
    if place != DEFINITIONS:
        dev.create(DEFINITIONS, definition("v1"))
    name = whole["metadata"]["name"]
    check(dev, Request(method="POST", path=place, body=json.dumps(whole if created else wrong).encode()))
    dev.settle()
    headers = {"content-type": kind}
    for method in ("PATCH", "PUT"):
        request = Request(
            method=method,
            path=f"{place}/{name}",
            query={"fieldManager": "tests"},
            headers=headers if method == "PATCH" else {},
            body=json.dumps(wrong).encode(),
        )
        check(dev, request)
        dev.settle()
    for accept in ("application/json", "application/json;as=Table;v=v1;g=meta.k8s.io"):
        check(dev, Request(method="GET", path=place, headers={"accept": accept}))
    check(dev, Request(method="DELETE", path=f"{place}/{name}", query={"propagationPolicy": "Foreground"}))
    dev.settle()
