"""Namespaces, Events, Leases and Nodes."""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Object, get_in, labels_of, metadata_of, with_metadata
from headwater.devcluster.status import Cause, invalid_value

NAME_LABEL: Final = "kubernetes.io/metadata.name"


def _namespace_defaults(found: Object) -> Object:
    name = metadata_of(found).get("name", "")
    if not name or labels_of(found).get(NAME_LABEL) == name:
        return found
    return with_metadata(found, labels={**labels_of(found), NAME_LABEL: name})


def _new_namespace(found: Object) -> Object:
    return {**found, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def _kept_namespace(new: Object, old: Object) -> Object:
    return {**new, "spec": old.get("spec", {}), "status": old.get("status", {})}


def _event_defaults(found: Object) -> Object:
    usual: Object = {"eventTime": None, "reportingComponent": "", "reportingInstance": "", "source": {}}
    missing = {name: value for name, value in usual.items() if name not in found}
    return {**found, **missing} if missing else found


def _event_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    involved = get_in(new, "involvedObject", "namespace") or "default"
    if metadata_of(new).get("namespace") != involved:
        yield invalid_value(
            "involvedObject.namespace",
            get_in(new, "involvedObject", "namespace") or "",
            "does not match event.namespace",
        )


def _lease_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    seconds = get_in(new, "spec", "leaseDurationSeconds")
    if seconds is not None and seconds <= 0:
        yield invalid_value("spec.leaseDurationSeconds", seconds, "must be greater than 0")
    transitions = get_in(new, "spec", "leaseTransitions")
    if transitions is not None and transitions < 0:
        yield invalid_value("spec.leaseTransitions", transitions, "must be greater than or equal to 0")


NAMESPACE: Final = Strategy(defaults=_namespace_defaults, create=_new_namespace, update=_kept_namespace)
EVENT: Final = Strategy(defaults=_event_defaults, problems=_event_problems)
LEASE: Final = Strategy(problems=_lease_problems)
