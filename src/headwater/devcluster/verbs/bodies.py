"""Bodies: bytes to an object of the kind that the place wants, with what the server makes of unknown fields."""

from collections.abc import Sequence
from typing import Final

import msgspec
import yaml

from headwater.devcluster import protobuf
from headwater.devcluster.http import Request
from headwater.devcluster.objects import Json, Object
from headwater.devcluster.resource_types import ResourceType, metadata_schema
from headwater.devcluster.schemas.decoding import undecodable
from headwater.devcluster.schemas.go_json import syntax_problem
from headwater.devcluster.schemas.shaping import pruned, without_nulls
from headwater.devcluster.status import bad_request

_MOST_NODES: Final = 200_000
"""Values of a YAML body, each counted as often as it is named: a real one of the largest size has fewer."""


def read_object(request: Request, resource: ResourceType) -> Object:
    """Raises: RefusedError (400) for what is no object of that kind."""
    found = read_json(request)
    if not isinstance(found, dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {resource.kind})")
    check_kind(found, resource)
    return found


def read_json(request: Request) -> Json:
    """The body as JSON, YAML or protobuf, by its looks and its content type. Raises: RefusedError (400)."""
    if request.body.startswith(protobuf.MAGIC):
        return protobuf.decode_body(request.body)
    try:
        if "yaml" in request.content_type and not request.body.lstrip().startswith(b"{"):
            return _unfolded(yaml.load(request.body, Loader=_JsonLoader))  # noqa: S506 - a safe loader, see below
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise bad_request(syntax_problem(request.body)) from error
    except yaml.YAMLError as error:
        raise bad_request(f"error decoding YAML: {error}") from error
    except RecursionError as error:
        raise bad_request("the body is nested too deeply") from error


def _unfolded(found: Json) -> Json:
    """What aliases stand for, as long as they stand for no more than a body may hold. Raises: RefusedError (400)."""
    left = _MOST_NODES
    waiting = [found]
    while waiting:
        value = waiting.pop()
        left -= 1
        if left < 0:
            raise bad_request("error decoding YAML: document contains excessive aliasing")
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


class _JsonLoader(yaml.SafeLoader):
    """YAML with JSON's types alone: a timestamp stays the text that it is."""


_JsonLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def check_kind(found: Object, resource: ResourceType) -> None:
    """Raises: RefusedError (400)."""
    version, kind = found.get("apiVersion", resource.api_version), found.get("kind", resource.kind)
    if version != resource.api_version:
        raise bad_request(
            f"the API version in the data ({version}) does not match the expected API version ({resource.api_version})"
        )
    if kind != resource.kind:
        raise bad_request(f'{kind} in version "{version}" cannot be handled as a {resource.kind}')


def shaped(
    found: Object, resource: ResourceType, validation: str, seen: Object | None = None
) -> tuple[Object, list[str]]:
    """`found` as its kind has it, and warnings of what was left out.

    Raises:
        RefusedError: it cannot be decoded, or has unknown fields and `validation` is Strict.
    """
    _check_decodes(found, resource, seen or {})
    clean = _as_go_reads(found, resource, seen or {})
    unknown: list[str] = []
    kept = pruned(
        {**clean, "apiVersion": resource.api_version, "kind": resource.kind}, resource.schema, "", unknown, seen
    )
    if unknown and validation == "Strict":
        raise _unhandled(resource, "strict decoding error: " + ", ".join(_words(unknown)))
    return kept, _words(unknown) if validation == "Warn" else []


def unknown_fields(found: Object, resource: ResourceType) -> list[str]:
    """The paths of what the schema lacks."""
    unknown: list[str] = []
    pruned(found, resource.schema, "", unknown)
    return unknown


def _as_go_reads(found: Object, resource: ResourceType, seen: Object) -> Object:
    """Of custom kinds the metadata alone is decoded into types."""
    if not resource.is_custom:
        clean: Object = without_nulls(found, resource.schema, seen)
        return clean
    meta = found.get("metadata") or {}
    kept = without_nulls(meta, metadata_schema(), seen.get("metadata"))
    return found if kept is found.get("metadata") else {**found, "metadata": kept}


def _check_decodes(found: Object, resource: ResourceType, seen: Object) -> None:
    new = {name: value for name, value in found.items() if value is not seen.get(name)}
    if resource.is_custom:
        problem = next(undecodable(new.get("metadata"), metadata_schema(), "ObjectMeta"), None)
    else:
        problem = next(undecodable(new, resource.schema, resource.kind), None)
    if problem is not None:
        raise _unhandled(resource, problem)


def _unhandled(resource: ResourceType, why: str) -> Exception:
    return bad_request(f'{resource.kind} in version "{resource.version}" cannot be handled as a {resource.kind}: {why}')


def _words(unknown: Sequence[str]) -> list[str]:
    return [f'unknown field "{path}"' for path in unknown]
