"""Events: what happened to an object, for the people who look at it with `kubectl describe`.

Surprise: an event is never worth failing for. One that cannot be written is logged and forgotten.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Final, NamedTuple

import msgspec
import structlog

from headwater.kube.client import KubeClient
from headwater.kube.errors import KubeError, ObjectNotFoundError
from headwater.kube.resource import ObjectKey, ResourceType
from headwater.kube.writes import Patch
from headwater.process.clock import Clock, system_clock

MAX_MESSAGE: Final = 1024
"""Characters; the API server refuses more."""

_REMEMBERED: Final = 4096
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an event is about."""

    api_version: str
    kind: str
    key: ObjectKey
    uid: str
    resource_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What happened: `type` is Normal or Warning, `reason` one word for programs."""

    type: str
    reason: str
    message: str


class _ObjectReference(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    api_version: str
    kind: str
    namespace: str = ""
    name: str
    uid: str
    resource_version: str = ""


class _Source(msgspec.Struct, frozen=True):
    component: str


class _Meta(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""


class _Stored(msgspec.Struct, frozen=True):
    metadata: _Meta = _Meta()


class _NewMeta(msgspec.Struct, frozen=True):
    name: str
    namespace: str


class _NewEvent(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    api_version: str = "v1"
    kind: str = "Event"
    metadata: _NewMeta
    involved_object: _ObjectReference
    type: str
    reason: str
    message: str
    source: _Source
    reporting_component: str
    reporting_instance: str = ""
    first_timestamp: str
    last_timestamp: str
    count: int = 1


EVENTS: Final = ResourceType(version="v1", plural="events", kind="Event", struct=_Stored)


class _Said(NamedTuple):
    uid: str
    note: Note


@dataclass(slots=True)
class _Written:
    key: ObjectKey
    count: int


class EventRecorder:
    """Writes events under one component's name; what is said again raises the count of what was said before."""

    def __init__(self, client: KubeClient, *, component: str, clock: Clock = system_clock) -> None:
        self._client = client
        self._component = component
        self._clock = clock
        self._numbers = count(int(clock().timestamp() * 1e9))
        self._written: OrderedDict[_Said, _Written] = OrderedDict()

    async def record(self, subject: Subject, note: Note) -> None:
        """Say `note` about `subject`; an object of the cluster has its events in namespace `default`."""
        note = replace(note, message=note.message[:MAX_MESSAGE])
        try:
            await self._record(subject, note)
        except KubeError as error:
            _log.warning("event.not_written", object=str(subject.key), reason=note.reason, error=str(error))

    async def _record(self, subject: Subject, note: Note) -> None:
        said = _Said(subject.uid, note)
        before = self._written.get(said)
        if before is None or not await self._raise_count(before):
            self._written[said] = _Written(await self._create(subject, note), 1)
        self._written.move_to_end(said)
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)

    async def _raise_count(self, before: _Written) -> bool:
        """Whether the event was still there; the API server forgets them after an hour."""
        seen_again = {"count": before.count + 1, "lastTimestamp": _to_timestamp(self._clock())}
        try:
            await self._client.patch(EVENTS, before.key, Patch.merge(seen_again))
        except ObjectNotFoundError:
            return False
        before.count += 1
        return True

    async def _create(self, subject: Subject, note: Note) -> ObjectKey:
        event = self._new_event(subject, note)
        await self._client.create(EVENTS, event.metadata.namespace, event)
        return ObjectKey(event.metadata.namespace, event.metadata.name)

    def _new_event(self, subject: Subject, note: Note) -> _NewEvent:
        now = _to_timestamp(self._clock())
        return _NewEvent(
            metadata=_NewMeta(f"{subject.key.name[:230]}.{next(self._numbers):x}", subject.key.namespace or "default"),
            involved_object=_ObjectReference(
                api_version=subject.api_version,
                kind=subject.kind,
                namespace=subject.key.namespace,
                name=subject.key.name,
                uid=subject.uid,
                resource_version=subject.resource_version,
            ),
            type=note.type,
            reason=note.reason,
            message=note.message,
            source=_Source(self._component),
            reporting_component=self._component,
            first_timestamp=now,
            last_timestamp=now,
        )


def _to_timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
