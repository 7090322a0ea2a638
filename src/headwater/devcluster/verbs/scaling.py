"""The scale subresource: `spec.replicas` of a workload as an object of its own."""

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.fields.managed import UPDATE, Manager
from headwater.devcluster.http import MERGE_PATCH, STRATEGIC_PATCH, Reply, Request, reply
from headwater.devcluster.kinds.cells import selector_text
from headwater.devcluster.objects import Object, get_in, metadata_of
from headwater.devcluster.patches.merge import merge_patched
from headwater.devcluster.status import invalid, invalid_value, method_not_allowed, unsupported_media_type
from headwater.devcluster.verbs.bodies import read_json
from headwater.devcluster.verbs.place import Options, Place
from headwater.devcluster.verbs.storing import owning, replace
from headwater.devcluster.verbs.writing import get_record


def scale(cluster: Cluster, place: Place, request: Request) -> Reply:
    """GET, PUT and PATCH. Source: autoscaling/v1 Scale. Raises: RefusedError."""
    record = get_record(cluster, place)
    shown = _shown(record.object)
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
    found = {**record.object, "spec": {**record.object["spec"], "replicas": replicas}}
    if version:
        found["metadata"] = {**found["metadata"], "resourceVersion": version}
    own = owning(place.resource, manager, cluster.timestamp())
    plain = Place(resource=place.resource, namespace=place.namespace, name=place.name)
    stored = replace(cluster, plain, record, found, own, dry_run=options.dry_run)
    return reply(_shown(stored.object))


def _wanted(shown: Object, request: Request) -> Object:
    body = read_json(request)
    if request.method == "PUT":
        return dict(body)
    if request.method != "PATCH":
        raise method_not_allowed()
    if request.content_type not in {MERGE_PATCH, STRATEGIC_PATCH}:
        raise unsupported_media_type([MERGE_PATCH, STRATEGIC_PATCH])
    return dict(merge_patched(shown, body))


def _shown(found: Object) -> Object:
    meta = metadata_of(found)
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {name: meta[name] for name in kept if name in meta},
        "spec": {"replicas": get_in(found, "spec", "replicas") or 0},
        "status": {
            "replicas": get_in(found, "status", "replicas") or 0,
            "selector": selector_text(get_in(found, "spec", "selector")),
        },
    }
