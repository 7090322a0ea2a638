"""CustomResourceDefinitions: filled in, checked, and read as the kinds that they add.

Source: k8s.io/apiextensions-apiserver pkg/apis/apiextensions.
"""

import re
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.kinds.checks import one_of
from headwater.devcluster.kinds.pods import filled
from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.kinds.structure import structure_problems
from headwater.devcluster.naming import service_label_problems
from headwater.devcluster.objects import Object, get_in, metadata_of
from headwater.devcluster.resource_types import Column, ResourceType, ScalePaths, metadata_schema
from headwater.devcluster.schemas.node import Node
from headwater.devcluster.status import Cause, invalid_value, required

_VERSION: Final = re.compile(r"^v(\d+)(?:(alpha|beta)(\d+))?$")


def types_of(definition: Object) -> list[ResourceType]:
    """A type for each served version, the preferred one first."""
    spec = definition["spec"]
    served = [version for version in spec["versions"] if version.get("served")]
    return [_type(spec, version) for version in sorted(served, key=lambda each: _priority(each["name"]))]


def _type(spec: Object, version: Object) -> ResourceType:
    names = spec["names"]
    subresources = version.get("subresources") or {}
    return ResourceType(
        group=spec["group"],
        version=version["name"],
        plural=names["plural"],
        singular=names.get("singular") or names["kind"].lower(),
        kind=names["kind"],
        list_kind=names.get("listKind") or f"{names['kind']}List",
        namespaced=spec["scope"] == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=frozenset(subresources),
        columns=tuple(_column(each) for each in version.get("additionalPrinterColumns") or ()),
        selectable=tuple(each["jsonPath"].lstrip(".") for each in version.get("selectableFields") or ()),
        scale=_scale_paths(subresources.get("scale") or {}),
        schema=_schema(get_in(version, "schema", "openAPIV3Schema") or {}),
        is_custom=True,
        is_storage=bool(version.get("storage")),
        deprecation=_deprecation(spec, version),
    )


def _scale_paths(raw: Object) -> ScalePaths:
    def steps(field: str) -> tuple[str, ...]:
        return tuple(filter(None, str(raw.get(field) or "").split(".")))

    return ScalePaths(
        replicas=steps("specReplicasPath"), status=steps("statusReplicasPath"), selector=steps("labelSelectorPath")
    )


def _schema(raw: Object) -> Node:
    """With what every object has, whatever its definition says of it."""
    properties = raw.get("properties") or {}
    common = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    node = Node({**raw, "properties": {**properties, **common, "metadata": {"type": "object"}}}, {}, custom=True)
    node.adopt("metadata", metadata_schema())
    return node


def _column(raw: Object) -> Column:
    return Column(
        name=raw["name"],
        type=raw["type"],
        format=raw.get("format", ""),
        priority=raw.get("priority", 0),
        path=raw["jsonPath"],
    )


def _deprecation(spec: Object, version: Object) -> str:
    if not version.get("deprecated"):
        return ""
    if told := version.get("deprecationWarning"):
        return str(told)
    group, kind, own = spec["group"], spec["names"]["kind"], _priority(version["name"])
    lasting = [each["name"] for each in spec["versions"] if each.get("served") and not each.get("deprecated")]
    newer = min((name for name in lasting if _priority(name) < own), key=_priority, default="")
    rest = f"; use {group}/{newer} {kind}" if newer else ""
    return f"{group}/{version['name']} {kind} is deprecated{rest}"


def _priority(version: str) -> tuple[int, int, int, str]:
    """Released before beta before alpha, newer before older; all else by name."""
    match = _VERSION.match(version)
    if match is None:
        return (3, 0, 0, version)
    stage = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return (stage, -int(match[1]), -int(match[3] or 0), version)


def _defaults(found: Object) -> Object:
    spec = found.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("names"), dict):
        return found
    names = spec["names"]
    kind = str(names.get("kind", ""))
    known = filled(names, {"singular": kind.lower(), "listKind": f"{kind}List"})
    return {**found, "spec": {**filled(spec, {"conversion": {"strategy": "None"}}), "names": known}}


def _created(found: Object) -> Object:
    stored = [each.get("name", "") for each in get_in(found, "spec", "versions") or () if each.get("storage")]
    return {
        **found,
        "status": {"storedVersions": stored, "conditions": None, "acceptedNames": {"plural": "", "kind": ""}},
    }


def _problems(new: Object, old: Object | None) -> Iterator[Cause]:
    spec = new.get("spec") or {}
    names = spec.get("names") or {}
    yield from _absences(spec, names)
    yield from one_of("spec.scope", spec.get("scope") or None, ("Cluster", "Namespaced"))
    changed = list(_changes(spec, (old or {}).get("spec") or {})) if old is not None else []
    yield from changed
    wanted = f"{names.get('plural', '')}.{spec.get('group', '')}"
    name = metadata_of(new).get("name", "")
    if name != wanted and not changed:
        yield invalid_value("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    yield from _version_problems(spec.get("versions") or [])
    yield from _stored_problems(new)


def _changes(spec: Object, before: Object) -> Iterator[Cause]:
    """What may not change once a kind is served."""
    for path in (("scope",), ("group",), ("names", "kind"), ("names", "plural")):
        if get_in(spec, *path) != get_in(before, *path):
            yield invalid_value("spec." + ".".join(path), get_in(spec, *path), "field is immutable")


def _version_problems(versions: list[Object]) -> Iterator[Cause]:
    if sum(bool(each.get("storage")) for each in versions) != 1:
        yield invalid_value("spec.versions", versions, "must have exactly one version marked as storage version")
    if not any(each.get("storage") for each in versions):
        yield invalid_value("status.storedVersions", None, "must have at least one stored version")
    for index, version in enumerate(versions):
        path = f"spec.versions[{index}]"
        if name := version.get("name"):
            for field in (f"{path}.name", *(["spec.version"] if index == 0 else [])):
                yield from service_label_problems(field, name)
        schema = get_in(version, "schema", "openAPIV3Schema")
        if not schema:
            words = "schemas are required" if len(versions) == 1 else ""
            yield required(f"{path}.schema.openAPIV3Schema", words)
        else:
            whole = "spec.validation" if len(versions) == 1 else f"{path}.schema"
            yield from structure_problems(schema, f"{whole}.openAPIV3Schema")


def _stored_problems(new: Object) -> Iterator[Cause]:
    known = {each.get("name") for each in get_in(new, "spec", "versions") or ()}
    for index, stored in enumerate(get_in(new, "status", "storedVersions") or ()):
        if stored not in known:
            words = (
                f"missing from spec.versions; {stored} was previously a storage version, and must remain in "
                f"spec.versions until a storage migration ensures no data remains persisted in {stored} and removes "
                f"{stored} from status.storedVersions"
            )
            yield invalid_value(f"status.storedVersions[{index}]", stored, words)


def _absences(spec: Object, names: Object) -> Iterator[Cause]:
    wanted = {"spec.group": spec.get("group"), "spec.scope": spec.get("scope")}
    wanted |= {"spec.names.plural": names.get("plural"), "spec.names.kind": names.get("kind")}
    for index, version in enumerate(spec.get("versions") or ()):
        path = f"spec.versions[{index}]"
        wanted[f"{path}.name"] = version.get("name")
        for at, column in enumerate(version.get("additionalPrinterColumns") or ()):
            for field in ("name", "type", "jsonPath"):
                wanted[f"{path}.additionalPrinterColumns[{at}].{field}"] = column.get(field)
        for at, selectable in enumerate(version.get("selectableFields") or ()):
            wanted[f"{path}.selectableFields[{at}].jsonPath"] = selectable.get("jsonPath")
    for field, value in wanted.items():
        if not value:
            yield required(field)


DEFINITION: Final = Strategy(defaults=_defaults, create=_created, problems=_problems, has_generation=True)
