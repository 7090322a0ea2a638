"""Writes what devcluster knows of Kubernetes' own kinds: names, fields, columns and field numbers, and no text.

`python -m tools.devcluster_facts` starts a control plane, asks it for discovery, OpenAPI and empty tables, and reads
field numbers from the Go modules that it was built from. Its surprise: descriptions are left out on purpose, so
`kubectl explain` of a built-in kind shows fields and types alone.
"""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.controlplane.plane import ControlPlane, start, stop
from tools.controlplane.programs import KUBERNETES

FACTS = Path(__file__).parent.parent / "src" / "headwater" / "devcluster" / "data" / "kinds.json"

SERVED = {
    "v1": "configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims persistentvolumes pods "
    "podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services",
    "apps/v1": "controllerrevisions daemonsets deployments replicasets statefulsets",
    "admissionregistration.k8s.io/v1": "mutatingadmissionpolicies mutatingadmissionpolicybindings "
    "mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings "
    "validatingwebhookconfigurations",
    "apiextensions.k8s.io/v1": "customresourcedefinitions",
    "authentication.k8s.io/v1": "selfsubjectreviews tokenreviews",
    "authorization.k8s.io/v1": "localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews "
    "subjectaccessreviews",
    "autoscaling/v2": "horizontalpodautoscalers",
    "batch/v1": "cronjobs jobs",
    "certificates.k8s.io/v1": "certificatesigningrequests",
    "coordination.k8s.io/v1": "leases",
    "discovery.k8s.io/v1": "endpointslices",
    "networking.k8s.io/v1": "ingressclasses ingresses ipaddresses networkpolicies servicecidrs",
    "node.k8s.io/v1": "runtimeclasses",
    "policy/v1": "poddisruptionbudgets",
    "rbac.authorization.k8s.io/v1": "clusterrolebindings clusterroles rolebindings roles",
    "scheduling.k8s.io/v1": "priorityclasses",
    "storage.k8s.io/v1": "csidrivers csinodes csistoragecapacities storageclasses volumeattachments "
    "volumeattributesclasses",
}
_SUBRESOURCES = {"status", "scale", "token", "finalize"}
_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_ALSO = (
    f"{_META}DeleteOptions",
    f"{_META}Status",
    "io.k8s.api.authentication.v1.TokenRequest",
    "io.k8s.api.autoscaling.v1.Scale",
)
_OWN_PROTOBUF = ("JSON", "Time", "MicroTime", "IntOrString", "Quantity", "RawExtension", "FieldsV1")

Json = Any


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    plane = start(folder, tied=True)
    try:
        facts = _facts(plane)
    finally:
        stop(folder)
    FACTS.write_text(json.dumps(facts, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")


def _facts(plane: ControlPlane) -> Json:
    resources = {version: _resources(plane, version) for version in SERVED}
    schemas: dict[str, Json] = {}
    for version in [*SERVED, "autoscaling/v1"]:
        schemas |= _get(plane, f"/openapi/v3{_base(version)}")["components"]["schemas"]
    kinds = {
        (version, entry["kind"]): name
        for version, entries in resources.items()
        for entry in entries
        for name, schema in schemas.items()
        if _is_kind(schema, entry.get("group_version", version), entry["kind"])
    }
    for version, entries in resources.items():
        for entry in entries:
            entry["schema"] = kinds[version, entry["kind"]]
    wanted = _reachable(schemas, [*kinds.values(), *_ALSO])
    return {
        "release": KUBERNETES,
        "resources": resources,
        "schemas": {name: _stripped(schemas[name]) for name in sorted(wanted)},
        "messages": dict(sorted(_messages(wanted, schemas))),
    }


def _resources(plane: ControlPlane, version: str) -> list[Json]:
    found = _get(plane, _base(version))["resources"]
    wanted = SERVED[version].split()
    entries = []
    for each in found:
        name, _, subresource = each["name"].partition("/")
        if name in wanted and not subresource:
            entry = {key: value for key, value in each.items() if key != "storageVersionHash"}
            subresources = [other["name"].partition("/")[2] for other in found if other["name"].startswith(f"{name}/")]
            entry["subresources"] = sorted(set(subresources) & _SUBRESOURCES)
            entry["columns"] = _columns(plane, version, name) if "list" in each["verbs"] else []
            entries.append(entry)
    return entries


def _columns(plane: ControlPlane, version: str, name: str) -> list[Json]:
    table = _get(plane, f"{_base(version)}/{name}?limit=1", accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    return [
        {key: column[key] for key in ("name", "type", "format", "priority")} for column in table["columnDefinitions"]
    ]


def _base(version: str) -> str:
    return "/api/v1" if version == "v1" else f"/apis/{version}"


def _is_kind(schema: Json, version: str, kind: str) -> bool:
    group, _, short = version.rpartition("/")
    wanted = {"group": group, "version": short, "kind": kind}
    return wanted in schema.get("x-kubernetes-group-version-kind", [])


def _reachable(schemas: Json, roots: list[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [reference.rpartition("/")[2] for reference in _references(schemas[name])]
    return found


def _references(node: Json) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _stripped(node: Json, *, names: bool = False) -> Json:
    """Without descriptions; `names` says that keys are names of fields, which none may be left out of."""
    if isinstance(node, dict):
        return {
            key: _stripped(value, names=key == "properties" and not names)
            for key, value in node.items()
            if names or key != "description"
        }
    return [_stripped(value) for value in node] if isinstance(node, list) else node


_MESSAGE = re.compile(r"^message (\w+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^  (?:optional |repeated )?((?:map<)?[\w., .]+>?) (\w+) = (\d+);", re.MULTILINE)


def _messages(wanted: set[str], schemas: Json) -> Iterator[tuple[str, Json]]:
    """Name in OpenAPI → field number → JSON name, type and whether it repeats, or stands inline in its parent."""
    known = dict(_all_messages())
    found: set[str] = set()
    waiting = [name for name in wanted if name in known]
    while waiting:
        name = waiting.pop()
        if name in found or name not in known or name.rpartition(".")[2] in _OWN_PROTOBUF:
            continue
        found.add(name)
        properties = schemas.get(name, {}).get("properties")
        for field in known[name].values():
            waiting.append(field[1].removeprefix("map:"))
            if properties is not None and field[0] not in properties and field[1] in known:
                field.append("inline")
        yield name, known[name]


def _all_messages() -> Iterator[tuple[str, Json]]:
    for folder in ("api", "apimachinery", "apiextensions-apiserver"):
        for path in sorted(_module(f"k8s.io/{folder}").rglob("generated.proto")):
            text = path.read_text(encoding="utf-8")
            package = re.search(r"^package (.*);", text, re.MULTILINE)
            assert package is not None
            for name, body in _MESSAGE.findall(text):
                yield _openapi_name(f"{package[1]}.{name}"), _fields(package[1], body)


def _fields(package: str, body: str) -> Json:
    found = {}
    for match in _FIELD.finditer(body):
        kind, name, number = match.groups()
        repeated = match[0].lstrip().startswith("repeated")
        found[number] = [name, _type(package, kind), *(["repeated"] if repeated else [])]
    return found


def _type(package: str, kind: str) -> str:
    if kind.startswith("map<"):
        return f"map:{_type(package, kind[4:-1].split(',')[1].strip())}"
    if kind in {"string", "bytes", "bool", "int32", "int64", "double"}:
        return kind
    return _openapi_name(kind.removeprefix(".") if "." in kind else f"{package}.{kind}")


def _openapi_name(name: str) -> str:
    """`k8s.io.api.core.v1.Pod` → `io.k8s.api.core.v1.Pod`."""
    return name.replace("k8s.io.", "io.k8s.", 1)


def _module(name: str) -> Path:
    command = ["go", "list", "-m", "-f", "{{.Dir}}", name]
    here = Path(__file__).parent / "controlplane" / "modules" / "kubernetes"
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def _get(plane: ControlPlane, path: str, accept: str = "application/json") -> Json:
    pki = plane.folder / "pki"
    keys = ["--cert", str(pki / "admin.crt"), "--key", str(pki / "admin.key"), "--cacert", str(plane.authority)]
    command = ["curl", "-sf", *keys, "-H", f"Accept: {accept}", plane.server + path]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


if __name__ == "__main__":
    main()
