"""Get and list."""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.http import Reply, Request
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.selectors import Test, everything, field_test, label_test
from headwater.devcluster.status import bad_request, expired, forbidden_field, invalid, no_version, too_new
from headwater.devcluster.store import Record
from headwater.devcluster.verbs.answers import answer, answer_list
from headwater.devcluster.verbs.place import Place
from headwater.devcluster.verbs.writing import get_record

_SELECTABLE: Final = {
    ("", "pods"): (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    ("", "events"): (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
    ("", "secrets"): ("type",),
    ("", "namespaces"): ("status.phase",),
    ("", "nodes"): ("spec.unschedulable",),
    ("", "services"): ("spec.clusterIP", "spec.type"),
    ("apps", "replicasets"): ("status.replicas",),
    ("batch", "jobs"): ("status.successful",),
}
_KEPT: Final = 64


class Pages:
    """Lists that are being read in pages: each page shows the state that the first one did."""

    def __init__(self) -> None:
        self._rests: OrderedDict[str, tuple[str, Sequence[Record]]] = OrderedDict()
        self._count = 0

    def keep(self, version: str, rest: Sequence[Record]) -> str:
        self._count += 1
        name = str(self._count)
        self._rests[name] = (version, rest)
        while len(self._rests) > _KEPT:
            self._rests.popitem(last=False)
        return base64.urlsafe_b64encode(msgspec.json.encode({"v": "devcluster", "list": name})).decode("ascii")

    def resume(self, text: str) -> tuple[str, Sequence[Record]]:
        """Raises: RefusedError: 400 for what was never given out, 410 for what is too old."""
        try:
            name = msgspec.json.decode(base64.urlsafe_b64decode(text), type=dict[str, str])["list"]
        except (ValueError, KeyError, binascii.Error, msgspec.MsgspecError) as error:
            raise bad_request("continue key is not valid") from error
        if name not in self._rests:
            raise expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new "
                "list without the continue parameter."
            )
        return self._rests[name]


def get(cluster: Cluster, place: Place, request: Request) -> Reply:
    return answer(cluster, place.resource, get_record(cluster, place).object, request)


def list_objects(cluster: Cluster, place: Place, request: Request, pages: Pages) -> Reply:
    limit = _limit(request)
    _check_version(request, cluster.store.version)
    version, found = _listed(cluster, place, request, pages)
    metadata: dict[str, str | int] = {"resourceVersion": version}
    if limit and len(found) > limit:
        found, rest = found[:limit], found[limit:]
        metadata["continue"] = pages.keep(version, rest)
        if not request.query.get("labelSelector") and not request.query.get("fieldSelector"):
            metadata["remainingItemCount"] = len(rest)
    return answer_list(cluster, place.resource, found, request, metadata)


def selection(place: Place, request: Request) -> Test:
    """What the selectors of the query, and a name in the path, let through."""
    labels = label_test(request.query.get("labelSelector", ""))
    fields = field_test(request.query.get("fieldSelector", ""), selectable(place.resource))
    if labels is everything and fields is everything:
        return everything
    return lambda found: labels(found) and fields(found)


def selectable(resource: ResourceType) -> Sequence[str]:
    return resource.selectable or _SELECTABLE.get((resource.group, resource.plural), ())


def _listed(cluster: Cluster, place: Place, request: Request, pages: Pages) -> tuple[str, Sequence[Record]]:
    if token := request.query.get("continue"):
        return pages.resume(token)
    wanted = selection(place, request)
    records = cluster.store.of(place.resource.store_kind).select(place.namespace)
    found = list(records) if wanted is everything else [record for record in records if wanted(record.object)]
    return str(cluster.store.version), found


def _check_version(request: Request, newest: int) -> None:
    """Raises: RefusedError: 400, 422, or 504 for a version that is not there yet."""
    version = request.query.get("resourceVersion", "")
    if not version and request.query.get("resourceVersionMatch"):
        cause = forbidden_field(
            "resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"
        )
        raise invalid("ListOptions", "meta.k8s.io", "", [cause])
    if version and not version.isdecimal():
        raise bad_request(f"invalid resource version: {no_version(version)}")
    if version and int(version) > newest:
        raise too_new(int(version), newest)


def _limit(request: Request) -> int:
    text = request.query.get("limit", "0") or "0"
    if not text.lstrip("-").isdecimal():
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return max(int(text), 0)
