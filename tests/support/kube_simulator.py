"""A Kubernetes API of one kind as its clients see it: resource versions, pages, watches, and trouble on demand.

It keeps the rules that an informer rests on: versions grow, a watch replays history from where it is asked to, and
history that was compacted is answered 410, by HTTP or as an event.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

import msgspec
from aiohttp import web

from headwater.kube.access import Access, FixedCredential, Identity
from headwater.kube.client import KubeClient
from headwater.kube.resource import ObjectKey, ResourceType
from headwater.kube.transport import Timeouts

HOST = "127.0.0.1"

Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Meta(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""


class Thing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the simulator keeps; `size` is a number, so that a text in its place is odd."""

    metadata: Meta = Meta()
    size: int = 0
    note: str = ""


THINGS = ResourceType(group="example.org", version="v1", plural="things", kind="Thing", struct=Thing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Event:
    version: int
    type: str
    object: dict[str, Any]

    def line(self) -> bytes:
        return json.dumps({"type": self.type, "object": self.object}).encode() + b"\n"


@dataclass(slots=True)
class KubeSimulator:
    """Use as an async context manager; objects of every kind are alike to it, in one history."""

    version: int = 100
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By path."""
    seen: list[Seen] = field(default_factory=list)
    gone_as_event: bool = False
    """Whether compacted history is answered by an ERROR event rather than by HTTP."""
    trouble: list[Answer] = field(default_factory=list)
    """Each answers one request in place of the simulator."""
    _history: list[_Event] = field(default_factory=list)
    _compacted: int = 0
    _watches: set[asyncio.Queue[bytes | None]] = field(default_factory=set)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None
    _port: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        self.end_watches()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def client(self, *, silence: float = 60.0) -> KubeClient:
        access = Access(server=f"http://{HOST}:{self._port}", credential=FixedCredential(Identity()))
        return KubeClient(access, user_agent="tests/1", timeouts=Timeouts(silence=silence))

    # What happens in the cluster.

    def put(self, name: str, **fields: Any) -> None:
        """Create or change a thing in namespace `web`."""
        key = ObjectKey("web", name)
        self._store(THINGS.path(key), {"metadata": {"name": name, "namespace": "web"}, **fields})

    def remove(self, name: str) -> None:
        self._delete(THINGS.path(ObjectKey("web", name)))

    def bookmark(self) -> None:
        """Tell every watch how far it is, as if other kinds of objects had moved the version on."""
        self.version += 10
        self._send(_Event(self.version, "BOOKMARK", {"metadata": {"resourceVersion": str(self.version)}}))

    def compact(self) -> None:
        """Forget history: watches and pages from before are gone."""
        self.version += 1
        self._history.clear()
        self._compacted = self.version

    def end_watches(self) -> None:
        for watch in self._watches:
            watch.put_nowait(None)

    def say(self, line: bytes) -> None:
        """Send any line to every watch."""
        for watch in self._watches:
            watch.put_nowait(line + b"\n")

    def restore(self, version: int) -> None:
        """Bring the cluster back to an older state, as a restored backup does: versions run on from there."""
        self.version, self._compacted = version, 0
        self._history.clear()

    # What the client did.

    def lists(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.method == "GET" and "watch" not in seen.query]

    def watches(self) -> list[Seen]:
        return [seen for seen in self.seen if "watch" in seen.query]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what a request changes."""
        async with self._changed:
            await self._changed.wait_for(holds)

    async def watching(self, times: int = 1) -> None:
        """Wait for so many watches to have been asked for, the last of which is open."""
        await self.until(lambda: len(self.watches()) >= times and bool(self._watches))

    # How it answers.

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        query = dict(request.query)
        headers = dict(request.headers)
        self.seen.append(Seen(method=request.method, path=request.path, query=query, headers=headers, body=body))
        try:
            if self.trouble:
                return await self.trouble.pop(0)(request)
            if "watch" in query:
                return await self._watch(request)
            return self._call(request, json.loads(body) if body else {})
        finally:
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _call(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        path = request.path.removesuffix("/status")
        match request.method:
            case "GET" if path in self.objects:
                return web.json_response(self.objects[path])
            case "GET" if path.endswith(f"/{THINGS.plural}"):
                return self._list(request)
            case "POST":
                return self._create(f"{path}/{body['metadata']['name']}", body)
            case _ if path in self.objects:
                return web.json_response(self._change(request.method, path, body))
            case _:
                return status(404, "NotFound")

    def _change(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if method == "DELETE":
            return self._delete(path)
        return self._store(path, _merged(self.objects[path], body) if method == "PATCH" else body)

    def _create(self, path: str, body: dict[str, Any]) -> web.Response:
        if path in self.objects:
            return status(409, "AlreadyExists")
        return web.json_response(self._store(path, body), status=201)

    def _list(self, request: web.Request) -> web.Response:
        """A continue token is the version that the list shows and how far it came."""
        limit = int(request.query.get("limit", 0)) or len(self.objects)
        at, _, start = request.query.get("continue", f"{self.version}:0").partition(":")
        if int(at) < self._compacted:
            return status(410, "Expired")
        objects = list(self.objects.values())
        end = int(start) + limit
        more = f"{at}:{end}" if end < len(objects) else ""
        meta = {"resourceVersion": at, **({"continue": more} if more else {})}
        return web.json_response({"kind": "ThingList", "metadata": meta, "items": objects[int(start) : end]})

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        since = int(request.query["resourceVersion"])
        gone = since < self._compacted
        if gone and not self.gone_as_event:
            return status(410, "Expired")
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        if gone:
            error = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "reason": "Expired"}}
            await response.write(json.dumps(error).encode() + b"\n")
            return response
        await self._stream(response, since)
        return response

    async def _stream(self, response: web.StreamResponse, since: int) -> None:
        lines: asyncio.Queue[bytes | None] = asyncio.Queue()
        for event in self._history:
            if event.version > since:
                lines.put_nowait(event.line())
        self._watches.add(lines)
        await self._tell()
        try:
            while (line := await lines.get()) is not None:
                await response.write(line)
        except ConnectionError:
            pass
        finally:
            self._watches.discard(lines)

    def _store(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.version += 1
        before = self.objects.get(path)
        uid = before["metadata"]["uid"] if before else f"uid-{self.version}"
        meta = {**body["metadata"], "uid": uid, "resourceVersion": str(self.version)}
        self.objects[path] = {**body, "metadata": meta}
        self._send(_Event(self.version, "MODIFIED" if before else "ADDED", self.objects[path]))
        return self.objects[path]

    def _delete(self, path: str) -> dict[str, Any]:
        self.version += 1
        last = self.objects.pop(path)
        last = {**last, "metadata": {**last["metadata"], "resourceVersion": str(self.version)}}
        self._send(_Event(self.version, "DELETED", last))
        return last

    def _send(self, event: _Event) -> None:
        self._history.append(event)
        self.say(event.line().rstrip())


def status(code: int, reason: str, **more: Any) -> web.Response:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, **more}
    return web.json_response(body, status=code)


def answers(code: int, reason: str, **more: Any) -> Answer:
    """Trouble: a Status."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return status(code, reason, **more)

    return answer


def _merged(old: Any, patch: Any) -> Any:
    """Source: RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(old) if isinstance(old, dict) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = _merged(kept.get(name), value)
    return kept
