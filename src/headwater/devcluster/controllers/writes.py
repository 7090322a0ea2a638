"""How controllers write: through the same walk as everybody, under the controller manager's name."""

from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.objects import Object, key_of, metadata_of
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.store import Record
from headwater.devcluster.verbs.deleting import Deletion, remove
from headwater.devcluster.verbs.place import Options, Place, updater
from headwater.devcluster.verbs.storing import Owning, insert, owning, replace

MANAGER: Final = "kube-controller-manager"
BACKGROUND: Final = Deletion(propagation="Background")


def create(cluster: Cluster, resource: ResourceType, wanted: Object) -> Object:
    """Raises: RefusedError."""
    place = Place(resource=resource, namespace=metadata_of(wanted).get("namespace", ""))
    return insert(cluster, place, {**_typed(resource), **wanted}, _owning(cluster, place))


def write(cluster: Cluster, resource: ResourceType, wanted: Object, *, status: bool = False) -> None:
    """Replace what is there, or its status alone; nothing happens if nothing changes. Raises: RefusedError."""
    key = key_of(wanted)
    record = cluster.find(resource, key)
    if record is None:
        return
    subresource = "status" if status else ""
    place = Place(resource=resource, namespace=key.namespace, name=key.name, subresource=subresource)
    replace(cluster, place, record, wanted, _owning(cluster, place))


def delete(cluster: Cluster, resource: ResourceType, record: Record) -> None:
    remove(cluster, resource, record, BACKGROUND)


def owner_reference(owner: Object, resource: ResourceType) -> Object:
    """Of the controller of what is made."""
    meta = metadata_of(owner)
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def _owning(cluster: Cluster, place: Place) -> Owning:
    return owning(place.resource, updater(place, Options(manager=MANAGER)), cluster.timestamp())


def _typed(resource: ResourceType) -> Object:
    return {"apiVersion": resource.api_version, "kind": resource.kind}
