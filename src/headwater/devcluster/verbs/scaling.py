"""The scale subresource: how many replicas an object has, as an object of its own; custom kinds say where."""

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.fields.managed import UPDATE, Manager
from headwater.devcluster.http import JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, Reply, Request, reply
from headwater.devcluster.objects import Object, get_in, metadata_of, put_in
from headwater.devcluster.patches.merge import merge_patched
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.selectors import selector_string
from headwater.devcluster.status import invalid, invalid_value, method_not_allowed, unsupported_media_type
from headwater.devcluster.verbs.bodies import read_json
from headwater.devcluster.verbs.place import Options, Place
from headwater.devcluster.verbs.storing import owning, replace
from headwater.devcluster.verbs.writing import get_record, patched_by_json


def scale(cluster: Cluster, place: Place, request: Request) -> Reply:
    """GET, PUT and PATCH. Source: autoscaling/v1 Scale. Raises: RefusedError."""
    record = get_record(cluster, place)
    shown = _shown(record.as_version(place.resource.api_version), place.resource)
    if request.method == "GET":
        return reply(shown)
    wanted = _wanted(shown, request)
    replicas = get_in(wanted, "spec", "replicas") or 0
    if replicas < 0:
        cause = invalid_value("spec.replicas", replicas, "must be greater than or equal to 0")
        raise invalid("Scale", "autoscaling", place.name, [cause])
    options = Options.of(request)
    manager = Manager(
        name=options.manager, operation=UPDATE, api_version=place.resource.api_version, subresource="scale"
    )
    version = metadata_of(wanted).get("resourceVersion") if request.method == "PUT" else None
    found = put_in(record.object, replicas, *place.resource.scale.replicas)
    if version:
        found["metadata"] = {**found["metadata"], "resourceVersion": version}
    own = owning(place.resource, manager, cluster.timestamp())
    plain = Place(resource=place.resource, namespace=place.namespace, name=place.name)
    stored = replace(cluster, plain, record, found, own, dry_run=options.dry_run)
    return reply(_shown(stored.object, place.resource))


def _wanted(shown: Object, request: Request) -> Object:
    body = read_json(request)
    if request.method == "PUT":
        return dict(body)
    if request.method != "PATCH":
        raise method_not_allowed()
    if request.content_type == JSON_PATCH:
        return patched_by_json(shown, body)
    if request.content_type not in {MERGE_PATCH, STRATEGIC_PATCH}:
        raise unsupported_media_type([JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH])
    return dict(merge_patched(shown, body))


def _shown(found: Object, resource: ResourceType) -> Object:
    meta, paths = metadata_of(found), resource.scale
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    selector = get_in(found, *paths.selector) if paths.selector else None
    text = selector if resource.is_custom else selector_string(selector)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: meta[name] for name in kept if name in meta},
        "spec": {"replicas": get_in(found, *paths.replicas) or 0},
        "status": {
            "replicas": get_in(found, *paths.status) or 0,
            **({"selector": text} if text else {}),
        },
    }
