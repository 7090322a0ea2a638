"""The walk of every write: shaped, completed, checked, then stored or, for a dry run, only answered.

Surprise: an update that changes nothing is answered with what is there, under the version that it has; and one that
takes the last finalizer from an object that is to be deleted deletes it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.fields.managed import Manager, updated
from headwater.devcluster.kinds.names import finalizer_problems, metadata_problems
from headwater.devcluster.kinds.replicas import scale_problems
from headwater.devcluster.kinds.strategies import strategy_of
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Key, Object, finalizers_of, is_deleting, metadata_of, with_metadata
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.schemas.shaping import defaulted, pruned
from headwater.devcluster.schemas.validation import violations
from headwater.devcluster.status import Cause, already_exists, bad_request, conflict, forbidden, invalid, not_found
from headwater.devcluster.store import Record
from headwater.devcluster.verbs.place import Place

Owning = Callable[[Object, Object], Object]
"""From the object before (empty if there is none) and the one wanted to the one wanted with its managedFields."""

_EMPTY = ("labels", "annotations", "finalizers", "ownerReferences")
_SERVERS = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generateName",
    "generation",
    "name",
    "namespace",
    "uid",
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a write came to; `deleted` if the object is gone by it."""

    object: Object
    deleted: bool = False


def owning(resource: ResourceType, manager: Manager, now: str) -> Owning:
    """The usual way: what changed is the manager's."""
    return lambda old, new: updated(old, new, resource.schema, manager, now)


def insert(cluster: Cluster, place: Place, wanted: Object, own: Owning, *, dry_run: bool = False) -> Object:
    """Raises: RefusedError: the namespace is missing or going, the object is invalid or there already."""
    resource = place.resource
    strategy = strategy_of(resource)
    named = _named(cluster, place, wanted)
    _check_namespace(cluster, resource, metadata_of(named).get("namespace", ""), metadata_of(named).get("name", ""))
    fresh = _with_status_of({}, named) if "status" in resource.subresources else named
    complete = strategy.create(_as_stored(cluster, resource, _complete(fresh, resource, strategy, None), None))
    meta = {"uid": cluster.uid(), "creationTimestamp": cluster.timestamp(), "selfLink": None}
    generation = {"generation": 1} if strategy.has_generation else {"generation": None}
    born = own({}, with_metadata(complete, **meta, **generation, resourceVersion=None))
    _check(born, None, resource, strategy)
    key = Key(metadata_of(born).get("namespace", ""), metadata_of(born)["name"])
    if cluster.find(resource, key) is not None:
        raise already_exists(resource.plural, resource.group, key.name)
    return born if dry_run else cluster.store.put(resource.store_kind, born).object


def replace(  # noqa: PLR0913 - as insert, and what is replaced
    cluster: Cluster, place: Place, old: Record, wanted: Object, own: Owning, *, dry_run: bool = False
) -> Stored:
    """Raises: RefusedError: `wanted` names another version or uid, or is invalid."""
    resource = place.resource
    strategy = strategy_of(resource)
    before = old.object
    _check_versions(place, before, wanted)
    kept = _kept(place, before, wanted)
    complete = strategy.update(
        _as_stored(cluster, resource, _complete(kept, resource, strategy, before), before), before
    )
    counted = _counted(complete, before, strategy)
    after = own(before, counted)
    _check(after, before, resource, strategy)
    if is_deleting(after) and not finalizers_of(after) and not _is_namespace(resource):
        return Stored(after if dry_run else cluster.store.delete(resource.store_kind, old.key).object, deleted=True)
    if _is_same(before, after):
        return Stored(before)
    if dry_run:
        return Stored(with_metadata(after, resourceVersion=metadata_of(before)["resourceVersion"]))
    return Stored(cluster.store.put(resource.store_kind, after).object)


def _is_namespace(resource: ResourceType) -> bool:
    return resource.plural == "namespaces" and not resource.group


def _named(cluster: Cluster, place: Place, wanted: Object) -> Object:
    meta = metadata_of(wanted)
    name = meta.get("name") or (f"{meta['generateName']}{cluster.suffix()}" if meta.get("generateName") else "")
    namespace = meta.get("namespace") or place.namespace
    if place.resource.namespaced and namespace != place.namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    return with_metadata(wanted, name=name or None, namespace=namespace if place.resource.namespaced else None)


def _check_namespace(cluster: Cluster, resource: ResourceType, namespace: str, name: str) -> None:
    if not resource.namespaced:
        return
    found = cluster.find(cluster.catalog.get("", "namespaces"), Key("", namespace))
    if found is None:
        raise not_found("namespaces", "", namespace)
    if is_deleting(found.object):
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        refused = forbidden(resource.plural, resource.group, name, why)
        cause = {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
        refused.details = {**(refused.details or {}), "causes": [cause]}
        raise refused


def _check_versions(place: Place, before: Object, wanted: Object) -> None:
    meta, was = metadata_of(wanted), metadata_of(before)
    if meta.get("uid") and meta["uid"] != was["uid"]:
        why = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {was['uid']}"
        raise conflict(place.plural, place.group, place.name, why)
    if meta.get("resourceVersion") and meta["resourceVersion"] != was["resourceVersion"]:
        raise conflict(place.plural, place.group, place.name)


def _kept(place: Place, before: Object, wanted: Object) -> Object:
    """Of `wanted` only what this place may change; what the server keeps is as it was."""
    if place.subresource == "status":
        meta = metadata_of(before)
        if metadata_of(wanted).get("managedFields") == []:
            meta = {**meta, "managedFields": []}
        return _with_status_of(wanted, {**before, "metadata": meta})
    was = metadata_of(before)
    fixed = {name: was.get(name) for name in _SERVERS}
    changed = with_metadata(wanted, **fixed)
    return _with_status_of(before, changed) if "status" in place.resource.subresources else changed


def _with_status_of(source: Object, found: Object) -> Object:
    if "status" in source:
        return {**found, "status": source["status"]}
    return {name: value for name, value in found.items() if name != "status"}


def _complete(found: Object, resource: ResourceType, strategy: Strategy, before: Object | None) -> Object:
    empty = {name: None for name in _EMPTY if metadata_of(found).get(name, True) in ({}, [], None)}
    clean = with_metadata(found, **empty) if empty else found
    if not resource.is_custom:
        return strategy.defaults(clean)
    complete: Object = defaulted(clean, resource.schema, before)
    return complete


def _as_stored(cluster: Cluster, resource: ResourceType, found: Object, before: Object | None) -> Object:
    """What is written as another version of its kind has the shape of the stored one."""
    if resource.is_storage:
        return found
    stored = cluster.catalog.get(resource.group, resource.plural)
    shaped: Object = defaulted(pruned(found, stored.schema, "", [], before), stored.schema, before)
    return shaped


def _counted(found: Object, before: Object, strategy: Strategy) -> Object:
    if not strategy.has_generation:
        return found
    changed = any(
        found.get(name) is not before.get(name) and found.get(name) != before.get(name)
        for name in found.keys() | before.keys()
        if name not in {"metadata", "status", "apiVersion", "kind"}
    )
    return with_metadata(found, generation=metadata_of(before).get("generation", 0) + 1) if changed else found


def _check(found: Object, before: Object | None, resource: ResourceType, strategy: Strategy) -> None:
    causes = list(_problems(found, before, resource, strategy))
    if causes:
        raise invalid(resource.kind, resource.group, metadata_of(found).get("name", ""), causes)


def _problems(found: Object, before: Object | None, resource: ResourceType, strategy: Strategy) -> Iterator[Cause]:
    if before is None or metadata_of(found).keys() != metadata_of(before).keys() or not _is_same_meta(found, before):
        yield from metadata_problems(found, resource)
    if before is not None:
        yield from finalizer_problems(found, before)
    if resource.is_custom:
        body = {name: value for name, value in found.items() if name != "metadata"}
        yield from violations(body, resource.schema, "", before)
        if "scale" in resource.subresources:
            yield from scale_problems(found, resource.scale)
    yield from strategy.problems(found, before)


def _is_same_meta(found: Object, before: Object) -> bool:
    new, old = metadata_of(found), metadata_of(before)
    return all(
        new.get(name) is old.get(name) for name in ("labels", "annotations", "finalizers", "ownerReferences", "name")
    )


def _is_same(before: Object, after: Object) -> bool:
    """Whether a write changed nothing that anybody sees; the version of the kind is a matter of the request."""
    names = (before.keys() | after.keys()) - {"apiVersion", "metadata"}
    if any(before.get(name) is not after.get(name) and before.get(name) != after.get(name) for name in names):
        return False
    old, new = metadata_of(before), metadata_of(after)
    return all(old.get(name) == new.get(name) for name in (old.keys() | new.keys()) - {"resourceVersion"})
