"""A Kubernetes API in memory, below the client: enough of it for an operator, and every write can be made to go wrong.

It keeps resource versions, optimistic locking, labels in lists and watches, merge patches, the status subresource, and
who wrote which key (`managedFields`). What an API server checks (schemas, rights) it does not.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from headwater.kube.access import Access, FixedCredential, Identity
from headwater.kube.client import KubeClient
from headwater.kube.errors import ApiUnavailableError, Details, Status, to_error
from headwater.kube.transport import Call

_PATH = re.compile(
    r"/(?:api/v1|apis/(?P<group>[^/]+)/(?P<version>[^/]+))"
    r"(?:/namespaces/(?P<namespace>[^/]+)(?=/))?/(?P<plural>[a-z]+)(?:/(?P<name>[^/]+))?(?:/(?P<sub>status))?"
)
_KINDS = {
    "secrets": "Secret",
    "namespaces": "Namespace",
    "events": "Event",
    "externalsecrets": "ExternalSecret",
    "secretstores": "SecretStore",
    "clustersecretstores": "ClusterSecretStore",
}
Document = dict[str, Any]


class Place(NamedTuple):
    plural: str
    namespace: str
    name: str


class Fault(StrEnum):
    """How a write goes wrong."""

    REFUSED = "answered 503, not done"
    LOST = "done, answered 503"
    KILLED = "not done, and the operator is killed"
    KILLED_AFTER = "done, and the operator is killed"


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True, slots=True)
class _Told:
    version: int
    type: str
    place: Place
    document: Document


@dataclass(slots=True)
class MemoryCluster:
    """Its state outlives the clients, as a cluster's does its operators."""

    faults: dict[int, Fault] = field(default_factory=dict)
    """By the number of the write, from 1; events are writes too."""
    writes: list[str] = field(default_factory=list)
    """Verb and resource of every write asked for so far."""
    lag: Callable[[Call], float] = lambda _call: 0.0
    """Seconds by which a watch comes late."""
    _documents: dict[Place, Document] = field(default_factory=dict)
    _history: list[_Told] = field(default_factory=list)
    _version: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def client(self) -> KubeClient:
        client = KubeClient(Access(server="https://memory", credential=FixedCredential(Identity())))
        client._transport = _Transport(self)  # type: ignore[assignment]
        return client

    def get(self, plural: str, name: str, namespace: str = "default") -> Document | None:
        found = self._documents.get(Place(plural, namespace, name))
        return deepcopy(found) if found is not None else None

    def all(self, plural: str) -> list[Document]:
        return [deepcopy(found) for place, found in sorted(self._documents.items()) if place.plural == plural]

    async def put(self, manifest: Mapping[str, Any]) -> None:
        """Create an object or replace all but its status, as a person does."""
        document = json.loads(json.dumps(manifest))
        plural = next(plural for plural, kind in _KINDS.items() if kind == document["kind"])
        place = Place(plural, document["metadata"].get("namespace", ""), document["metadata"]["name"])
        before = self._documents.get(place)
        if before is not None:
            document["status"] = before.get("status", {})
        await self._store(place, document, before, manager="people")

    async def remove(self, plural: str, name: str, namespace: str = "default") -> None:
        await self._drop(Place(plural, namespace, name))

    async def write(self, call: Call) -> bytes:
        self.writes.append(_named(call))
        fault = self.faults.get(len(self.writes))
        if fault is Fault.KILLED:
            raise Killed
        if fault is Fault.REFUSED:
            raise ApiUnavailableError(f"cannot {call.doing}: made to fail")
        answer = await self._write(call)
        if fault is Fault.KILLED_AFTER:
            raise Killed
        if fault is Fault.LOST:
            raise ApiUnavailableError(f"cannot {call.doing}: made to fail")
        return answer

    async def _write(self, call: Call) -> bytes:
        place, is_status = _place(call)
        body = json.loads(call.body or b"{}")
        before = self._documents.get(place)
        manager = call.query.get("fieldManager", "")
        if call.method == "POST":
            place = place._replace(name=body["metadata"]["name"])
            self._refuse(call, 409 if place in self._documents else 0, "AlreadyExists")
            return await self._store(place, body, None, manager)
        self._refuse(call, 404 if before is None else 0, "NotFound")
        assert before is not None
        if call.method == "DELETE":
            self._check(call, before, body.get("preconditions", {}))
            await self._drop(place)
            return b"{}"
        self._check(call, before, body.get("metadata", {}))
        after = _merged(before, body) if call.method == "PATCH" else body
        kept = (
            {**before, "status": after.get("status", {})}
            if is_status
            else {**after, "status": before.get("status", {})}
        )
        return await self._store(place, kept, before, manager)

    def read(self, call: Call) -> bytes:
        place, _ = _place(call)
        if not place.name:
            return self._list(call, place)
        self._refuse(call, 404 if place not in self._documents else 0, "NotFound")
        return json.dumps(self._documents[place]).encode()

    async def watch(self, call: Call) -> AsyncIterator[bytes]:
        """What was told since the asked version, then what is told."""
        place, _ = _place(call)
        since = int(call.query["resourceVersion"])
        while True:
            for told in [told for told in self._history if told.version > since]:
                since = told.version
                kind = _seen(told, self._before(told), call)
                if told.place.plural == place.plural and kind:
                    await asyncio.sleep(self.lag(call))
                    yield json.dumps({"type": kind, "object": told.document}).encode()
            async with self._news:
                await self._news.wait_for(lambda since=since: self._version > since)  # type: ignore[misc]

    def _before(self, told: _Told) -> Document | None:
        earlier = (old for old in reversed(self._history) if old.place == told.place and old.version < told.version)
        found = next(earlier, None)
        return found.document if found is not None and found.type != "DELETED" else None

    def _list(self, call: Call, asked: Place) -> bytes:
        items = [
            document
            for place, document in self._documents.items()
            if place.plural == asked.plural and asked.namespace in {"", place.namespace} and _selected(document, call)
        ]
        return json.dumps({"metadata": {"resourceVersion": str(self._version)}, "items": items}).encode()

    async def _store(self, place: Place, document: Document, before: Document | None, manager: str) -> bytes:
        if before is not None and _content(document) == _content(before):
            return json.dumps(before).encode()
        stored = deepcopy(document)
        self._version += 1
        meta = stored["metadata"]
        meta["resourceVersion"] = str(self._version)
        meta["uid"] = before["metadata"]["uid"] if before else f"uid-{self._version}"
        is_edit = before is None or stored.get("spec") != before.get("spec")
        meta["generation"] = (before["metadata"]["generation"] if before else 0) + is_edit
        meta["managedFields"] = _noted(stored, before, manager)
        stored.update(_from_text(stored))
        self._documents[place] = stored
        await self._tell(_Told(self._version, "MODIFIED" if before else "ADDED", place, stored))
        return json.dumps(stored).encode()

    async def _drop(self, place: Place) -> None:
        document = deepcopy(self._documents.pop(place))
        self._version += 1
        document["metadata"]["resourceVersion"] = str(self._version)
        await self._tell(_Told(self._version, "DELETED", place, document))

    async def _tell(self, told: _Told) -> None:
        async with self._news:
            self._history.append(told)
            self._news.notify_all()

    def _refuse(self, call: Call, status: int, reason: str) -> None:
        if status:
            raise to_error(status, Status(reason=reason, details=Details(), code=status), call.doing)

    def _check(self, call: Call, document: Document, wanted: Mapping[str, Any]) -> None:
        for name in ("uid", "resourceVersion"):
            if wanted.get(name, document["metadata"][name]) != document["metadata"][name]:
                self._refuse(call, 409, "Conflict")


class _Transport:
    """In place of the client's own."""

    def __init__(self, cluster: MemoryCluster) -> None:
        self._cluster = cluster

    async def call(self, call: Call) -> bytes:
        return self._cluster.read(call) if call.method == "GET" else await self._cluster.write(call)

    @asynccontextmanager
    async def stream(self, call: Call) -> AsyncIterator[AsyncIterator[bytes]]:
        yield self._cluster.watch(call)

    async def close(self) -> None:
        return


def _place(call: Call) -> tuple[Place, bool]:
    found = _PATH.fullmatch(call.path)
    assert found, call.path
    namespace = found["namespace"] or ""
    return Place(found["plural"], namespace, found["name"] or ""), found["sub"] is not None


def _named(call: Call) -> str:
    place, is_status = _place(call)
    verb = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[call.method]
    return f"{verb} {place.plural}{'/status' if is_status else ''}"


def _selected(document: Document | None, call: Call) -> bool:
    if document is None:
        return False
    demands = [demand.split("=") for demand in call.query.get("labelSelector", "").split(",") if demand]
    labels = document["metadata"].get("labels") or {}
    return all(labels.get(key) == value for key, value in demands)


def _seen(told: _Told, before: Document | None, call: Call) -> str:
    """What the event is to a watch that selects: an object that leaves the selection is deleted there."""
    is_in, was_in = told.type != "DELETED" and _selected(told.document, call), _selected(before, call)
    if is_in:
        return "MODIFIED" if was_in else "ADDED"
    return "DELETED" if was_in else ""


def _merged(before: Any, patch: Any) -> Any:
    """JSON merge patch. Source: RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    base = before if isinstance(before, dict) else {}
    changed = {key: _merged(base.get(key), value) for key, value in patch.items() if value is not None}
    return {**{key: value for key, value in base.items() if key not in patch}, **changed}


def _content(document: Document) -> Document:
    """What counts when two states are compared."""
    meta = {
        key: value
        for key, value in document.get("metadata", {}).items()
        if value and key not in {"resourceVersion", "uid", "generation", "managedFields"}
    }
    return {**{key: value for key, value in document.items() if value}, "metadata": meta}


def _from_text(document: Document) -> Document:
    """`stringData` of a Secret, as `data`."""
    text = document.pop("stringData", None)
    if text is None:
        return {}
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in text.items()}
    return {"data": {**document.get("data", {}), **encoded}}


def _noted(document: Document, before: Document | None, manager: str) -> list[Document]:
    """`managedFields`: a key is whose value it last got."""
    owned: dict[str, dict[str, set[str]]] = {}
    for entry in (before or {}).get("metadata", {}).get("managedFields", []):
        owned[entry["manager"]] = {part: set(entry["keys"][part]) for part in _PARTS}
    for part in _PARTS:
        now, old = _part(document, part), _part(before or {}, part)
        changed = {key for key, value in now.items() if old.get(key) != value}
        for keys in owned.values():
            keys[part] = (keys[part] & now.keys()) - changed
        owned.setdefault(manager, {each: set() for each in _PARTS})[part] |= changed
    return [_entry(name, keys) for name, keys in owned.items() if any(keys.values())]


_PARTS = ("data", "labels", "annotations")


def _part(document: Document, part: str) -> Mapping[str, Any]:
    found = document.get("data") if part == "data" else document.get("metadata", {}).get(part)
    return found or {}


def _entry(manager: str, keys: Mapping[str, set[str]]) -> Document:
    named: dict[str, Document] = {part: {f"f:{key}": {} for key in sorted(keys[part])} for part in _PARTS}
    tree = {"f:data": named["data"], "f:metadata": {f"f:{part}": named[part] for part in _PARTS[1:]}}
    return {
        "manager": manager,
        "operation": "Update",
        "fieldsV1": tree,
        "keys": {part: sorted(keys[part]) for part in _PARTS},
    }
