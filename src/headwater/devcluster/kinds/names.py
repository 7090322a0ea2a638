"""Metadata: which names, labels and owners an object may have.

Source: k8s.io/apimachinery pkg/api/validation.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from headwater.devcluster.naming import (
    label_problems,
    label_value_problems,
    qualified_problems,
    subdomain_problems,
)
from headwater.devcluster.objects import Object, finalizers_of, is_deleting, metadata_of
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.status import Cause, forbidden_field, invalid_value, quoted, required

_LABELS: Final = frozenset({"namespaces", "services"})
_PATHS: Final = frozenset({"roles", "rolebindings", "clusterroles", "clusterrolebindings"})
_STANDARD_FINALIZERS: Final = frozenset({"foregroundDeletion", "kubernetes", "orphan"})


def metadata_problems(found: Object, resource: ResourceType) -> Iterator[Cause]:
    meta = metadata_of(found)
    name, prefix = meta.get("name", ""), meta.get("generateName", "")
    if prefix:
        # what is generated stands after it, so a dash may end it
        yield from name_problems("metadata.generateName", prefix.removesuffix("-"), resource)
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from name_problems("metadata.name", name, resource)
    for key, value in (meta.get("labels") or {}).items():
        yield from qualified_problems("metadata.labels", key)
        yield from label_value_problems("metadata.labels", value)
    for key in meta.get("annotations") or {}:
        yield from qualified_problems("metadata.annotations", key.lower())
    yield from owner_problems(found)
    yield from _finalizer_name_problems(meta.get("finalizers") or (), resource)


def _finalizer_name_problems(finalizers: Sequence[str], resource: ResourceType) -> Iterator[Cause]:
    """Of built-in kinds, whose finalizers are named after whose they are; elsewhere that is only warned of."""
    for index, finalizer in enumerate(finalizers):
        yield from qualified_problems("metadata.finalizers", finalizer)
        if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS and not _is_extension(resource):
            words = "name is neither a standard finalizer name nor is it fully qualified"
            yield invalid_value(f"metadata.finalizers[{index}]", finalizer, words)


def _is_extension(resource: ResourceType) -> bool:
    return resource.is_custom or resource.group == "apiextensions.k8s.io"


def owner_problems(found: Object) -> Iterator[Cause]:
    owners = metadata_of(found).get("ownerReferences") or ()
    for owner in owners:
        if not str(owner.get("apiVersion", "")).rpartition("/")[2]:
            yield invalid_value("metadata.ownerReferences.apiVersion", "", "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                yield invalid_value(f"metadata.ownerReferences.{field}", "", "must not be empty")
    controllers = [owner for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        names = f"{controllers[0].get('kind')}/{controllers[0].get('name')}"
        words = f'Only one reference can have Controller set to true. Found "true" in references for {names} and '
        last = controllers[1]
        yield invalid_value("metadata.ownerReferences", owners, f"{words}{last.get('kind')}/{last.get('name')}")


def finalizer_problems(found: Object, before: Object) -> Iterator[Cause]:
    """One that is to go takes no more finalizers."""
    if not is_deleting(before):
        return
    added = [each for each in finalizers_of(found) if each not in finalizers_of(before)]
    if added:
        listed = ", ".join(quoted(each) for each in added)
        yield forbidden_field(
            "metadata.finalizers",
            f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}",
        )


def name_problems(field: str, name: str, resource: ResourceType) -> Iterator[Cause]:
    if resource.plural in _PATHS:
        if "/" in name or "%" in name:
            yield invalid_value(field, name, "may not contain '/'" if "/" in name else "may not contain '%'")
    elif resource.plural in _LABELS:
        yield from label_problems(field, name)
    else:
        yield from subdomain_problems(field, name)
