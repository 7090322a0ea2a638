"""Roles and their bindings: kept and checked; nobody is asked who he is.

Source: k8s.io/kubernetes pkg/apis/rbac/v1/defaults.go and pkg/apis/rbac/validation.
"""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.checks import one_of
from headwater.devcluster.kinds.pods import filled
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.objects import Object, metadata_of
from headwater.devcluster.status import Cause, invalid_value, required

_GROUP: Final = "rbac.authorization.k8s.io"
_SUBJECTS: Final = ("ServiceAccount", "User", "Group")
_SHOWN: Final = {"APIGroup": "apiGroup", "Kind": "kind", "Name": "name"}
"""How the API server prints a reference."""


def _role_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    yield from _rule_problems(new, namespaced=True)


def _cluster_role_problems(new: Object, _old: Object | None) -> Iterator[Cause]:
    yield from _rule_problems(new, namespaced=False)


def _rule_problems(new: Object, *, namespaced: bool) -> Iterator[Cause]:
    for index, rule in enumerate(new.get("rules") or ()):
        path = f"rules[{index}]"
        paths = rule.get("nonResourceURLs") or []
        if not rule.get("verbs"):
            yield required(f"{path}.verbs", "verbs must contain at least one value")
        if paths and namespaced:
            words = "namespaced rules cannot apply to non-resource URLs"
            yield invalid_value(f"{path}.nonResourceURLs", paths, words)
        elif paths and any(rule.get(name) for name in ("apiGroups", "resources", "resourceNames")):
            words = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid_value(f"{path}.nonResourceURLs", paths, words)
        elif not paths:
            if not rule.get("apiGroups"):
                yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
            if not rule.get("resources"):
                yield required(f"{path}.resources", "resource rules must supply at least one resource")


def _binding_defaults(found: Object) -> Object:
    subjects = [_subject_defaults(each) for each in found.get("subjects") or ()]
    reference = filled(found.get("roleRef") or {}, {"apiGroup": _GROUP})
    kept = {name: value for name, value in found.items() if name != "subjects"}
    return {**kept, **({"subjects": subjects} if subjects else {}), "roleRef": reference}


def _subject_defaults(subject: Object) -> Object:
    return filled(subject, {"apiGroup": _GROUP}) if subject.get("kind") in {"User", "Group"} else subject


def _binding_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    reference = new.get("roleRef") or {}
    allowed = ("Role", "ClusterRole") if metadata_of(new).get("namespace") else ("ClusterRole",)
    yield from one_of("roleRef.kind", reference.get("kind") or "", allowed)
    if not reference.get("name"):
        yield required("roleRef.name")
    for index, subject in enumerate(new.get("subjects") or ()):
        yield from _subject_problems(subject, f"subjects[{index}]", namespaced="Role" in allowed)
    if old is not None and reference != old.get("roleRef"):
        shown = {name: reference.get(field) for name, field in _SHOWN.items()}
        yield invalid_value("roleRef", shown, "cannot change roleRef")


def _subject_problems(subject: Object, path: str, *, namespaced: bool) -> Iterator[Cause]:
    if not subject.get("name"):
        yield required(f"{path}.name")
    yield from one_of(f"{path}.kind", subject.get("kind") or "", _SUBJECTS)
    if subject.get("kind") == "ServiceAccount" and not namespaced and not subject.get("namespace"):
        yield required(f"{path}.namespace")


def _role_defaults(found: Object) -> Object:
    return found if "rules" in found else {**found, "rules": None}


ROLE: Final = Strategy(defaults=_role_defaults, problems=_role_problems)
CLUSTER_ROLE: Final = Strategy(defaults=_role_defaults, problems=_cluster_role_problems)
BINDING: Final = Strategy(defaults=_binding_defaults, problems=_binding_problems)
