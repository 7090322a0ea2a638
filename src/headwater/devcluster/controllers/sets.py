"""What keeps a number of equal pods: ReplicaSets, StatefulSets and DaemonSets.

Source: k8s.io/kubernetes pkg/controller/{replicaset,statefulset,daemon}; StatefulSets go one pod after the other there,
all at once here.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

import msgspec

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.pods import is_ready
from headwater.devcluster.controllers.writes import create, delete, owner_reference, write
from headwater.devcluster.objects import (
    Json,
    Key,
    Object,
    controller_of,
    get_in,
    is_deleting,
    labels_of,
    metadata_of,
    uid_of,
)
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.store import Record

REVISION_LABEL: Final = "controller-revision-hash"
_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Json) -> str:
    """Ten letters that stand for a template; equal templates have equal ones."""
    digest = hashlib.sha256(msgspec.json.encode(template, order="deterministic")).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:10])


def owned(cluster: Cluster, plural: str, group: str, owner: Object) -> list[Record]:
    """Those of a kind that `owner` controls, by name."""
    resource = cluster.catalog.get(group, plural)
    namespace = metadata_of(owner)["namespace"]
    return [
        record
        for record in cluster.store.of(resource.store_kind).select(namespace)
        if (controller_of(record.object) or {}).get("uid") == uid_of(owner)
    ]


def settle_replica_set(cluster: Cluster, key: Key) -> None:
    resource = cluster.catalog.get("apps", "replicasets")
    record = cluster.find(resource, key)
    if record is None or is_deleting(record.object):
        return
    found = record.object
    wanted = get_in(found, "spec", "replicas") or 0
    pods = [each for each in owned(cluster, "pods", "", found) if not is_deleting(each.object)]
    _remove(cluster, pods[wanted:])
    for _ in range(wanted - len(pods)):
        _create_pod(cluster, found, resource, f"{key.name}-{cluster.suffix()}", {})
    alive = owned(cluster, "pods", "", found)
    ready = sum(is_ready(each.object) for each in alive)
    status = {"replicas": len(alive), "fullyLabeledReplicas": len(alive), **_ready_counts(ready)}
    _write_status(cluster, resource, found, status)


def settle_stateful_set(cluster: Cluster, key: Key) -> None:
    resource = cluster.catalog.get("apps", "statefulsets")
    record = cluster.find(resource, key)
    if record is None or is_deleting(record.object):
        return
    found = record.object
    wanted = get_in(found, "spec", "replicas") or 0
    revision = _revision(cluster, found, resource)
    names = [f"{key.name}-{number}" for number in range(wanted)]
    pods = owned(cluster, "pods", "", found)
    _remove(cluster, (each for each in pods if each.key.name not in names or _revision_of(each) != revision))
    _fill(cluster, found, resource, names, revision)
    alive = owned(cluster, "pods", "", found)
    ready = sum(is_ready(each.object) for each in alive)
    counts = {"replicas": len(alive), "currentReplicas": len(alive), "updatedReplicas": len(alive)}
    revisions = {"currentRevision": revision, "updateRevision": revision, "collisionCount": 0}
    _write_status(cluster, resource, found, {**counts, **revisions, **_ready_counts(ready)})


def settle_daemon_set(cluster: Cluster, key: Key) -> None:
    resource = cluster.catalog.get("apps", "daemonsets")
    record = cluster.find(resource, key)
    if record is None or is_deleting(record.object):
        return
    found = record.object
    revision = _revision(cluster, found, resource)
    pods = owned(cluster, "pods", "", found)
    current = [each for each in pods if _revision_of(each) == revision]
    _remove(cluster, [each for each in pods if each not in current[:1]])
    if not current:
        _fill(cluster, found, resource, [f"{key.name}-{cluster.suffix()}"], revision)
    ready = sum(is_ready(each.object) for each in owned(cluster, "pods", "", found))
    counts = {"currentNumberScheduled": 1, "desiredNumberScheduled": 1, "numberMisscheduled": 0}
    progress = {"numberReady": ready, "numberAvailable": ready, "updatedNumberScheduled": 1}
    _write_status(cluster, resource, found, {**counts, **progress})


def _fill(cluster: Cluster, owner: Object, resource: ResourceType, names: Iterable[str], revision: str) -> None:
    pods = cluster.catalog.get("", "pods")
    namespace = metadata_of(owner)["namespace"]
    for name in names:
        if cluster.find(pods, Key(namespace, name)) is None:
            _create_pod(cluster, owner, resource, name, {REVISION_LABEL: revision})


def _create_pod(cluster: Cluster, owner: Object, resource: ResourceType, name: str, labels: Object) -> None:
    template = get_in(owner, "spec", "template")
    meta = {
        **{field: value for field, value in metadata_of(template).items() if field in {"labels", "annotations"}},
        "name": name,
        "namespace": metadata_of(owner)["namespace"],
        "ownerReferences": [owner_reference(owner, resource)],
    }
    meta["labels"] = {**(meta.get("labels") or {}), **labels}
    create(cluster, cluster.catalog.get("", "pods"), {"metadata": meta, "spec": template["spec"]})


def _remove(cluster: Cluster, pods: Iterable[Record]) -> None:
    resource = cluster.catalog.get("", "pods")
    for record in list(pods):
        delete(cluster, resource, record)


def _revision(cluster: Cluster, owner: Object, resource: ResourceType) -> str:
    """The name of the ControllerRevision of its template, made if it is new; a template that came back counts anew."""
    template = get_in(owner, "spec", "template")
    digest = template_hash(template)
    name = f"{metadata_of(owner)['name']}-{digest}"
    revisions = cluster.catalog.get("apps", "controllerrevisions")
    known = owned(cluster, "controllerrevisions", "apps", owner)
    last = max((each.object.get("revision", 0) for each in known), default=0)
    mine = next((each for each in known if each.key.name == name), None)
    if mine is None:
        meta = {
            "name": name,
            "namespace": metadata_of(owner)["namespace"],
            "labels": {**labels_of(template), REVISION_LABEL: digest},
            "ownerReferences": [owner_reference(owner, resource)],
        }
        data = {"spec": {"template": {**template, "$patch": "replace"}}}
        create(cluster, revisions, {"metadata": meta, "data": data, "revision": last + 1})
    elif mine.object.get("revision") != last:
        write(cluster, revisions, {**mine.object, "revision": last + 1})
    return name if resource.plural == "statefulsets" else digest


def _revision_of(record: Record) -> str | None:
    return labels_of(record.object).get(REVISION_LABEL)


def _ready_counts(ready: int) -> Object:
    return {"readyReplicas": ready, "availableReplicas": ready} if ready else {}


def _write_status(cluster: Cluster, resource: ResourceType, found: Object, status: Object) -> None:
    observed = {"observedGeneration": metadata_of(found).get("generation", 1)}
    current = cluster.find(resource, Key(metadata_of(found)["namespace"], metadata_of(found)["name"]))
    if current is not None:
        write(cluster, resource, {**current.object, "status": {**status, **observed}}, status=True)
