"""Where a request goes, and what its query says about how."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from headwater.devcluster.fields.managed import APPLY, UPDATE, Manager
from headwater.devcluster.http import Request
from headwater.devcluster.objects import Key
from headwater.devcluster.resource_types import Catalog, ResourceType
from headwater.devcluster.status import UnservedPathError, no_such_path

_LONGEST_MANAGER: Final = 128
_IN_NAMESPACE: Final = 3
"""Parts of `namespaces/NAME/PLURAL`; fewer name the namespace itself, as do its own subresources."""
OF_CONTAINERS: Final = frozenset({"attach", "exec", "log", "portforward", "proxy"})
_OWN: Final = frozenset({"status", "finalize"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A kind, and in it a namespace, an object, a subresource; empty where the request names none."""

    resource: ResourceType
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def key(self) -> Key:
        return Key(self.namespace, self.name)

    @property
    def group(self) -> str:
        return self.resource.group

    @property
    def plural(self) -> str:
        return self.resource.plural


def parse_place(parts: Sequence[str], catalog: Catalog) -> Place:
    """From the parts of a path that starts with `api` or `apis`. Raises: RefusedError (404)."""
    if parts[0] == "api":
        group, version, rest = "", parts[1], list(parts[2:])
    else:
        group, version, rest = parts[1], parts[2], list(parts[3:])
    namespace = ""
    if len(rest) >= _IN_NAMESPACE and rest[0] == "namespaces" and not (len(rest) == _IN_NAMESPACE and rest[2] in _OWN):
        namespace, rest = rest[1], rest[2:]
    resource = catalog.find(group, version, rest[0]) if rest else None
    if resource is None and not catalog.is_built_in(group):
        raise UnservedPathError
    if resource is None or len(rest) > _IN_NAMESPACE or (namespace and not resource.namespaced):
        raise no_such_path()
    name, subresource = (*rest[1:], "", "")[:2]
    if subresource and subresource not in resource.subresources and not _is_of_containers(resource, subresource):
        raise no_such_path()
    if resource.namespaced and name and not namespace:
        raise no_such_path()
    return Place(resource=resource, namespace=namespace, name=name, subresource=subresource)


def _is_of_containers(resource: ResourceType, subresource: str) -> bool:
    return (resource.group, resource.plural) == ("", "pods") and subresource in OF_CONTAINERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a write is to be done; `validation` is Ignore, Warn or Strict."""

    dry_run: bool = False
    manager: str = "unknown"
    validation: str = "Warn"
    force: bool = False

    @classmethod
    def of(cls, request: Request) -> Self:
        agent = request.user_agent.partition("/")[0]
        return cls(
            dry_run=request.query.get("dryRun") == "All",
            manager=(request.query.get("fieldManager") or agent or "unknown")[:_LONGEST_MANAGER],
            validation=request.query.get("fieldValidation") or "Warn",
            force=request.flag("force"),
        )


def updater(place: Place, options: Options) -> Manager:
    return _manager(place, options, UPDATE)


def applier(place: Place, options: Options) -> Manager:
    return _manager(place, options, APPLY)


def _manager(place: Place, options: Options, operation: str) -> Manager:
    return Manager(
        name=options.manager,
        operation=operation,
        api_version=place.resource.api_version,
        subresource=place.subresource,
    )
