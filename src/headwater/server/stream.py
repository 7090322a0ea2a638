"""One watch as raw ASGI: Starlette's own streaming wraps a task group, and each event here must be one write.

Source: DopplerHQ/cli reads an event per TCP read, so the framing below is exact, to the byte.
"""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Receive, Scope, Send

from headwater.domain.errors import HeadwaterError, UnavailableError
from headwater.server.hub import Event, Hub, Watcher
from headwater.usecases.downloads import Watch

Authorize = Callable[[], Awaitable[Watch]]
"""Asks again whether the caller may watch, and what the newest view is."""

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"x-accel-buffering", b"no"),
    (b"connection", b"close"),
]


def framed(event: Event) -> bytes:
    return b'event: message\ndata: {"type":"%s"}\n\n' % event.encode()


class Stream:
    """Sends the events of one watcher until the caller goes, or may no longer watch."""

    def __init__(self, hub: Hub, opened: Watch, authorize: Authorize) -> None:
        self._hub = hub
        self._opened = opened
        self._authorize = authorize

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        with self._hub.watch(self._opened.config, self._opened.view_change, self._may_go_on) as watcher:
            await self._catch_up(watcher)
            gone = asyncio.create_task(_gone(receive))
            gone.add_done_callback(lambda _: watcher.close())
            try:
                await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
                async for event in watcher.events():
                    await send({"type": "http.response.body", "body": framed(event), "more_body": True})
                await send({"type": "http.response.body", "body": b""})
            finally:
                gone.cancel()

    async def _catch_up(self, watcher: Watcher) -> None:
        """What happened between the first question and the registration of `watcher` woke nobody."""
        try:
            newest = await self._authorize()
        except HeadwaterError:
            watcher.close()
            return
        watcher.wake(newest.view_change)

    async def _may_go_on(self) -> bool:
        """True also when nobody can say: a database that is away takes no rights away."""
        try:
            await self._authorize()
        except UnavailableError:
            return True
        except HeadwaterError:
            return False
        return True


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
