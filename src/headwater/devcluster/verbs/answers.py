"""Replies with an object or a list of them, in the form that the client asked for: whole, as a Table, or metadata."""

from collections.abc import Sequence
from typing import Final

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.http import Reply, Request, reply
from headwater.devcluster.objects import Object, metadata_of
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.store import Record
from headwater.devcluster.tables import table, wants_table

_PARTIAL: Final = "as=PartialObjectMetadata"


def answer(  # noqa: PLR0913 - what a reply is made of
    cluster: Cluster,
    resource: ResourceType,
    found: Object,
    request: Request,
    *,
    status: int = 200,
    warnings: Sequence[str] = (),
) -> Reply:
    shown = found if found.get("apiVersion") == resource.api_version else {**found, "apiVersion": resource.api_version}
    told = [*warnings, *([resource.deprecation] if resource.deprecation else [])]
    if wants_table(request.accept):
        meta = {"resourceVersion": metadata_of(found).get("resourceVersion", "")}
        include = request.query.get("includeObject", "")
        shown = table(resource, [shown], cluster.now(), metadata=meta, include=include)
    elif wants_metadata(request.accept):
        shown = partial(shown)
    return reply(shown, status=status, warnings=told)


def answer_list(
    cluster: Cluster, resource: ResourceType, found: Sequence[Record], request: Request, metadata: Object
) -> Reply:
    warnings = [resource.deprecation] if resource.deprecation else []
    version = resource.api_version
    if wants_table(request.accept):
        include = request.query.get("includeObject", "")
        rows = (record.as_version(version) for record in found)
        return reply(table(resource, rows, cluster.now(), metadata=metadata, include=include), warnings=warnings)
    if wants_metadata(request.accept):
        items = [partial(record.object) for record in found]
        kind = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
        return reply({**kind, "metadata": metadata, "items": items}, warnings=warnings)
    head = reply({"kind": resource.list_kind, "apiVersion": version, "metadata": metadata}).body.rstrip(b"}\n")
    body = head + b'},"items":[' + b",".join(record.to_json(version) for record in found) + b"]}\n"
    return Reply(body=body, warnings=warnings)


def wants_metadata(accept: str) -> bool:
    return _PARTIAL in accept.partition(",")[0]


def partial(found: Object) -> Object:
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata_of(found)}
