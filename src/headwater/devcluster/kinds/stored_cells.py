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


CELLS: Final[dict[str, Cells]] = {
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
