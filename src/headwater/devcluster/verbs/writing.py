"""Create, update and patch: from a request to a stored object and the reply."""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.fields.applying import applied
from headwater.devcluster.fields.last_applied import remembered
from headwater.devcluster.fields.typing import type_problems
from headwater.devcluster.http import (
    APPLY_YAML,
    JSON_PATCH,
    MERGE_PATCH,
    STRATEGIC_PATCH,
    Reply,
    Request,
)
from headwater.devcluster.objects import Json, Object, metadata_of, with_metadata
from headwater.devcluster.patches.json_patch import JsonPatchError, json_patched
from headwater.devcluster.patches.merge import merge_patched
from headwater.devcluster.patches.strategic import MergeKeyError, strategic_patched
from headwater.devcluster.resource_types import ResourceType, metadata_schema
from headwater.devcluster.schemas.decoding import unconvertible, undecodable
from headwater.devcluster.schemas.go_json import encoded, go_name, printed
from headwater.devcluster.status import (
    RefusedError,
    bad_request,
    conflict,
    invalid,
    invalid_value,
    not_found,
    required,
    unsupported_media_type,
)
from headwater.devcluster.store import Record
from headwater.devcluster.verbs.answers import answer
from headwater.devcluster.verbs.bodies import check_kind, read_json, read_object, shaped, unknown_fields
from headwater.devcluster.verbs.place import Options, Place, applier, updater
from headwater.devcluster.verbs.storing import Owning, insert, owning, replace

_PATCHES: Final = (JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_YAML)


def create(cluster: Cluster, place: Place, request: Request) -> Reply:
    options = Options.of(request)
    wanted, warnings = shaped(read_object(request, place.resource), place.resource, options.validation)
    own = owning(place.resource, updater(place, options), cluster.timestamp())
    stored = insert(cluster, place, wanted, own, dry_run=options.dry_run)
    return answer(cluster, place.resource, stored, request, status=201, warnings=warnings)


def update(cluster: Cluster, place: Place, request: Request) -> Reply:
    options = Options.of(request)
    old = get_record(cluster, place)
    wanted, warnings = shaped(read_object(request, place.resource), place.resource, options.validation)
    _check_name(place, wanted)
    own = owning(place.resource, updater(place, options), cluster.timestamp())
    stored = replace(cluster, place, old, wanted, own, dry_run=options.dry_run)
    return answer(cluster, place.resource, stored.object, request, warnings=warnings)


def patch(cluster: Cluster, place: Place, request: Request) -> Reply:
    accepted = [kind for kind in _PATCHES if not (place.resource.is_custom and kind == STRATEGIC_PATCH)]
    if request.content_type not in accepted:
        raise unsupported_media_type(accepted)
    if request.content_type == APPLY_YAML:
        return _apply(cluster, place, request)
    options = Options.of(request)
    old = get_record(cluster, place)
    seen = old.as_version(place.resource.api_version)
    patched = _patched(seen, read_json(request), request.content_type, place)
    _check_patched(patched, request, place, options)
    wanted, warnings = shaped(patched, place.resource, options.validation, seen)
    _check_name(place, wanted)
    own = owning(place.resource, updater(place, options), cluster.timestamp())
    stored = replace(cluster, place, old, wanted, own, dry_run=options.dry_run)
    return answer(cluster, place.resource, stored.object, request, warnings=warnings)


def _check_patched(patched: Object, request: Request, place: Place, options: Options) -> None:
    """What a patch leaves is told about as a whole. Raises: RefusedError (422)."""
    strategic = request.content_type == STRATEGIC_PATCH
    unknown = unknown_fields(patched, place.resource) if options.validation == "Strict" else []
    problem = next(_undecodable(patched, place.resource, strategic=strategic), "")
    if problem or unknown:
        shown = printed(read_json(request)) if strategic else encoded(patched)
        why = problem or "strict decoding error: " + ", ".join(f'unknown field "{path}"' for path in unknown)
        raise invalid("", "", "", [invalid_value("patch", shown, why)])


def _undecodable(patched: Object, resource: ResourceType, *, strategic: bool) -> Iterator[str]:
    if resource.is_custom:
        return undecodable(patched.get("metadata"), metadata_schema(), "ObjectMeta")
    if strategic:
        return unconvertible(patched, resource.schema)
    return undecodable(patched, resource.schema, resource.kind)


def get_record(cluster: Cluster, place: Place) -> Record:
    """Raises: RefusedError (404)."""
    found = cluster.find(place.resource, place.key)
    if found is None:
        raise not_found(place.plural, place.group, place.name)
    return found


def _patched(target: Object, body: Json, content_type: str, place: Place) -> Object:
    """A patch that names no version is made against what is there, whatever that is."""
    if content_type == JSON_PATCH:
        return _of_same_kind(patched_by_json(target, body), place)
    if not isinstance(body, dict):
        words = f"json: cannot unmarshal {go_name(body)} into Go value of type map[string]interface {{}}"
        raise bad_request(f"error decoding patch: {words}")
    if content_type == STRATEGIC_PATCH:
        try:
            patched = strategic_patched(target, body, place.resource.schema)
        except MergeKeyError as error:
            raise RefusedError(500, "", str(error)) from error
    else:
        patched = merge_patched(target, body)
    return _of_same_kind(patched, place)


def patched_by_json(target: Object, body: Json) -> Object:
    """Raises: RefusedError: it is no JSON patch (400), or cannot be applied to `target` (422)."""
    if not isinstance(body, list) or not all(isinstance(each, dict) for each in body):
        raise bad_request(
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp"
        )
    try:
        patched = json_patched(target, body)
    except JsonPatchError as error:
        message = "the server rejected our request due to an error in our request"
        refused = RefusedError(422, "Invalid", message, {})
        raise refused from error
    if not isinstance(patched, dict):
        raise bad_request("the patch leaves no object")
    return patched


def _of_same_kind(patched: Object, place: Place) -> Object:
    """Raises: RefusedError."""
    resource = place.resource
    if not resource.is_custom:
        check_kind(patched, resource)
        return patched
    for field, wanted in (("apiVersion", resource.api_version), ("kind", resource.kind)):
        if (found := patched.get(field, wanted)) != wanted:
            kind = str(patched.get("kind", resource.kind))
            raise invalid(kind, resource.group, place.name, [invalid_value(field, found, f"must be {wanted}")])
    return patched


def _apply(cluster: Cluster, place: Place, request: Request) -> Reply:
    options = Options.of(request)
    if not request.query.get("fieldManager"):
        cause = required("fieldManager", "is required for apply patch")
        raise invalid("PatchOptions", "meta.k8s.io", "", [cause])
    given = _of_place(read_object(request, place.resource), place)
    _check_typed(given, place)
    configuration, warnings = shaped(given, place.resource, options.validation)
    _check_name(place, configuration)
    if metadata_of(configuration).get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    old = cluster.find(place.resource, place.key)
    if old is None:
        return _create_by_apply(cluster, place, configuration, request)
    result = _applied_to(old, place, configuration, options, cluster.timestamp())
    stored = replace(cluster, place, old, result, _owned_as(result), dry_run=options.dry_run)
    return answer(cluster, place.resource, stored.object, request, warnings=warnings)


def _of_place(configuration: Object, place: Place) -> Object:
    """Without what is not this place's to say: the status, or all but the status."""
    if place.subresource == "status":
        meta = metadata_of(configuration)
        named = {name: meta[name] for name in ("name", "namespace", "uid", "resourceVersion") if name in meta}
        kept = {name: value for name, value in configuration.items() if name in {"apiVersion", "kind", "status"}}
        return {**kept, "metadata": named}
    if "status" in place.resource.subresources:
        return {name: value for name, value in configuration.items() if name != "status"}
    return configuration


def _check_typed(configuration: Object, place: Place) -> None:
    """What is applied must be known to the schema, whatever is asked for. Raises: RefusedError (500)."""
    unknown = unknown_fields(configuration, place.resource)
    kind = f"{place.group}/{place.resource.version}, Kind={place.resource.kind}"
    listed = [*type_problems(configuration, place.resource.schema)]
    listed += [f".{path}: field not declared in schema" for path in unknown]
    if not listed:
        return
    words = listed[0] if len(listed) == 1 else "errors:\n" + "\n".join(f"  {each}" for each in listed)
    message = f"failed to create typed patch object ({place.namespace}/{place.name}; {kind}): {words}"
    raise RefusedError(500, "", message)


def _applied_to(old: Record, place: Place, configuration: Object, options: Options, now: str) -> Object:
    live = old.as_version(place.resource.api_version)
    meta = metadata_of(configuration)
    plain = with_metadata(configuration, resourceVersion=None, uid=None)
    manager = applier(place, options)
    merged = applied(live, plain, place.resource.schema, manager, now, force=options.force)
    result = remembered(merged, plain, manager.name)
    return with_metadata(result, resourceVersion=meta.get("resourceVersion"), uid=meta.get("uid"))


def _create_by_apply(cluster: Cluster, place: Place, configuration: Object, request: Request) -> Reply:
    options = Options.of(request)
    meta = metadata_of(configuration)
    if meta.get("uid"):
        raise conflict(place.plural, place.group, place.name)
    if place.subresource:
        raise not_found(place.plural, place.group, place.name)
    named = with_metadata(configuration, name=place.name)
    owned = applied({}, named, place.resource.schema, applier(place, options), cluster.timestamp(), force=True)
    stored = insert(cluster, place, owned, _as_given, dry_run=options.dry_run)
    return answer(cluster, place.resource, stored, request, status=201)


def _as_given(_old: Object, new: Object) -> Object:
    """Applying has settled already who owns what."""
    return new


def _owned_as(result: Object) -> Owning:
    """Likewise, where only a part of the result is stored."""
    return lambda _old, new: with_metadata(new, managedFields=metadata_of(result).get("managedFields"))


def _check_name(place: Place, wanted: Object) -> None:
    meta = metadata_of(wanted)
    if meta.get("name", place.name) != place.name:
        raise bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({place.name})")
    if place.namespace and meta.get("namespace", place.namespace) != place.namespace:
        raise bad_request(
            f"the namespace of the object ({meta['namespace']}) does not match the namespace on the URL "
            f"({place.namespace})"
        )
