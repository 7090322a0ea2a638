"""Ingresses, NetworkPolicies, volumes, autoscalers and the like: kept, and nothing acts on them.

Source: k8s.io/kubernetes pkg/apis/{autoscaling,core,networking,scheduling,storage}, defaults and validation.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.checks import one_of, selector_problems
from headwater.devcluster.kinds.pods import filled
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.naming import subdomain_problems
from headwater.devcluster.objects import Object, get_in
from headwater.devcluster.status import Cause, forbidden_field, invalid_value, required

_PATH_TYPES: Final = ("Exact", "ImplementationSpecific", "Prefix")
_MOST_PRIORITY: Final = 1_000_000_000


def _new_ingress(found: Object) -> Object:
    return {**found, "status": {"loadBalancer": {}}}


def _ingress_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    if not spec.get("rules") and not spec.get("defaultBackend"):
        yield invalid_value("spec", None, "either `defaultBackend` or `rules` must be specified")
    for index, rule in enumerate(spec.get("rules") or ()):
        path = f"spec.rules[{index}]"
        host = rule.get("host") or ""
        if host:
            yield from subdomain_problems(f"{path}.host", host.removeprefix("*."))
        for at, entry in enumerate(get_in(rule, "http", "paths") or ()):
            yield from _path_problems(entry, f"{path}.http.paths[{at}]")


def _path_problems(entry: Object, path: str) -> Iterator[Cause]:
    kind, place = entry.get("pathType"), entry.get("path") or ""
    if kind is None:
        yield required(f"{path}.pathType", "pathType must be specified")
        return
    if kind in {"Exact", "Prefix"} and not place.startswith("/"):
        yield invalid_value(f"{path}.path", place, "must be an absolute path")
    yield from one_of(f"{path}.pathType", kind, _PATH_TYPES)


def _policy_defaults(found: Object) -> Object:
    spec = found.get("spec") or {}
    kinds = ["Ingress", *(["Egress"] if spec.get("egress") else [])]
    return {**found, "spec": filled(spec, {"policyTypes": kinds})}


def _policy_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    yield from selector_problems("spec.podSelector", spec.get("podSelector") or {})
    for index, kind in enumerate(spec.get("policyTypes") or ()):
        yield from one_of(f"spec.policyTypes[{index}]", kind, ("Ingress", "Egress"))


def _claim_defaults(found: Object) -> Object:
    return {**found, "spec": filled(found.get("spec") or {}, {"volumeMode": "Filesystem"})}


def _new_claim(found: Object) -> Object:
    return {**found, "status": {"phase": "Pending"}}


def _claim_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    if not get_in(new, "spec", "accessModes"):
        yield required("spec.accessModes", "at least 1 access mode is required")
    if get_in(new, "spec", "resources", "requests", "storage") is None:
        yield required("spec.resources[storage]")


def _priority_defaults(found: Object) -> Object:
    return filled(found, {"preemptionPolicy": "PreemptLowerPriority"})


def _priority_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    value = new.get("value") or 0
    if value > _MOST_PRIORITY:
        words = f"maximum allowed value of a user defined priority is {_MOST_PRIORITY}"
        yield forbidden_field("value", words)
    if old is not None and value != (old.get("value") or 0):
        yield forbidden_field("value", "may not be changed in an update.")


def _autoscaler_defaults(found: Object) -> Object:
    return {**found, "spec": filled(found.get("spec") or {}, {"minReplicas": 1})}


def _new_autoscaler(found: Object) -> Object:
    return {**found, "status": {"currentMetrics": None, "desiredReplicas": 0}}


def _autoscaler_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    least, most = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
    if least < 1:
        yield invalid_value("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        yield invalid_value("spec.maxReplicas", most, "must be greater than 0")
    elif most < least:
        yield invalid_value("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    for field in ("kind", "name"):
        if not get_in(spec, "scaleTargetRef", field):
            yield required(f"spec.scaleTargetRef.{field}")


def _volume_defaults(found: Object) -> Object:
    usual = {"persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"}
    return {**found, "spec": filled(found.get("spec") or {}, usual)}


def _storage_class_defaults(found: Object) -> Object:
    return filled(found, {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"})


def _storage_class_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    if not new.get("provisioner"):
        yield required("provisioner")


AUTOSCALER: Final = Strategy(defaults=_autoscaler_defaults, create=_new_autoscaler, problems=_autoscaler_problems)
VOLUME: Final = Strategy(defaults=_volume_defaults, create=_new_claim)
STORAGE_CLASS: Final = Strategy(defaults=_storage_class_defaults, problems=_storage_class_problems)
INGRESS: Final = Strategy(create=_new_ingress, problems=_ingress_problems, has_generation=True)
NETWORK_POLICY: Final = Strategy(defaults=_policy_defaults, problems=_policy_problems, has_generation=True)
CLAIM: Final = Strategy(defaults=_claim_defaults, create=_new_claim, problems=_claim_problems)
PRIORITY_CLASS: Final = Strategy(defaults=_priority_defaults, problems=_priority_problems)
