"""What kinds there are, in both forms that clients ask for: a document per group version, or all in one."""

from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Object
from headwater.devcluster.resource_types import Catalog, ResourceType

AGGREGATED: Final = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

_SUB_VERBS: Final = {"status": ["get", "patch", "update"], "scale": ["get", "patch", "update"], "token": ["create"]}
_SUB_KINDS: Final = {
    "scale": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
    "token": {"group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest"},
}


def core_versions() -> Object:
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def group_list(catalog: Catalog) -> Object:
    groups = [group_document(catalog, group) for group in catalog.group_versions() if group]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group_document(catalog: Catalog, group: str) -> Object:
    versions = [
        {"groupVersion": f"{group}/{version}", "version": version} for version in catalog.group_versions()[group]
    ]
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": group,
        "versions": versions,
        "preferredVersion": versions[0],
    }


def resource_list(catalog: Catalog, group: str, version: str) -> Object:
    """Raises: KeyError if nothing is served there."""
    types = [found for found in catalog.all() if (found.group, found.version) == (group, version)]
    if not types:
        raise KeyError(version)
    resources = [entry for found in types for entry in _entries(found)]
    group_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def aggregated(catalog: Catalog, *, core: bool) -> Object:
    items = [
        {
            "metadata": {"name": group} if group else {"name": ""},
            "versions": [_version(catalog, group, version) for version in versions],
        }
        for group, versions in catalog.group_versions().items()
        if bool(group) is not core
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _version(catalog: Catalog, group: str, version: str) -> Object:
    types = [found for found in catalog.all() if (found.group, found.version) == (group, version)]
    return {"version": version, "freshness": "Current", "resources": [_discovered(found) for found in types]}


def _discovered(found: ResourceType) -> Object:
    subresources = [
        {
            "subresource": name,
            "responseKind": _SUB_KINDS.get(name) or _response_kind(found),
            "verbs": _SUB_VERBS[name],
        }
        for name in sorted(found.subresources & _SUB_VERBS.keys())
    ]
    entry: Object = {
        "resource": found.plural,
        "responseKind": _response_kind(found),
        "scope": "Namespaced" if found.namespaced else "Cluster",
        "singularResource": found.singular,
        "verbs": list(found.verbs),
    }
    optional = {"shortNames": found.short_names, "categories": found.categories, "subresources": subresources}
    return {**entry, **{name: list(value) for name, value in optional.items() if value}}


def _response_kind(found: ResourceType) -> Object:
    return {"group": found.group, "version": found.version, "kind": found.kind}


def _entries(found: ResourceType) -> Iterator[Object]:
    entry: Object = {
        "name": found.plural,
        "singularName": found.singular,
        "namespaced": found.namespaced,
        "kind": found.kind,
        "verbs": list(found.verbs),
    }
    optional = {"shortNames": found.short_names, "categories": found.categories}
    yield {**entry, **{name: list(value) for name, value in optional.items() if value}}
    for name in sorted(found.subresources & _SUB_VERBS.keys()):
        yield {
            "name": f"{found.plural}/{name}",
            "singularName": "",
            "namespaced": found.namespaced,
            **_SUB_KINDS.get(name, {"kind": found.kind}),
            "verbs": _SUB_VERBS[name],
        }
