"""Namespaces: each gets a ServiceAccount and the authorities' ConfigMap; one that is to go goes when it is empty."""

from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.writes import create, delete
from headwater.devcluster.objects import Key, is_deleting
from headwater.devcluster.resource_types import ResourceType

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


def _empty(cluster: Cluster, resource: ResourceType, key: Key) -> None:
    left = False
    for each in cluster.catalog.stored():
        if each.namespaced:
            collection = cluster.store.of(each.store_kind)
            for record in list(collection.select(key.name)):
                delete(cluster, each, record)
            left = left or any(True for _ in collection.select(key.name))
    if not left:
        cluster.store.delete(resource.store_kind, key)
