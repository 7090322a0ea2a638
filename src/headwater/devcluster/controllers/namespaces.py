"""Namespaces: each gets a ServiceAccount and the authorities' ConfigMap; one that is to go goes when it is empty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.writes import create, delete
from headwater.devcluster.objects import Key, Object, finalizers_of, get_in, is_deleting
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.store import Kind

INITIAL: Final = ("default", "kube-node-lease", "kube-public", "kube-system")
_AUTHORITIES: Final = "kube-root-ca.crt"


def settle(cluster: Cluster, key: Key) -> None:
    resource = cluster.catalog.get("", "namespaces")
    record = cluster.find(resource, key)
    if record is None:
        return
    if is_deleting(record.object):
        _empty(cluster, resource, key)
    else:
        _furnish(cluster, key.name)


def _furnish(cluster: Cluster, namespace: str) -> None:
    accounts, maps = cluster.catalog.get("", "serviceaccounts"), cluster.catalog.get("", "configmaps")
    if cluster.find(accounts, Key(namespace, "default")) is None:
        create(cluster, accounts, {"metadata": {"name": "default", "namespace": namespace}})
    if cluster.find(maps, Key(namespace, _AUTHORITIES)) is None:
        meta = {"name": _AUTHORITIES, "namespace": namespace}
        create(cluster, maps, {"metadata": meta, "data": {"ca.crt": ""}})


def is_furniture(kind: Kind, key: Key) -> bool:
    """Whether a namespace has it anew when it is deleted."""
    return (kind, key.name) in {
        (Kind("", "serviceaccounts"), "default"),
        (Kind("", "configmaps"), _AUTHORITIES),
    }


def _empty(cluster: Cluster, resource: ResourceType, key: Key) -> None:
    left: dict[str, list[Object]] = {}
    for each in cluster.catalog.stored():
        if each.namespaced:
            collection = cluster.store.of(each.store_kind)
            for record in list(collection.select(key.name)):
                delete(cluster, each, record)
            if remaining := [record.object for record in collection.select(key.name)]:
                left[f"{each.plural}.{each.group}"] = remaining
    if not left:
        cluster.store.delete(resource.store_kind, key)
    elif (found := cluster.find(resource, key)) is not None:
        conditions = _remaining(cluster, found.object, left)
        if conditions != get_in(found.object, "status", "conditions"):
            status = {**(found.object.get("status") or {}), "conditions": conditions}
            cluster.store.put(resource.store_kind, {**found.object, "status": status})


def _remaining(cluster: Cluster, namespace: Object, left: Mapping[str, Sequence[Object]]) -> list[Object]:
    """Why it is still there. Source: k8s.io/kubernetes pkg/controller/namespace/deletion/status_condition_utils.go."""
    kinds = ", ".join(f"{name} has {len(found)} resource instances" for name, found in sorted(left.items()))
    counts = Counter(finalizer for found in left.values() for each in found for finalizer in finalizers_of(each))
    held = ", ".join(f"{finalizer} in {count} resource instances" for finalizer, count in sorted(counts.items()))
    wanted = {
        **_DONE,
        "NamespaceContentRemaining": ("True", "SomeResourcesRemain", f"Some resources are remaining: {kinds}"),
        "NamespaceFinalizersRemaining": (
            ("True", "SomeFinalizersRemain", f"Some content in the namespace has finalizers remaining: {held}")
            if held
            else ("False", "ContentHasNoFinalizers", "All content-preserving finalizers finished")
        ),
    }
    known = {each["type"]: each for each in get_in(namespace, "status", "conditions") or ()}
    return [_condition(known.get(kind) or {}, (kind, *told), cluster.timestamp()) for kind, told in wanted.items()]


def _condition(known: Object, told: tuple[str, str, str, str], now: str) -> Object:
    found = dict(zip(("type", "status", "reason", "message"), told, strict=True))
    since = known.get("lastTransitionTime") if known.get("status") == found["status"] else None
    return {**found, "lastTransitionTime": since or now}


_DONE: Final = {
    "NamespaceDeletionDiscoveryFailure": (
        "False",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "False",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "False",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
}
