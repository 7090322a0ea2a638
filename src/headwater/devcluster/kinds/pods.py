"""Pods and the templates of pods: what is filled in, and what is refused.

Source: k8s.io/kubernetes pkg/apis/core/v1/defaults.go and pkg/apis/core/validation; only what people meet when they
write a Deployment by hand.
"""

import re
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Json, Object, metadata_of, with_metadata
from headwater.devcluster.status import Cause, duplicate, invalid_value, required, unsupported_value

_SPEC: Final[Object] = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "terminationGracePeriodSeconds": 30,
}
_CONTAINER: Final[Object] = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_PROBE: Final[Object] = {"failureThreshold": 3, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1}
_LABEL: Final = re.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_WORDS: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


def filled(found: Object, usual: Object) -> Object:
    """With what is missing of `usual`; itself if nothing is."""
    missing = {name: value for name, value in usual.items() if found.get(name) is None}
    return {**found, **missing} if missing else found


def template_defaults(template: Object) -> Object:
    spec = template.get("spec")
    return {**template, "spec": spec_defaults(spec)} if isinstance(spec, dict) else template


def spec_defaults(spec: Object) -> Object:
    found = filled(spec, _SPEC)
    lists = {
        name: [_container_defaults(each) for each in found[name]]
        for name in ("containers", "initContainers")
        if found.get(name)
    }
    volumes = {"volumes": [_volume_defaults(each) for each in found["volumes"]]} if found.get("volumes") else {}
    account = found.get("serviceAccountName") or found.get("serviceAccount")
    accounts = {"serviceAccountName": account, "serviceAccount": account} if account else {}
    result = {**found, **lists, **volumes, **accounts}
    return spec if result == spec else result


def _container_defaults(container: Object) -> Object:
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition("@")[0].partition(":")[2]
    latest = "@" not in image and tag in {"", "latest"}
    found = filled(container, {**_CONTAINER, "imagePullPolicy": "Always" if latest else "IfNotPresent"})
    result = dict(found)
    if found.get("ports"):
        result["ports"] = [filled(port, {"protocol": "TCP"}) for port in found["ports"]]
    if found.get("env"):
        result["env"] = [_env_defaults(each) for each in found["env"]]
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if found.get(probe):
            result[probe] = _probe_defaults(found[probe])
    return found if result == found else result


def _env_defaults(entry: Object) -> Object:
    reference = (entry.get("valueFrom") or {}).get("fieldRef")
    if not reference or reference.get("apiVersion"):
        return entry
    return {**entry, "valueFrom": {**entry["valueFrom"], "fieldRef": {"apiVersion": "v1", **reference}}}


def _probe_defaults(probe: Object) -> Object:
    found = filled(probe, _PROBE)
    if found.get("httpGet"):
        return {**found, "httpGet": filled(found["httpGet"], {"path": "/", "scheme": "HTTP"})}
    return found


def _volume_defaults(volume: Object) -> Object:
    for name in ("secret", "configMap", "projected", "downwardAPI"):
        if isinstance(volume.get(name), dict):
            return {**volume, name: filled(volume[name], {"defaultMode": 420})}
    if set(volume) == {"name"}:
        return {**volume, "emptyDir": {}}
    return volume


def spec_problems(spec: Object, path: str) -> Iterator[Cause]:
    containers = spec.get("containers") or []
    if not containers:
        yield required(f"{path}.containers")
    seen: set[str] = set()
    for index, container in enumerate(containers):
        yield from _container_problems(container, f"{path}.containers[{index}]", seen)
    policy = spec.get("restartPolicy")
    if policy not in {"Always", "OnFailure", "Never"}:
        yield unsupported_value(f"{path}.restartPolicy", policy, ["Always", "OnFailure", "Never"])
    volumes = {volume.get("name") for volume in spec.get("volumes") or ()}
    for index, container in enumerate(containers):
        for at, mount in enumerate(container.get("volumeMounts") or ()):
            if mount.get("name") not in volumes:
                field = f"{path}.containers[{index}].volumeMounts[{at}].name"
                yield Cause("FieldValueNotFound", f'Not found: "{mount.get("name")}"', field)


def _container_problems(container: Object, path: str, seen: set[str]) -> Iterator[Cause]:
    name = container.get("name") or ""
    if not name:
        yield required(f"{path}.name")
    elif not _LABEL.fullmatch(name):
        yield invalid_value(f"{path}.name", name, _LABEL_WORDS)
    elif name in seen:
        yield duplicate(f"{path}.name", name)
    seen.add(name)
    if not container.get("image"):
        yield required(f"{path}.image")
    for index, port in enumerate(container.get("ports") or ()):
        number = port.get("containerPort")
        if number is None or number == 0:
            yield required(f"{path}.ports[{index}].containerPort")
        elif not 0 < number < 65536:  # noqa: PLR2004 - the range of ports
            yield invalid_value(
                f"{path}.ports[{index}].containerPort", number, "must be between 1 and 65535, inclusive"
            )


def _pod_defaults(found: Object) -> Object:
    spec = found.get("spec")
    if not isinstance(spec, dict):
        return found
    usual: Object = {"enableServiceLinks": True, "preemptionPolicy": "PreemptLowerPriority", "priority": 0}
    named = filled(spec, {"serviceAccountName": "default", **usual})
    return {**found, "spec": spec_defaults(named)}


def _new_pod(found: Object) -> Object:
    return with_metadata({**found, "status": {"phase": "Pending", "qosClass": "BestEffort"}}, generation=1)


_CHANGEABLE: Final = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds")


def _pod_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    yield from spec_problems(new.get("spec") or {}, "spec")
    if old is not None and _fixed(new) != _fixed(old):
        allowed = (
            "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
            "(allow it to be set to 1 if it was previously negative)"
        )
        yield Cause("FieldValueForbidden", f"Forbidden: pod updates may not change fields other than {allowed}", "spec")


def _fixed(pod: Object) -> Json:
    spec = pod.get("spec") or {}
    kept = {name: value for name, value in spec.items() if name not in {*_CHANGEABLE, "nodeName"}}
    for name in ("containers", "initContainers"):
        kept[name] = [{**each, "image": ""} for each in spec.get(name) or ()]
    return kept


def labels_of_template(template: Object) -> Object:
    return metadata_of(template).get("labels") or {}


POD: Final = Strategy(defaults=_pod_defaults, create=_new_pod, problems=_pod_problems, has_generation=True)
