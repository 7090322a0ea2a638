"""From a request to its verb: the paths of the API, and of what stands around it (health, discovery, OpenAPI)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from headwater.devcluster import discovery, openapi
from headwater.devcluster.cluster import Cluster
from headwater.devcluster.http import Reply, Request, parse_path, refusal, reply
from headwater.devcluster.objects import Object
from headwater.devcluster.resource_types import facts
from headwater.devcluster.status import RefusedError, method_not_allowed, no_such_path, not_implemented
from headwater.devcluster.verbs import deleting, reading, watching, writing
from headwater.devcluster.verbs.place import OF_CONTAINERS, Place, parse_place
from headwater.devcluster.verbs.questions import Tokens, ask, issue_token
from headwater.devcluster.verbs.reading import Pages
from headwater.devcluster.verbs.scaling import scale
from headwater.devcluster.verbs.writing import get_record

_HEALTH: Final = frozenset({"healthz", "livez", "readyz"})
_CHECKS: Final = frozenset({"ping", "log", "etcd"})
_OPENAPI_V2: Final = b"\x0a\x032.0"
"""A document of version 2 that describes nothing: clients take it for want of a schema, and leave it at that."""
_OPENAPI_V2_TYPE: Final = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
_log = structlog.get_logger()

Verb = Callable[[Cluster, Place, Request], Reply]


class Api:
    """Answers requests to one cluster; never raises."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.tokens = Tokens()
        self._pages = Pages()

    def handle(self, request: Request) -> Reply:
        try:
            return self._route(request)
        except RefusedError as error:
            return refusal(error)
        except Exception as error:  # noqa: BLE001 - a bug answers one request, and is logged
            _log.exception("request.failed", method=request.method, path=request.path)
            return refusal(RefusedError(500, "InternalError", f"Internal error occurred: {type(error).__name__}"))

    def _route(self, request: Request) -> Reply:
        parts = parse_path(request.path)
        match parts:
            case ["api" | "apis", _, _, *_] if parts[0] == "api" or len(parts) > 3:  # noqa: PLR2004 - a group's path has one part more
                return self._warned(parse_place(parts, self.cluster.catalog), request)
            case ["openapi", "v3", *rest]:
                return self._openapi(rest)
            case ["openapi", "v2"]:
                return Reply(body=_OPENAPI_V2, content_type=_OPENAPI_V2_TYPE)
            case ["version"]:
                return reply(_version())
            case [name, *rest] if name in _HEALTH and set(rest) <= _CHECKS:
                return Reply(body=b"ok", content_type="text/plain; charset=utf-8")
            case _:
                return self._discovery(parts, request)

    def _discovery(self, parts: list[str], request: Request) -> Reply:
        catalog = self.cluster.catalog
        together = "as=APIGroupDiscoveryList" in request.accept and "v=v2" in request.accept
        try:
            match parts:
                case ["api" | "apis"] if together and "v=v2;" in f"{request.accept};".replace(",", ";"):
                    found = discovery.aggregated(catalog, core=parts[0] == "api")
                    return _as(found, discovery.AGGREGATED)
                case ["api"]:
                    return reply(discovery.core_versions())
                case ["apis"]:
                    return reply(discovery.group_list(catalog))
                case ["api", version]:
                    return reply(discovery.resource_list(catalog, "", version))
                case ["apis", group]:
                    return reply(discovery.group_document(catalog, group))
                case ["apis", group, version]:
                    return reply(discovery.resource_list(catalog, group, version))
                case _:
                    raise no_such_path()
        except KeyError:
            raise no_such_path() from None

    def _openapi(self, rest: list[str]) -> Reply:
        catalog = self.cluster.catalog
        try:
            match rest:
                case []:
                    return reply(openapi.index(catalog))
                case ["api", version]:
                    return Reply(body=openapi.document(catalog, "", version))
                case ["apis", group, version]:
                    return Reply(body=openapi.document(catalog, group, version))
                case _:
                    raise no_such_path()
        except KeyError:
            raise no_such_path() from None

    def _warned(self, place: Place, request: Request) -> Reply:
        """That a version is deprecated is said with refusals too."""
        try:
            return self._resource(place, request)
        except RefusedError as error:
            told = place.resource.deprecation
            return replace(refusal(error), warnings=[told] if told else [])

    def _resource(self, place: Place, request: Request) -> Reply:
        if place.subresource in OF_CONTAINERS:
            get_record(self.cluster, place)
            raise not_implemented("nothing runs in the pods of a devcluster")
        if place.subresource == "token":
            return issue_token(self.cluster, place, request, self.tokens)
        if place.subresource == "scale":
            return scale(self.cluster, place, request)
        if request.method == "POST" and not place.resource.is_stored:
            return ask(self.cluster, place, request, self.tokens)
        if request.method == "GET" and not place.name and not _watches(request):
            return reading.list_objects(self.cluster, place, request, self._pages)
        return _verb(place, request)(self.cluster, place, request)


def _verb(place: Place, request: Request) -> Verb:
    """Raises: RefusedError (405)."""
    found: Verb | None
    if place.name:
        usual = {"GET": watching.watch if _watches(request) else reading.get, **_ON_ONE}
        found = usual.get(request.method)
        if place.subresource and request.method == "DELETE":
            found = None
    else:
        found = {"GET": watching.watch, **_ON_MANY}.get(request.method)
    if found is None or not place.resource.is_stored:
        raise method_not_allowed()
    return found


_ON_ONE: Final[dict[str, Verb]] = {
    "PUT": writing.update,
    "PATCH": writing.patch,
    "DELETE": deleting.delete,
}
_ON_MANY: Final[dict[str, Verb]] = {"POST": writing.create, "DELETE": deleting.delete_many}


def _watches(request: Request) -> bool:
    return request.flag("watch")


def _as(found: Object, content_type: str) -> Reply:
    plain = reply(found)
    return Reply(body=plain.body, content_type=content_type)


def _version() -> Object:
    release = facts().release
    major, minor = release.split(".")[:2]
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{release}+headwater",
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "",
        "goVersion": "",
        "compiler": "",
        "platform": "",
    }
