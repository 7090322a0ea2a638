"""Delete one or many: at once, or marked to go when finalizers let it.

Surprise: a delete in the foreground or one that orphans becomes a finalizer, which the collector takes off when the
dependents are gone or let go.
"""

from dataclasses import dataclass
from typing import Final, Self

import msgspec

from headwater.devcluster import protobuf
from headwater.devcluster.cluster import Cluster
from headwater.devcluster.http import Reply, Request, reply
from headwater.devcluster.objects import Object, finalizers_of, is_deleting, metadata_of, uid_of, with_metadata
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.schemas.go_json import syntax_problem
from headwater.devcluster.status import bad_request, conflict, forbidden, invalid, unsupported_value
from headwater.devcluster.store import Record
from headwater.devcluster.verbs.answers import answer, answer_list
from headwater.devcluster.verbs.place import Place
from headwater.devcluster.verbs.reading import selection
from headwater.devcluster.verbs.writing import get_record

FOREGROUND: Final = "foregroundDeletion"
ORPHAN: Final = "orphan"
_POLICIES: Final = ("Foreground", "Background", "Orphan")
_LASTING: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """How to delete; `uid` and `version` are preconditions."""

    propagation: str = ""
    uid: str = ""
    version: str = ""
    dry_run: bool = False

    @classmethod
    def of(cls, request: Request) -> Self:
        """Raises: RefusedError (400)."""
        body = _body(request)
        conditions = body.get("preconditions") or {}
        orphans = "Orphan" if body.get("orphanDependents") else ""
        policy = body.get("propagationPolicy") or request.query.get("propagationPolicy", "") or orphans
        dry = body.get("dryRun") or ([request.query["dryRun"]] if "dryRun" in request.query else [])
        _check_options(policy, dry)
        return cls(
            propagation=policy,
            uid=conditions.get("uid", ""),
            version=conditions.get("resourceVersion", ""),
            dry_run="All" in dry,
        )


def _check_options(policy: str, dry_run: list[str]) -> None:
    causes = []
    if policy not in {"", *_POLICIES}:
        causes.append(unsupported_value("propagationPolicy", policy, [*_POLICIES, "nil"]))
    if any(each != "All" for each in dry_run):
        causes.append(unsupported_value("dryRun", dry_run, ["All"]))
    if causes:
        raise invalid("DeleteOptions", "meta.k8s.io", "", causes)


def delete(cluster: Cluster, place: Place, request: Request) -> Reply:
    deletion = Deletion.of(request)
    record = get_record(cluster, place)
    _check(place, record, deletion)
    left = remove(cluster, place.resource, record, deletion)
    if left is not None:
        return answer(cluster, place.resource, left, request)
    details = {"name": place.name, "group": place.group, "kind": place.plural, "uid": uid_of(record.object)}
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return reply({**status, "details": {name: value for name, value in details.items() if value}})


def delete_many(cluster: Cluster, place: Place, request: Request) -> Reply:
    deletion = Deletion.of(request)
    wanted = selection(place, request)
    found = [
        record
        for record in cluster.store.of(place.resource.store_kind).select(place.namespace)
        if wanted(record.object)
    ]
    for record in found:
        remove(cluster, place.resource, record, deletion)
    metadata = {"resourceVersion": str(cluster.store.version)}
    return answer_list(cluster, place.resource, found, request, metadata)


def remove(cluster: Cluster, resource: ResourceType, record: Record, deletion: Deletion) -> Object | None:
    """Delete, or mark; returns what is left of the object, None if it is gone."""
    finalizers = _finalizers(record.object, resource, deletion)
    if not finalizers and not _is_namespace(resource):
        if not deletion.dry_run:
            cluster.store.delete(resource.store_kind, record.key)
        return None
    if is_deleting(record.object) and finalizers == finalizers_of(record.object):
        return record.object
    marked = _marked(cluster, record.object, finalizers)
    if _is_namespace(resource):
        marked = {**marked, "status": {**(marked.get("status") or {}), "phase": "Terminating"}}
    return marked if deletion.dry_run else cluster.store.put(resource.store_kind, marked).object


def _marked(cluster: Cluster, found: Object, finalizers: list[str]) -> Object:
    meta = metadata_of(found)
    generation = {"generation": meta["generation"] + 1} if "generation" in meta and not is_deleting(found) else {}
    return with_metadata(
        found,
        deletionTimestamp=meta.get("deletionTimestamp") or cluster.timestamp(),
        deletionGracePeriodSeconds=0,
        finalizers=finalizers or None,
        **generation,
    )


def _finalizers(found: Object, resource: ResourceType, deletion: Deletion) -> list[str]:
    """Those that it has, with the one of how it is to be deleted."""
    kept = [each for each in finalizers_of(found) if each not in {FOREGROUND, ORPHAN} or is_deleting(found)]
    if _is_namespace(resource):
        return kept
    match deletion.propagation:
        case "Foreground" if FOREGROUND not in kept:
            return [*kept, FOREGROUND]
        case "Orphan" if ORPHAN not in kept:
            return [*kept, ORPHAN]
    return kept


def _check(place: Place, record: Record, deletion: Deletion) -> None:
    for what, asked, found, ending in (
        ("UID", deletion.uid, uid_of(record.object), "deleted and then recreated"),
        ("ResourceVersion", deletion.version, metadata_of(record.object)["resourceVersion"], "modified"),
    ):
        if asked and asked != found:
            why = (
                f"the {what} in the precondition ({asked}) does not match the {what} in record ({found}). "
                f"The object might have been {ending}"
            )
            raise conflict(place.resource.kind, place.group, place.name, why)
    if _is_namespace(place.resource) and place.name in _LASTING:
        raise forbidden(place.plural, place.group, place.name, "this namespace may not be deleted")


def _is_namespace(resource: ResourceType) -> bool:
    return resource.plural == "namespaces" and not resource.group


def _body(request: Request) -> Object:
    if not request.body.strip():
        return {}
    try:
        if request.body.startswith(protobuf.MAGIC):
            return protobuf.decode_body(request.body)
        found = msgspec.json.decode(request.body)
    except msgspec.DecodeError as error:
        why = syntax_problem(request.body)
        raise bad_request(f"couldn't get version/kind; json parse error: {why}") from error
    return found if isinstance(found, dict) else {}
