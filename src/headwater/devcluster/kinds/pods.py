"""Pods and the templates of pods: what is filled in, and what may change.

Source: k8s.io/kubernetes pkg/apis/core/v1/defaults.go and pkg/apis/core/validation.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.pod_checks import spec_problems
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Json, Object, metadata_of, with_metadata
from headwater.devcluster.status import Cause, forbidden_field

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


def filled(found: Object, usual: Object) -> Object:
    """With what is missing of `usual`; itself if nothing is."""
    missing = {name: value for name, value in usual.items() if found.get(name) is None}
    return {**found, **missing} if missing else found


def template_defaults(template: Object) -> Object:
    spec = template.get("spec") or {}
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


def _pod_defaults(found: Object) -> Object:
    spec = found.get("spec") or {}
    if not isinstance(spec, dict):
        return found
    usual: Object = {"enableServiceLinks": True, "preemptionPolicy": "PreemptLowerPriority", "priority": 0}
    named = filled(spec, {"serviceAccountName": "default", **usual})
    return {**found, "spec": _with_requests(spec_defaults(named))}


def _with_requests(spec: Object) -> Object:
    """A container of a pod asks for what it is limited to, unless it says otherwise."""
    lists = {
        name: [_asking(each) for each in spec[name]] for name in ("containers", "initContainers") if spec.get(name)
    }
    result = {**spec, **lists}
    return spec if result == spec else result


def _asking(container: Object) -> Object:
    limits = (container.get("resources") or {}).get("limits")
    if not limits:
        return container
    requests = {**limits, **(container["resources"].get("requests") or {})}
    return {**container, "resources": {**container["resources"], "requests": requests}}


def _new_pod(found: Object) -> Object:
    return with_metadata({**found, "status": {"phase": "Pending", "qosClass": "BestEffort"}}, generation=1)


_CHANGEABLE: Final = ("activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds")


def _pod_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    yield from spec_problems(spec, "spec")
    if old is None:
        return
    before = old.get("spec") or {}
    for name in ("containers", "initContainers"):
        if len(spec.get(name) or ()) != len(before.get(name) or ()):
            yield forbidden_field(f"spec.{name}", "pod updates may not add or remove containers")
            return
    if _fixed(new) != _fixed(old):
        allowed = (
            "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` "
            "(allow it to be set to 1 if it was previously negative)"
        )
        yield forbidden_field("spec", f"pod updates may not change fields other than {allowed}")


def _fixed(pod: Object) -> Json:
    spec = pod.get("spec") or {}
    kept = {name: value for name, value in spec.items() if name not in {*_CHANGEABLE, "nodeName"}}
    for name in ("containers", "initContainers"):
        kept[name] = [{**each, "image": ""} for each in spec.get(name) or ()]
    return kept


def labels_of_template(template: Object) -> Object:
    return metadata_of(template).get("labels") or {}


POD: Final = Strategy(defaults=_pod_defaults, create=_new_pod, problems=_pod_problems, has_generation=True)
