"""The life of a pod: placed on the one node and running at once, unless what it takes its environ from is missing."""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.writes import write
from headwater.devcluster.objects import Key, Object, get_in, is_deleting, uid_of

NODE: Final = "devcluster"
_MISSING: Final = "CreateContainerConfigError"


def settle(cluster: Cluster, key: Key) -> None:
    resource = cluster.catalog.get("", "pods")
    record = cluster.find(resource, key)
    if record is None or is_deleting(record.object):
        return
    pod = record.object
    if not get_in(pod, "spec", "nodeName"):
        write(cluster, resource, {**pod, "spec": {**pod["spec"], "nodeName": NODE}})
        return
    if get_in(pod, "status", "phase") == "Pending":
        write(cluster, resource, {**pod, "status": _status(cluster, pod)}, status=True)


def settle_waiting(cluster: Cluster, namespace: str) -> None:
    """Look again at the pods of a namespace that lack something."""
    pods = cluster.catalog.get("", "pods")
    for record in list(cluster.store.of(pods.store_kind).select(namespace)):
        if get_in(record.object, "status", "phase") == "Pending":
            settle(cluster, record.key)


def is_ready(pod: Object) -> bool:
    return get_in(pod, "status", "phase") == "Running" and not is_deleting(pod)


def _status(cluster: Cluster, pod: Object) -> Object:
    now = cluster.timestamp()
    containers = get_in(pod, "spec", "containers") or []
    missing = [next(_missing(cluster, pod["metadata"]["namespace"], each), "") for each in containers]
    ready = not any(missing)
    return {
        "phase": "Running" if ready else "Pending",
        "qosClass": "BestEffort",
        "startTime": get_in(pod, "status", "startTime") or now,
        "hostIP": "127.0.0.1",
        "podIP": _address(pod),
        "conditions": [
            {"type": kind, "status": "True" if ready or kind == "PodScheduled" else "False", "lastTransitionTime": now}
            for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
        ],
        "containerStatuses": [_container(each, why, now) for each, why in zip(containers, missing, strict=True)],
    }


def _container(container: Object, missing: str, now: str) -> Object:
    state = {"waiting": {"reason": _MISSING, "message": missing}} if missing else {"running": {"startedAt": now}}
    return {
        "name": container["name"],
        "image": container.get("image", ""),
        "imageID": "",
        "ready": not missing,
        "started": not missing,
        "restartCount": 0,
        "state": state,
    }


def _missing(cluster: Cluster, namespace: str, container: Object) -> Iterator[str]:
    """What its environ is to come from and is not there. Source: kubelet's words."""
    for source in container.get("envFrom") or ():
        for field, plural, noun in (("secretRef", "secrets", "secret"), ("configMapRef", "configmaps", "configmap")):
            name = get_in(source, field, "name")
            if name and not source[field].get("optional") and not _exists(cluster, plural, namespace, name):
                yield f'{noun} "{name}" not found'
    for entry in container.get("env") or ():
        yield from _missing_key(cluster, namespace, entry.get("valueFrom") or {})


def _missing_key(cluster: Cluster, namespace: str, source: Object) -> Iterator[str]:
    for field, plural, noun in (("secretKeyRef", "secrets", "secret"), ("configMapKeyRef", "configmaps", "configmap")):
        reference = source.get(field) or {}
        name, key = reference.get("name"), reference.get("key")
        if not name or reference.get("optional"):
            continue
        found = cluster.find(cluster.catalog.get("", plural), Key(namespace, name))
        if found is None:
            yield f'{noun} "{name}" not found'
        elif key not in (found.object.get("data") or {}):
            yield f"couldn't find key {key} in {noun.capitalize()} {namespace}/{name}"


def _exists(cluster: Cluster, plural: str, namespace: str, name: str) -> bool:
    return cluster.find(cluster.catalog.get("", plural), Key(namespace, name)) is not None


def _address(pod: Object) -> str:
    """One of its own, for show."""
    number = int(uid_of(pod).replace("-", "")[:6], 16)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
