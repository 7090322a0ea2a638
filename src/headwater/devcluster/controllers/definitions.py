"""CustomResourceDefinitions: their kinds are served while they exist, and go with all objects of theirs."""

from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.writes import delete, write
from headwater.devcluster.kinds.definitions import types_of
from headwater.devcluster.objects import Key, Object, finalizers_of, get_in, is_deleting, with_metadata
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.store import Kind

CLEANUP: Final = "customresourcecleanup.apiextensions.k8s.io"
GROUP, PLURAL = "apiextensions.k8s.io", "customresourcedefinitions"


def serve(cluster: Cluster, definition: Object) -> None:
    """Have its kinds served from now on."""
    spec = definition["spec"]
    cluster.catalog.replace_custom(spec["group"], spec["names"]["plural"], types_of(definition))


def withdraw(cluster: Cluster, definition: Object) -> None:
    spec = definition["spec"]
    cluster.catalog.replace_custom(spec["group"], spec["names"]["plural"], [])


def settle(cluster: Cluster, key: Key) -> None:
    """Establish one that is new; empty one that is to go."""
    resource = cluster.catalog.get(GROUP, PLURAL)
    record = cluster.find(resource, key)
    if record is None:
        return
    if is_deleting(record.object):
        _empty(cluster, resource, record.object)
    else:
        _establish(cluster, resource, record.object)


def _establish(cluster: Cluster, resource: ResourceType, definition: Object) -> None:
    if CLEANUP not in finalizers_of(definition):
        write(cluster, resource, with_metadata(definition, finalizers=[*finalizers_of(definition), CLEANUP]))
        return
    status = {
        **(definition.get("status") or {}),
        "acceptedNames": get_in(definition, "spec", "names"),
        "conditions": _conditions(cluster, definition),
    }
    stored = [each["name"] for each in definition["spec"]["versions"] if each.get("storage")]
    kept = [version for version in status.get("storedVersions") or () if version not in stored]
    write(cluster, resource, {**definition, "status": {**status, "storedVersions": [*kept, *stored]}}, status=True)


def _conditions(cluster: Cluster, definition: Object) -> list[Object]:
    known = {each["type"]: each for each in get_in(definition, "status", "conditions") or ()}
    wanted = {
        "NamesAccepted": ("NoConflicts", "no conflicts found"),
        "Established": ("InitialNamesAccepted", "the initial names have been accepted"),
    }
    return [
        known.get(kind)
        or {
            "type": kind,
            "status": "True",
            "reason": reason,
            "message": message,
            "lastTransitionTime": cluster.timestamp(),
        }
        for kind, (reason, message) in wanted.items()
    ]


def _empty(cluster: Cluster, resource: ResourceType, definition: Object) -> None:
    spec = definition["spec"]
    kind = Kind(spec["group"], spec["names"]["plural"])
    try:
        custom = cluster.catalog.get(*kind)
    except KeyError:
        custom = None
    if custom is not None:
        for record in list(cluster.store.of(kind).select("")):
            delete(cluster, custom, record)
    if not cluster.store.of(kind).records:
        finalizers = [each for each in finalizers_of(definition) if each != CLEANUP]
        write(cluster, resource, with_metadata(definition, finalizers=finalizers))


def key_of_definition(kind: Kind) -> Key:
    return Key("", f"{kind.plural}.{kind.group}")


def is_definition(kind: Kind) -> bool:
    return (kind.group, kind.plural) == (GROUP, PLURAL)
