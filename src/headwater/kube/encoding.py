"""How objects, lists and watch events look on the wire.

Surprise: lists decode in one go; only when that fails is each object tried alone, so that the usual case costs one
pass and an odd object costs only itself.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic, TypeAlias

import msgspec
import structlog

from headwater.kube.errors import ApiUnavailableError, Status, to_error
from headwater.kube.resource import KubeObject, ObjectKey, ResourceType, T

JSON_BODY: Final = {"Content-Type": "application/json"}

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some objects of a list."""

    items: Sequence[T]
    resource_version: str
    """The moment that the whole list shows; a watch goes on from here."""
    next: str
    """What to ask the next page with; empty on the last."""


@dataclass(frozen=True, slots=True)
class Changed(Generic[T]):
    """An object was added or modified, or is `gone` (and this is how it last was)."""

    object: T
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Nothing happened up to `resource_version`."""

    resource_version: str


@dataclass(frozen=True, slots=True)
class Odd:
    """An object changed into what does not decode, or was that and is gone: nothing is known of it any more."""

    key: ObjectKey
    resource_version: str


Event: TypeAlias = Changed[T] | Odd | Bookmark
"""What a watch tells."""


class _ListMeta(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str = ""
    next: str = msgspec.field(default="", name="continue")


class _List(msgspec.Struct, Generic[T], frozen=True):
    metadata: _ListMeta
    items: list[T] | None = None


class _RawList(msgspec.Struct, frozen=True):
    metadata: _ListMeta
    items: list[msgspec.Raw] | None = None


class _Event(msgspec.Struct, frozen=True):
    type: str
    object: msgspec.Raw


class _NameMeta(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    namespace: str = ""
    resource_version: str = ""


class _Named(msgspec.Struct, frozen=True):
    metadata: _NameMeta = _NameMeta()


_RAW_LIST: Final = msgspec.json.Decoder(_RawList)
_EVENT: Final = msgspec.json.Decoder(_Event)
_NAMED: Final = msgspec.json.Decoder(_Named)
_STATUS: Final = msgspec.json.Decoder(Status)


def accept(resource: ResourceType[Any], *, many: bool = False) -> Mapping[str, str]:
    if not resource.metadata_only:
        return {}
    kind = "PartialObjectMetadataList" if many else "PartialObjectMetadata"
    return {"Accept": f"application/json;as={kind};g=meta.k8s.io;v=v1"}


def parse_object(resource: ResourceType[T], body: bytes, doing: str) -> T:
    """Raises ApiUnavailableError if `body` is not such an object."""
    try:
        decoded: T = _decoder(resource.struct).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        place = _place_of(error)
        raise ApiUnavailableError(f"cannot {doing}: the answer is no {resource.kind}{place}") from None
    return decoded


def parse_page(resource: ResourceType[T], body: bytes) -> Page[T]:
    """Raises ApiUnavailableError if `body` is no list."""
    try:
        listed = _list_decoder(resource.struct).decode(body)
        return Page(
            items=listed.items or [], resource_version=listed.metadata.resource_version, next=listed.metadata.next
        )
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _parse_page_singly(resource, body)


def _parse_page_singly(resource: ResourceType[T], body: bytes) -> Page[T]:
    try:
        listed = _RAW_LIST.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ApiUnavailableError(f"cannot list {resource}: the answer is no list") from None
    items = [_try_parse(resource, raw) for raw in listed.items or ()]
    known = [item for item in items if not isinstance(item, Odd)]
    return Page(items=known, resource_version=listed.metadata.resource_version, next=listed.metadata.next)


async def parse_events(resource: ResourceType[T], lines: AsyncIterator[bytes]) -> AsyncIterator[Event[T]]:
    """Raises the error that the API server sends as an event, and ApiUnavailableError for what is no event."""
    async for line in lines:
        yield _parse_event(resource, line)


def _parse_event(resource: ResourceType[T], line: bytes) -> Event[T]:
    try:
        event = _EVENT.decode(line)
        match event.type:
            case "ADDED" | "MODIFIED" | "DELETED":
                found = _try_parse(resource, event.object)
                return found if isinstance(found, Odd) else Changed(found, event.type == "DELETED")
            case "BOOKMARK":
                return Bookmark(_NAMED.decode(event.object).metadata.resource_version)
            case _:
                status = _STATUS.decode(event.object)
                raise to_error(status.code or 500, status, f"watch {resource}")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ApiUnavailableError(f"cannot watch {resource}: the answer is no event") from None


def _try_parse(resource: ResourceType[T], raw: msgspec.Raw) -> T | Odd:
    """The object; or, with a line in the log, which one it is."""
    try:
        decoded: T = _decoder(resource.struct).decode(raw)
    except msgspec.ValidationError as error:
        meta = _NAMED.decode(raw).metadata
        where = {"namespace": meta.namespace, "name": meta.name, "place": _place_of(error)}
        _log.warning("object.not_understood", resource=str(resource), **where)
        return Odd(ObjectKey(meta.namespace, meta.name), meta.resource_version)
    return decoded


def name_in(body: object) -> str:
    """The name that an object to create gives itself, for messages."""
    metadata = body.get("metadata") if isinstance(body, Mapping) else getattr(body, "metadata", None)
    name = metadata.get("name") if isinstance(metadata, Mapping) else getattr(metadata, "name", None)
    return str(name or "")


@cache
def _decoder(struct: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(struct)


@cache
def _list_decoder(struct: type[KubeObject]) -> msgspec.json.Decoder[_List[Any]]:
    return msgspec.json.Decoder(_List[struct])  # type: ignore[valid-type]


_PLACE: Final = re.compile(r" - at `\$[^`]*`$")


def _place_of(error: Exception) -> str:
    """Where in an object something is odd; what is odd stays out, since it may be a value."""
    found = _PLACE.search(str(error))
    return found[0] if found else ""
