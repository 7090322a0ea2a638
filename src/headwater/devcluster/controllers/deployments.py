"""Deployments: a ReplicaSet per template, numbered; the new one grows first, the others shrink when it is ready.

Source: k8s.io/kubernetes pkg/controller/deployment. Surge and unavailability are not counted out here.
"""

from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.sets import owned, template_hash
from headwater.devcluster.controllers.writes import create, delete, owner_reference, write
from headwater.devcluster.objects import (
    Key,
    Object,
    annotations_of,
    get_in,
    is_deleting,
    labels_of,
    metadata_of,
    with_metadata,
)
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.store import Record

REVISION: Final = "deployment.kubernetes.io/revision"
HASH_LABEL: Final = "pod-template-hash"
_DESIRED: Final = "deployment.kubernetes.io/desired-replicas"
_MOST: Final = "deployment.kubernetes.io/max-replicas"
_OWN: Final = frozenset(
    {
        REVISION,
        _DESIRED,
        _MOST,
        "deployment.kubernetes.io/revision-history",
        "deprecated.deployment.rollback.to",
        "kubectl.kubernetes.io/last-applied-configuration",
    }
)


def settle(cluster: Cluster, key: Key) -> None:
    resource = cluster.catalog.get("apps", "deployments")
    record = cluster.find(resource, key)
    if record is None or is_deleting(record.object):
        return
    _roll(cluster, resource, record.object)
    _report(cluster, resource, key)


def _roll(cluster: Cluster, resource: ResourceType, found: Object) -> None:
    sets = owned(cluster, "replicasets", "apps", found)
    digest = template_hash(get_in(found, "spec", "template"))
    mine = next((each for each in sets if labels_of(each.object).get(HASH_LABEL) == digest), None)
    others = [each for each in sets if each is not mine]
    if get_in(found, "spec", "paused") and mine is None:
        return
    wanted = get_in(found, "spec", "replicas") or 0
    revision = _number(mine, others)
    if get_in(found, "spec", "strategy", "type") == "Recreate" and _shrink(cluster, others):
        return
    if mine is None:
        _create(cluster, resource, found, digest, revision)
    else:
        _bring_up_to_date(cluster, mine, found, revision)
        if (get_in(mine.object, "status", "readyReplicas") or 0) >= wanted:
            _shrink(cluster, others)
    _number_deployment(cluster, resource, found, revision)
    _forget(cluster, found, others)


def _number(mine: Record | None, others: list[Record]) -> int:
    highest = max((_revision_of(each.object) for each in others), default=0)
    own = _revision_of(mine.object) if mine is not None else 0
    return own if own > highest else highest + 1


def _revision_of(found: Object) -> int:
    return int(annotations_of(found).get(REVISION, "0"))


def _create(cluster: Cluster, resource: ResourceType, found: Object, digest: str, revision: int) -> None:
    spec = found["spec"]
    template = spec["template"]
    labels = {**labels_of(template), HASH_LABEL: digest}
    meta = {
        "name": f"{metadata_of(found)['name']}-{digest}",
        "namespace": metadata_of(found)["namespace"],
        "labels": labels,
        "annotations": {**_told(found), **_annotations(spec.get("replicas") or 0, revision)},
        "ownerReferences": [owner_reference(found, resource)],
    }
    selector = spec["selector"]
    wanted = {
        "replicas": spec.get("replicas") or 0,
        "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), HASH_LABEL: digest}},
        "template": with_metadata(template, labels=labels),
    }
    create(cluster, cluster.catalog.get("apps", "replicasets"), {"metadata": meta, "spec": wanted})


def _annotations(replicas: int, revision: int) -> Object:
    return {REVISION: str(revision), _DESIRED: str(replicas), _MOST: str(replicas + max(1, -(-replicas // 4)))}


def _told(found: Object) -> Object:
    """What a Deployment says of itself, its ReplicaSet of now says too, such as why it changed."""
    return {name: value for name, value in annotations_of(found).items() if name not in _OWN}


def _bring_up_to_date(cluster: Cluster, mine: Record, found: Object, revision: int) -> None:
    wanted = get_in(found, "spec", "replicas") or 0
    annotations = {**annotations_of(mine.object), **_told(found), **_annotations(wanted, revision)}
    scaled = {
        **with_metadata(mine.object, annotations=annotations),
        "spec": {**mine.object["spec"], "replicas": wanted},
    }
    write(cluster, cluster.catalog.get("apps", "replicasets"), scaled)


def _shrink(cluster: Cluster, others: list[Record]) -> bool:
    """Whether some of the others still had pods."""
    sets = cluster.catalog.get("apps", "replicasets")
    busy = False
    for each in others:
        if get_in(each.object, "spec", "replicas"):
            write(cluster, sets, {**each.object, "spec": {**each.object["spec"], "replicas": 0}})
            busy = True
        busy = busy or bool(get_in(each.object, "status", "replicas"))
    return busy


def _number_deployment(cluster: Cluster, resource: ResourceType, found: Object, revision: int) -> None:
    if annotations_of(found).get(REVISION) != str(revision):
        annotations = {**annotations_of(found), REVISION: str(revision)}
        write(cluster, resource, with_metadata(found, annotations=annotations))


def _forget(cluster: Cluster, found: Object, others: list[Record]) -> None:
    """Keep as many empty ReplicaSets as the history asks for."""
    limit = get_in(found, "spec", "revisionHistoryLimit")
    empty = [each for each in others if not get_in(each.object, "status", "replicas")]
    empty.sort(key=lambda each: _revision_of(each.object))
    for each in empty[: max(len(empty) - (10 if limit is None else limit), 0)]:
        delete(cluster, cluster.catalog.get("apps", "replicasets"), each)


def _report(cluster: Cluster, resource: ResourceType, key: Key) -> None:
    record = cluster.find(resource, key)
    if record is None:
        return
    found = record.object
    sets = owned(cluster, "replicasets", "apps", found)
    digest = template_hash(get_in(found, "spec", "template"))
    mine = next((each.object for each in sets if labels_of(each.object).get(HASH_LABEL) == digest), {})
    wanted = get_in(found, "spec", "replicas") or 0
    total = sum(get_in(each.object, "status", "replicas") or 0 for each in sets)
    ready = sum(get_in(each.object, "status", "readyReplicas") or 0 for each in sets)
    updated = get_in(mine, "status", "replicas") or 0
    counts = {
        "replicas": total,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "unavailableReplicas": max(wanted - ready, 0),
    }
    status = {
        "observedGeneration": metadata_of(found).get("generation", 1),
        **{name: count for name, count in counts.items() if count},
        "conditions": _conditions(cluster, found, mine, available=ready >= wanted, complete=updated == total == wanted),
    }
    write(cluster, resource, {**found, "status": status}, status=True)


def _conditions(cluster: Cluster, found: Object, mine: Object, *, available: bool, complete: bool) -> list[Object]:
    name = metadata_of(mine).get("name", "")
    minimum = "Deployment has minimum availability." if available else "Deployment does not have minimum availability."
    done = available and complete
    progress = f'ReplicaSet "{name}" has successfully progressed.' if done else f'ReplicaSet "{name}" is progressing.'
    wanted = [
        ("Available", str(available), f"MinimumReplicas{'Available' if available else 'Unavailable'}", minimum),
        ("Progressing", "True", "NewReplicaSetAvailable" if done else "ReplicaSetUpdated", progress),
    ]
    known = {each["type"]: each for each in get_in(found, "status", "conditions") or ()}
    return [_condition(known.get(row[0]), row, cluster.timestamp()) for row in wanted]


def _condition(known: Object | None, row: tuple[str, str, str, str], now: str) -> Object:
    kind, status, reason, message = row
    if known is not None and (known["status"], known["reason"], known["message"]) == (status, reason, message):
        return known
    since = known["lastTransitionTime"] if known is not None and known["status"] == status else now
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message,
        "lastUpdateTime": now,
        "lastTransitionTime": since,
    }
