"""Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs.

Source: k8s.io/kubernetes pkg/apis/apps/v1/defaults.go and pkg/apis/apps/validation.
"""

from collections.abc import Callable, Iterator
from typing import Final

from headwater.devcluster.kinds.pods import filled, labels_of_template, spec_problems, template_defaults
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Object, get_in, labels_of, with_metadata
from headwater.devcluster.selectors import selects
from headwater.devcluster.status import Cause, invalid_value, required

_ROLLING: Final[Object] = {"maxSurge": "25%", "maxUnavailable": "25%"}
_CRON_FIELDS: Final = 5
_MISMATCH: Final = "`selector` does not match template `labels`"


def _with_spec(found: Object, change: Callable[[Object], Object]) -> Object:
    spec = found.get("spec")
    if not isinstance(spec, dict):
        return found
    template = {"template": template_defaults(spec["template"])} if isinstance(spec.get("template"), dict) else {}
    changed = change({**spec, **template})
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
    usual: Object = {
        "concurrencyPolicy": "Allow",
        "failedJobsHistoryLimit": 1,
        "successfulJobsHistoryLimit": 3,
        "suspend": False,
    }
    return _with_spec(found, lambda spec: filled(spec, usual))


def _labelled(found: Object) -> Object:
    """A workload without labels takes those of its template."""
    labels = labels_of_template(get_in(found, "spec", "template") or {})
    return found if labels_of(found) or not labels else with_metadata(found, labels=labels)


def _problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    selector = spec.get("selector")
    if selector is None:
        yield required("spec.selector")
    elif not selector:
        yield invalid_value("spec.selector", {}, "empty selector is invalid for deployment")
    labels = labels_of_template(spec.get("template") or {})
    if selector is not None and not selects(selector, labels):
        yield invalid_value("spec.template.metadata.labels", labels, _MISMATCH)
    if (replicas := spec.get("replicas", 0)) < 0:
        yield invalid_value("spec.replicas", replicas, "must be greater than or equal to 0")
    template = get_in(spec, "template", "spec") or {}
    yield from spec_problems(template, "spec.template.spec")
    policy = template.get("restartPolicy")
    if policy in {"OnFailure", "Never"}:
        message = f'Unsupported value: "{policy}": supported values: "Always"'
        yield Cause("FieldValueNotSupported", message, "spec.template.spec.restartPolicy")
    if old is not None and selector != get_in(old, "spec", "selector"):
        yield invalid_value("spec.selector", selector, "field is immutable")


def _cron_job_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    schedule = str(get_in(new, "spec", "schedule") or "")
    fields = schedule.split()
    if not schedule:
        yield required("spec.schedule")
    elif not schedule.startswith("@") and len(fields) != _CRON_FIELDS:
        words = f"expected exactly {_CRON_FIELDS} fields, found {len(fields)}: [{' '.join(fields)}]"
        yield invalid_value("spec.schedule", schedule, words)


DEPLOYMENT: Final = Strategy(defaults=_deployment_defaults, problems=_problems, has_generation=True)
REPLICA_SET: Final = Strategy(defaults=_replica_set_defaults, create=_labelled, problems=_problems, has_generation=True)
STATEFUL_SET: Final = Strategy(defaults=_stateful_set_defaults, problems=_problems, has_generation=True)
DAEMON_SET: Final = Strategy(defaults=_daemon_set_defaults, problems=_problems, has_generation=True)
JOB: Final = Strategy(defaults=_job_defaults, has_generation=True)
CRON_JOB: Final = Strategy(defaults=_cron_job_defaults, problems=_cron_job_problems, has_generation=True)
