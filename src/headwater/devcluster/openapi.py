"""OpenAPI v3: a document per group version, with the schemas that `kubectl explain` walks.

Surprise: its paths say little more than that PATCH takes `fieldValidation`. That is how kubectl learns that this server
validates fields itself, and leaves it to it.
"""

import hashlib
from collections.abc import Iterator

import msgspec

from headwater.devcluster.objects import Json, Object
from headwater.devcluster.resource_types import METADATA, Catalog, ResourceType, facts

_REFERENCE = "#/components/schemas/"


def index(catalog: Catalog) -> Object:
    """Paths of the documents; a change of kinds changes their hashes."""
    paths = {}
    for group, versions in catalog.group_versions().items():
        for version in versions:
            path = f"apis/{group}/{version}" if group else f"api/{version}"
            digest = hashlib.sha256(f"{path} {catalog.number}".encode()).hexdigest()[:32].upper()
            paths[path] = {"serverRelativeURL": f"/openapi/v3/{path}?hash={digest}"}
    return {"paths": paths}


def document(catalog: Catalog, group: str, version: str) -> bytes:
    """Raises: KeyError if nothing is served there."""
    types = [found for found in catalog.all() if (found.group, found.version) == (group, version)]
    if not types:
        raise KeyError(version)
    schemas: dict[str, Object] = {}
    for found in types:
        schemas |= _schemas(found)
    return msgspec.json.encode(
        {
            "openapi": "3.0.0",
            "info": {"title": "Headwater devcluster", "version": f"v{facts().release}"},
            "paths": {path: item for found in types for path, item in _paths(found)},
            "components": {"schemas": schemas},
        }
    )


def _schemas(found: ResourceType) -> dict[str, Object]:
    if not found.is_custom:
        return _reachable([found.schema_name])
    own = {**found.schema.raw, "x-kubernetes-group-version-kind": [_kind(found)]}
    properties = {**own.get("properties", {}), "metadata": {"allOf": [{"$ref": f"{_REFERENCE}{METADATA}"}]}}
    for name in ("apiVersion", "kind"):
        properties.setdefault(name, {"type": "string"})
    return {_name(found): {**own, "properties": properties}, **_reachable([METADATA])}


def _reachable(roots: list[str]) -> dict[str, Object]:
    known = facts().schemas
    found: dict[str, Object] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = {key: value for key, value in known[name].items() if key != "x-name"}
            waiting += [reference.removeprefix(_REFERENCE) for reference in _references(found[name])]
    return found


def _references(node: Json) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _name(found: ResourceType) -> str:
    if not found.is_custom:
        return found.schema_name
    reverse = ".".join(reversed(found.group.split(".")))
    return f"{reverse}.{found.version}.{found.kind}"


def _kind(found: ResourceType) -> Object:
    return {"group": found.group, "version": found.version, "kind": found.kind}


def _paths(found: ResourceType) -> Iterator[tuple[str, Object]]:
    base = found.base() + ("/namespaces/{namespace}" if found.namespaced else "")
    yield f"{base}/{found.plural}", {verb: _operation(found, action) for verb, action in _ON_MANY.items()}
    yield f"{base}/{found.plural}/{{name}}", {verb: _operation(found, action) for verb, action in _ON_ONE.items()}


_ON_MANY = {"get": "list", "post": "post"}
_ON_ONE = {"get": "get", "put": "put", "patch": "patch", "delete": "delete"}
_WRITES = {"post", "put", "patch"}


def _operation(found: ResourceType, action: str) -> Object:
    parameters = ["dryRun", "fieldManager", "fieldValidation"] if action in _WRITES else []
    return {
        "operationId": f"{action}{found.group}{found.version}{found.kind}",
        "parameters": [{"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters],
        "responses": {
            "200": {
                "description": "OK",
                "content": {"application/json": {"schema": {"$ref": f"{_REFERENCE}{_name(found)}"}}},
            }
        },
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": _kind(found),
    }
