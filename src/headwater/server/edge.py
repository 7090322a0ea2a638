"""Running use cases: reads on the loop or on a reader, writes on the writer, and no reply before its record.

On SQLite, where this process alone writes, the loop answers from memory: what was looked up since the last change. The
memory is replaced after each COMMIT that changed something and before its reply goes, so no answer is ever stale.
On PostgreSQL each read is one transaction of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from headwater.domain.errors import UnavailableError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import RequestId
from headwater.process.clock import Clock
from headwater.server.hub import Hub
from headwater.server.metrics import ServerMetrics
from headwater.server.writer import Writer
from headwater.storage.changes import Author, Changed
from headwater.storage.storage import Storage
from headwater.usecases.authentication import Credential, authenticate
from headwater.usecases.call import Call, Installation, Outcome
from headwater.usecases.look_ups import LookUpMissedError, LookUps, Memory

T = TypeVar("T")
UseCase = Callable[[Call], Outcome[T]]

_READERS = 4
"""Threads, and so connections, that read."""

PATIENCE_SECONDS = 15.0
"""For the database to answer: more than its own limits (for a connection, for a lock) come to."""


class Edge:
    """Lives on the loop; `close` waits for what is still running."""

    def __init__(
        self, installation: Installation, storage: Storage, hub: Hub, *, clock: Clock, metrics: ServerMetrics
    ) -> None:
        self._installation = installation
        self._storage = storage
        self._hub = hub
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._memory: Memory | None = {} if storage.one_process else None
        self._writer = Writer(storage, metrics)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        storage.subscribe(self._heard)

    async def admit(self, token: Hidden[str], request: RequestId) -> None:
        """Raises: InvalidTokenError, for a token that is nobody's."""
        async with _patience():
            await self._read(self._credential(token, request), _nothing)

    async def read(self, token: Hidden[str], request: RequestId, use_case: UseCase[T]) -> T:
        """The reply of a use case that changes nothing, once its access entry is durable."""
        credential = self._credential(token, request)
        async with _patience():
            outcome = await self._read(credential, use_case)
            if outcome.access is not None:
                await self._writer.record(outcome.access)
        return outcome.reply

    async def write(self, token: Hidden[str], request: RequestId, use_case: UseCase[T]) -> T:
        """The reply of a use case that may change something, once all of it is durable.

        Nobody gets to the one writer, and so in the way of all, without a good token; there it is asked again.
        """
        credential = self._credential(token, request)
        async with _patience():
            await self._read(credential, _nothing)
            return (await self._writer.run(lambda: self._write(credential, use_case))).reply

    async def close(self) -> None:
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)

    def _credential(self, token: Hidden[str], request: RequestId) -> Credential:
        return Credential(token=token, request=request, now=self._clock())

    async def _read(self, credential: Credential, use_case: UseCase[T]) -> Outcome[T]:
        memory = self._memory
        if memory is not None:
            try:
                return use_case(authenticate(self._installation, LookUps(None, memory), credential))
            except LookUpMissedError:
                pass
        return await self._loop.run_in_executor(self._readers, self._read_stored, credential, use_case, memory)

    def _read_stored(self, credential: Credential, use_case: UseCase[T], memory: Memory | None) -> Outcome[T]:
        """On a reader. `memory` is the one that was there when the request came: a change since then replaced it."""
        with self._storage.read() as repositories:
            return use_case(authenticate(self._installation, LookUps(repositories, memory), credential))

    def _write(self, credential: Credential, use_case: UseCase[T]) -> Outcome[T]:
        """On the writer."""
        with self._storage.write() as repositories:
            call = authenticate(self._installation, LookUps(repositories), credential)
            repositories.changes.author = Author(
                principal=call.principal.id, request=credential.request, at=credential.now
            )
            outcome = use_case(call)
            repositories.log.append(*outcome.entries())
        return outcome

    def _heard(self, changed: Changed) -> None:
        """On whatever thread saw the change; on the writer, before the reply to whoever made it."""
        if self._memory is not None:
            self._memory = {}
        self._loop.call_soon_threadsafe(self._hub.wake, changed.views)


@asynccontextmanager
async def _patience() -> AsyncIterator[None]:
    """Nobody waits for ever for a database that is frozen rather than gone.

    Raises:
        UnavailableError: too long; of a write, nobody can say whether it will be done yet.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except TimeoutError as error:
        raise UnavailableError("the database does not answer", hint="try again") from error


def _nothing(_call: Call) -> Outcome[None]:
    return Outcome(reply=None)
