"""The cells of a built-in kind's row in a Table; columns without code here show the name, the age and `<none>`.

Source: k8s.io/kubernetes pkg/printers/internalversion.
"""

from datetime import datetime
from typing import Final

from headwater.devcluster.ages import age_of
from headwater.devcluster.kinds import stored_cells
from headwater.devcluster.kinds.cell_parts import Cells, age, containers_and_images, selector_text
from headwater.devcluster.objects import Json, Object, get_in, metadata_of
from headwater.devcluster.resource_types import ResourceType


def cells_of(resource: ResourceType, found: Object, now: datetime) -> list[Json]:
    if resource.plural == "events":
        return event_cells(found, now)
    own = _CELLS.get(resource.plural)
    if own is not None:
        return [metadata_of(found).get("name"), *own(found, now)]
    return [_usual(column.name, found, now) for column in resource.columns]


def _usual(column: str, found: Object, now: datetime) -> Json:
    match column:
        case "Name":
            return metadata_of(found).get("name")
        case "Age":
            return age(found, now)
        case "Created At":
            return metadata_of(found).get("creationTimestamp")
        case _:
            return "<none>"


def _config_map(found: Object, now: datetime) -> list[Json]:
    return [len(found.get("data") or {}) + len(found.get("binaryData") or {}), age(found, now)]


def _secret(found: Object, now: datetime) -> list[Json]:
    return [found.get("type", ""), len(found.get("data") or {}), age(found, now)]


def _namespace(found: Object, now: datetime) -> list[Json]:
    return [get_in(found, "status", "phase") or "", age(found, now)]


def _lease(found: Object, now: datetime) -> list[Json]:
    return [get_in(found, "spec", "holderIdentity") or "", age(found, now)]


def event_cells(found: Object, now: datetime) -> list[Json]:
    """An event's row has no name in front."""
    involved = found.get("involvedObject") or found.get("regarding") or {}
    message = found.get("message") or found.get("note") or ""
    last = found.get("lastTimestamp") or found.get("eventTime") or found.get("firstTimestamp")
    source = found.get("source") or {}
    return [
        age_of(last, now),
        found.get("type", ""),
        found.get("reason", ""),
        f"{str(involved.get('kind', '')).lower()}/{involved.get('name', '')}",
        involved.get("fieldPath", ""),
        source.get("component") or found.get("reportingComponent", ""),
        message.strip(),
        age_of(found.get("firstTimestamp") or found.get("eventTime"), now),
        found.get("count", 1),
        metadata_of(found).get("name"),
    ]


def _pod(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    statuses = status.get("containerStatuses") or []
    ready = sum(bool(each.get("ready")) for each in statuses)
    phase = "Terminating" if "deletionTimestamp" in metadata_of(found) else status.get("phase", "Unknown")
    return [
        f"{ready}/{len(spec.get('containers') or [])}",
        status.get("reason") or phase,
        str(sum(each.get("restartCount", 0) for each in statuses)),
        age(found, now),
        status.get("podIP") or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        "<none>",
    ]


def _deployment(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    return [
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(found, now),
        *containers_and_images(found),
        selector_text(spec.get("selector")),
    ]


def _replica_set(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    return [
        spec.get("replicas", 1),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(found, now),
        *containers_and_images(found),
        selector_text(spec.get("selector")),
    ]


def _stateful_set(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    return [
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
        age(found, now),
        *containers_and_images(found),
    ]


def _daemon_set(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    nodes = get_in(spec, "template", "spec", "nodeSelector") or {}
    counts = [
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
    ]
    return [
        *(status.get(count, 0) for count in counts),
        ",".join(f"{name}={value}" for name, value in sorted(nodes.items())) or "<none>",
        age(found, now),
        *containers_and_images(found),
        selector_text(spec.get("selector")),
    ]


def _controller_revision(found: Object, now: datetime) -> list[Json]:
    owner = next((each for each in metadata_of(found).get("ownerReferences") or () if each.get("controller")), None)
    name = "<none>" if owner is None else f"{owner['kind'].lower()}.apps/{owner['name']}"
    return [name, found.get("revision", 0), age(found, now)]


def _service(found: Object, now: datetime) -> list[Json]:
    spec = found.get("spec") or {}
    selector = ",".join(f"{name}={value}" for name, value in sorted((spec.get("selector") or {}).items()))
    return [
        spec.get("type", ""),
        spec.get("clusterIP") or "<none>",
        spec.get("externalName") or ("<pending>" if spec.get("type") == "LoadBalancer" else "<none>"),
        ",".join(_port(each) for each in spec.get("ports") or ()) or "<none>",
        age(found, now),
        selector or "<none>",
    ]


def _port(port: Object) -> str:
    node = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port')}{node}/{port.get('protocol', 'TCP')}"


def _node(found: Object, now: datetime) -> list[Json]:
    conditions = get_in(found, "status", "conditions") or []
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    info = get_in(found, "status", "nodeInfo") or {}
    return [
        "Ready" if ready else "Unknown",
        "<none>",
        age(found, now),
        info.get("kubeletVersion", ""),
        "<none>",
        "<none>",
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def _binding(found: Object, now: datetime) -> list[Json]:
    role = found.get("roleRef") or {}
    subjects = found.get("subjects") or []

    def named(kind: str) -> str:
        return ", ".join(_subject(each) for each in subjects if each.get("kind") == kind)

    return [
        f"{role.get('kind', '')}/{role.get('name', '')}",
        age(found, now),
        named("User"),
        named("Group"),
        named("ServiceAccount"),
    ]


def _subject(subject: Object) -> str:
    namespace = subject.get("namespace", "")
    name = str(subject.get("name", ""))
    return f"{namespace}/{name}" if subject.get("kind") == "ServiceAccount" else name


def _created_at(found: Object, _: datetime) -> list[Json]:
    return [metadata_of(found).get("creationTimestamp")]


def _only_age(found: Object, now: datetime) -> list[Json]:
    return [age(found, now)]


_CELLS: Final[dict[str, Cells]] = {
    **stored_cells.CELLS,
    "configmaps": _config_map,
    "limitranges": _created_at,
    "secrets": _secret,
    "namespaces": _namespace,
    "leases": _lease,
    "pods": _pod,
    "deployments": _deployment,
    "replicasets": _replica_set,
    "statefulsets": _stateful_set,
    "daemonsets": _daemon_set,
    "controllerrevisions": _controller_revision,
    "services": _service,
    "nodes": _node,
    "rolebindings": _binding,
    "clusterrolebindings": _binding,
    "roles": _created_at,
    "clusterroles": _created_at,
    "customresourcedefinitions": _created_at,
    "serviceaccounts": _only_age,
}
