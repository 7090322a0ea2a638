"""What every cluster has from its first moment: the namespaces, one node, and the Service of its own API."""

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.namespaces import INITIAL
from headwater.devcluster.controllers.pods import NODE
from headwater.devcluster.controllers.writes import create
from headwater.devcluster.objects import Key, Object
from headwater.devcluster.resource_types import facts


def furnish(cluster: Cluster) -> None:
    """Make what is missing of it."""
    for name in INITIAL:
        _ensure(cluster, "namespaces", {"metadata": {"name": name}})
    _ensure(cluster, "nodes", _node(cluster))
    _ensure(cluster, "services", _SERVICE)


def _ensure(cluster: Cluster, plural: str, wanted: Object) -> None:
    resource = cluster.catalog.get("", plural)
    meta = wanted["metadata"]
    if cluster.find(resource, Key(meta.get("namespace", ""), meta["name"])) is None:
        stored = create(cluster, resource, wanted)
        if "status" in wanted:
            cluster.store.put(resource.store_kind, {**stored, "status": wanted["status"]})


_SERVICE: Object = {
    "metadata": {
        "name": "kubernetes",
        "namespace": "default",
        "labels": {"component": "apiserver", "provider": "kubernetes"},
    },
    "spec": {
        "clusterIP": "10.0.0.1",
        "clusterIPs": ["10.0.0.1"],
        "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
    },
}


def _node(cluster: Cluster) -> Object:
    now = cluster.timestamp()
    room = {"cpu": "8", "memory": "16Gi", "pods": "1000"}
    ready = {
        "type": "Ready",
        "status": "True",
        "reason": "KubeletReady",
        "message": "nothing runs here",
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
    }
    return {
        "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux"}},
        "status": {
            "capacity": room,
            "allocatable": room,
            "conditions": [ready],
            "nodeInfo": {"kubeletVersion": f"v{facts().release}+headwater"},
            "addresses": [{"type": "Hostname", "address": NODE}],
        },
    }
