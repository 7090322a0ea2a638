"""The cells of kinds that are stored and that nothing acts on. Source: as for `cells`."""

from datetime import datetime
from typing import Final

from headwater.devcluster.ages import age_of
from headwater.devcluster.kinds.cell_parts import Cells, age, containers_and_images, selector_text
from headwater.devcluster.objects import Json, Object, get_in


def _cron_job(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    last = status.get("lastScheduleTime")
    return [
        spec.get("schedule", ""),
        spec.get("timeZone") or "<none>",
        "True" if spec.get("suspend") else "False",
        len(status.get("active") or ()),
        age_of(last, now) if last else "<none>",
        age(found, now),
        *containers_and_images({"spec": get_in(spec, "jobTemplate", "spec") or {}}),
        selector_text(get_in(spec, "jobTemplate", "spec", "selector")),
    ]


def _job(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    return [
        "Suspended" if spec.get("suspend") else "Running",
        f"{status.get('succeeded', 0)}/{spec.get('completions', 1)}",
        "",
        age(found, now),
        *containers_and_images(found),
        selector_text(spec.get("selector")),
    ]


def _ingress(found: Object, now: datetime) -> list[Json]:
    spec = found.get("spec") or {}
    hosts = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    return [
        spec.get("ingressClassName") or "<none>",
        ",".join(hosts) or "*",
        "",
        "80, 443" if spec.get("tls") else "80",
        age(found, now),
    ]


def _network_policy(found: Object, now: datetime) -> list[Json]:
    return [selector_text(get_in(found, "spec", "podSelector")), age(found, now)]


def _budget(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    return [
        "N/A" if least is None else str(least),
        "N/A" if most is None else str(most),
        status.get("disruptionsAllowed", 0),
        age(found, now),
    ]


def _quota(found: Object, now: datetime) -> list[Json]:
    return ["", "", age(found, now)]


def _priority_class(found: Object, now: datetime) -> list[Json]:
    return [
        found.get("value", 0),
        bool(found.get("globalDefault")),
        age(found, now),
        found.get("preemptionPolicy", ""),
    ]


def _claim(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    return [
        status.get("phase", ""),
        spec.get("volumeName", ""),
        "",
        "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        age(found, now),
        spec.get("volumeMode", ""),
    ]


def _ingress_class(found: Object, now: datetime) -> list[Json]:
    spec = found.get("spec") or {}
    return [spec.get("controller", ""), "<none>", age(found, now)]


def _volume(found: Object, now: datetime) -> list[Json]:
    spec = found.get("spec") or {}
    claim = spec.get("claimRef") or {}
    return [
        get_in(spec, "capacity", "storage") or "",
        ",".join(_SHORT_MODES.get(mode, mode) for mode in spec.get("accessModes") or ()),
        spec.get("persistentVolumeReclaimPolicy", ""),
        get_in(found, "status", "phase") or "",
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        get_in(found, "status", "reason") or "",
        age(found, now),
        spec.get("volumeMode", ""),
    ]


def _autoscaler(found: Object, now: datetime) -> list[Json]:
    spec, status = found.get("spec") or {}, found.get("status") or {}
    target = spec.get("scaleTargetRef") or {}
    least = spec.get("minReplicas")
    return [
        f"{target.get('kind', '')}/{target.get('name', '')}",
        ", ".join(_metric(each) for each in spec.get("metrics") or ()) or "<none>",
        "<unset>" if least is None else str(least),
        spec.get("maxReplicas", 0),
        status.get("currentReplicas", 0),
        age(found, now),
    ]


def _metric(metric: Object) -> str:
    """Nothing is measured here."""
    resource = metric.get("resource") or {}
    target = resource.get("target") or {}
    if target.get("averageUtilization") is not None:
        return f"{resource.get('name', '')}: <unknown>/{target['averageUtilization']}%"
    return f"<unknown>/{target.get('averageValue', '<auto>')}"


def _storage_class(found: Object, now: datetime) -> list[Json]:
    return [
        found.get("provisioner", ""),
        found.get("reclaimPolicy", ""),
        found.get("volumeBindingMode", ""),
        bool(found.get("allowVolumeExpansion")),
        age(found, now),
    ]


def _webhooks(found: Object, now: datetime) -> list[Json]:
    return [len(found.get("webhooks") or ()), age(found, now)]


def _runtime_class(found: Object, now: datetime) -> list[Json]:
    return [found.get("handler", ""), age(found, now)]


_SHORT_MODES: Final = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}

CELLS: Final[dict[str, Cells]] = {
    "horizontalpodautoscalers": _autoscaler,
    "mutatingwebhookconfigurations": _webhooks,
    "persistentvolumes": _volume,
    "runtimeclasses": _runtime_class,
    "storageclasses": _storage_class,
    "validatingwebhookconfigurations": _webhooks,
    "cronjobs": _cron_job,
    "ingressclasses": _ingress_class,
    "ingresses": _ingress,
    "jobs": _job,
    "networkpolicies": _network_policy,
    "persistentvolumeclaims": _claim,
    "poddisruptionbudgets": _budget,
    "priorityclasses": _priority_class,
    "resourcequotas": _quota,
}
