"""Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs.

Source: k8s.io/kubernetes pkg/apis/apps/v1/defaults.go and pkg/apis/apps/validation.
"""

from collections.abc import Callable, Iterator
from typing import Final

from headwater.devcluster.kinds.checks import (
    at_least_zero,
    is_nothing,
    one_of,
    selector_problems,
    share_problems,
)
from headwater.devcluster.kinds.cron import schedule_problem
from headwater.devcluster.kinds.pod_checks import spec_problems
from headwater.devcluster.kinds.pods import filled, labels_of_template, template_defaults
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Object, get_in, labels_of, with_metadata
from headwater.devcluster.selectors import selects
from headwater.devcluster.status import Cause, forbidden_field, invalid_value, required, unsupported_value

_ROLLING: Final[Object] = {"maxSurge": "25%", "maxUnavailable": "25%"}
_STRATEGIES: Final = ("Recreate", "RollingUpdate")
_CONCURRENCY: Final = ("Allow", "Forbid", "Replace")
_CHANGEABLE: Final = frozenset(
    {
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    }
)
"""Of a StatefulSet."""
_MISMATCH: Final = "`selector` does not match template `labels`"


def _with_spec(found: Object, change: Callable[[Object], Object]) -> Object:
    spec = found.get("spec") or {}
    if not isinstance(spec, dict):
        return found
    template = spec.get("template") or {}
    changed = change({**spec, **({"template": template_defaults(template)} if isinstance(template, dict) else {})})
    result = {**found, "spec": changed}
    return found if result == found else result


def _deployment_defaults(found: Object) -> Object:
    return _with_spec(found, _deployment_spec)


def _deployment_spec(spec: Object) -> Object:
    usual: Object = {"progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10, "strategy": {}}
    known = filled(spec, usual)
    strategy = filled(known["strategy"], {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        strategy = {**strategy, "rollingUpdate": filled(strategy.get("rollingUpdate") or {}, _ROLLING)}
    return {**known, "strategy": strategy}


def _replica_set_defaults(found: Object) -> Object:
    return _with_spec(found, lambda spec: filled(spec, {"replicas": 1}))


def _stateful_set_defaults(found: Object) -> Object:
    return _with_spec(found, _stateful_set_spec)


def _stateful_set_spec(spec: Object) -> Object:
    retention = {"whenDeleted": "Retain", "whenScaled": "Retain"}
    usual: Object = {
        "persistentVolumeClaimRetentionPolicy": retention,
        "podManagementPolicy": "OrderedReady",
        "replicas": 1,
        "revisionHistoryLimit": 10,
        "updateStrategy": {},
    }
    known = filled(spec, usual)
    strategy = filled(known["updateStrategy"], {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        strategy = {**strategy, "rollingUpdate": filled(strategy.get("rollingUpdate") or {}, {"partition": 0})}
    return {**known, "updateStrategy": strategy}


def _daemon_set_defaults(found: Object) -> Object:
    return _with_spec(found, _daemon_set_spec)


def _daemon_set_spec(spec: Object) -> Object:
    known = filled(spec, {"revisionHistoryLimit": 10, "updateStrategy": {}})
    strategy = filled(known["updateStrategy"], {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        usual = {"maxSurge": 0, "maxUnavailable": 1}
        strategy = {**strategy, "rollingUpdate": filled(strategy.get("rollingUpdate") or {}, usual)}
    return {**known, "updateStrategy": strategy}


def _job_defaults(found: Object) -> Object:
    usual: Object = {
        "backoffLimit": 6,
        "completionMode": "NonIndexed",
        "completions": 1,
        "manualSelector": False,
        "parallelism": 1,
        "podReplacementPolicy": "TerminatingOrFailed",
        "suspend": False,
    }
    return _with_spec(found, lambda spec: filled(spec, usual))


def _cron_job_defaults(found: Object) -> Object:
    spec = found.get("spec") or {}
    usual: Object = {
        "concurrencyPolicy": "Allow",
        "failedJobsHistoryLimit": 1,
        "successfulJobsHistoryLimit": 3,
        "suspend": False,
    }
    known = filled(spec, usual)
    job = known.get("jobTemplate") or {}
    inner = job.get("spec") or {}
    template = template_defaults(inner.get("template") or {})
    return {**found, "spec": {**known, "jobTemplate": {**job, "spec": {**inner, "template": template}}}}


def _with_status(found: Object) -> Object:
    return {**found, "status": {}}


def _labelled(found: Object) -> Object:
    """A workload without labels takes those of its template."""
    labels = labels_of_template(get_in(found, "spec", "template") or {})
    return found if labels_of(found) or not labels else with_metadata(found, labels=labels)


def _problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    selector = spec.get("selector")
    wrong = list(selector_problems("spec.selector", selector or {}))
    if selector is None:
        yield required("spec.selector")
    elif not selector:
        yield invalid_value("spec.selector", {}, "empty selector is invalid for deployment")
    elif wrong:
        yield from wrong
        yield invalid_value("spec.selector", _shown(selector), "invalid label selector")
    yield from _template_problems(spec, "spec", is_selected=not wrong and (selector is None or bool(selector)))
    for field in ("replicas", "minReadySeconds", "revisionHistoryLimit"):
        yield from at_least_zero(f"spec.{field}", spec.get(field))
    if old is not None and selector != get_in(old, "spec", "selector"):
        yield invalid_value("spec.selector", _shown(selector or {}), "field is immutable")


def _shown(selector: Object) -> Object:
    """In the order in which Go encodes it."""
    return {name: selector[name] for name in ("matchLabels", "matchExpressions") if name in selector}


def _template_problems(spec: Object, path: str, *, is_selected: bool) -> Iterator[Cause]:
    labels = labels_of_template(spec.get("template") or {})
    selector = spec.get("selector")
    if is_selected and (selector is None or not selects(selector, labels)):
        yield invalid_value(f"{path}.template.metadata.labels", labels or None, _MISMATCH)
    template = get_in(spec, "template", "spec") or {}
    yield from spec_problems(template, f"{path}.template.spec")
    policy = template.get("restartPolicy")
    if policy in {"OnFailure", "Never"}:
        yield unsupported_value(f"{path}.template.spec.restartPolicy", policy, ["Always"])


def _deployment_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    yield from _problems(new, old)
    spec = new.get("spec") or {}
    strategy = spec.get("strategy") or {}
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind not in _STRATEGIES:
        shown = {"Type": kind, "RollingUpdate": rolling}
        yield unsupported_value("spec.strategy", shown, _STRATEGIES)
    elif kind == "Recreate" and rolling is not None:
        words = "may not be specified when strategy `type` is 'Recreate'"
        yield forbidden_field("spec.strategy.rollingUpdate", words)
    elif rolling:
        yield from _rolling_problems(rolling, "spec.strategy.rollingUpdate")
    deadline, waiting = spec.get("progressDeadlineSeconds"), spec.get("minReadySeconds") or 0
    yield from at_least_zero("spec.progressDeadlineSeconds", deadline)
    if deadline is not None and deadline <= waiting:
        yield invalid_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _rolling_problems(rolling: Object, path: str) -> Iterator[Cause]:
    surge, unavailable = rolling.get("maxSurge"), rolling.get("maxUnavailable")
    yield from share_problems(f"{path}.maxUnavailable", unavailable)
    yield from share_problems(f"{path}.maxSurge", surge)
    if is_nothing(surge) and is_nothing(unavailable):
        yield invalid_value(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")


def _stateful_set_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    yield from (cause for cause in _problems(new, old) if old is None or cause.field != "spec.selector")
    if old is not None and _but(new, _CHANGEABLE) != _but(old, _CHANGEABLE):
        words = (
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
            "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        )
        yield forbidden_field("spec", words)


def _daemon_set_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    """That a selector must be there is told by the labels alone."""
    absent = required("spec.selector")
    return (cause for cause in _problems(new, old) if cause != absent)


def _but(found: Object, names: frozenset[str]) -> Object:
    return {name: value for name, value in (found.get("spec") or {}).items() if name not in names}


def _job_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    yield from _job_template_problems(get_in(spec, "template", "spec") or {}, "spec.template.spec")
    for field in ("parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"):
        yield from at_least_zero(f"spec.{field}", spec.get(field))
    if old is None:
        return
    for field in ("template", "completions", "selector"):
        if spec.get(field) != get_in(old, "spec", field):
            yield invalid_value(f"spec.{field}", spec.get(field), "field is immutable")


def _job_template_problems(template: Object, path: str) -> Iterator[Cause]:
    yield from spec_problems(template, path)
    if template.get("restartPolicy") not in {"OnFailure", "Never"}:
        yield required(f"{path}.restartPolicy", 'valid values: "OnFailure", "Never"')


def _cron_job_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    schedule = str(spec.get("schedule") or "")
    if not schedule:
        yield required("spec.schedule")
    elif why := schedule_problem(schedule):
        yield invalid_value("spec.schedule", schedule, why)
    yield from one_of("spec.concurrencyPolicy", spec.get("concurrencyPolicy"), _CONCURRENCY)
    path = "spec.jobTemplate.spec.template.spec"
    yield from _job_template_problems(get_in(spec, "jobTemplate", "spec", "template", "spec") or {}, path)


DEPLOYMENT: Final = Strategy(defaults=_deployment_defaults, problems=_deployment_problems, has_generation=True)
REPLICA_SET: Final = Strategy(defaults=_replica_set_defaults, create=_labelled, problems=_problems, has_generation=True)
STATEFUL_SET: Final = Strategy(defaults=_stateful_set_defaults, problems=_stateful_set_problems, has_generation=True)
DAEMON_SET: Final = Strategy(defaults=_daemon_set_defaults, problems=_daemon_set_problems, has_generation=True)
JOB: Final = Strategy(defaults=_job_defaults, create=_with_status, problems=_job_problems, has_generation=True)
CRON_JOB: Final = Strategy(
    defaults=_cron_job_defaults, create=_with_status, problems=_cron_job_problems, has_generation=True
)
