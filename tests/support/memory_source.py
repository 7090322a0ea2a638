"""A source of secrets in memory, as a provider: one config per store, with ETags, streams, and trouble on demand."""

import asyncio
from collections.abc import AsyncGenerator
from typing import ClassVar

from headwater.domain.hidden import Hidden
from headwater.operator.providers.protocol import (
    Body,
    BodyForm,
    Credential,
    CredentialRef,
    DataRef,
    EntryId,
    ETag,
    FeedKey,
    FetchFailedError,
    FindRef,
    Hint,
    Picked,
    PickError,
    Ref,
    Store,
    Unchanged,
    Validation,
)
from headwater.resources.secret_store import FakeProvider as Settings


def store(name: str = "store", generation: int = 1, provider: str = "memory") -> Store:
    return Store(
        uid=name, generation=generation, kind="SecretStore", name=name, provider=provider, settings=Settings(data=())
    )


def credential(version: str = "1", uid: str = "token") -> Credential:
    return Credential(uid=uid, resource_version=version, value=Hidden("unused"))


class MemorySource:
    """Every store reads the same values; `find` is another form than `data`."""

    name: ClassVar[str] = "memory"

    def __init__(self, values: dict[str, str]) -> None:
        self.values = dict(values)
        self.failure: FetchFailedError | None = None
        self.watch_failure: FetchFailedError | None = None
        self.has_streams = True
        self.fetches: list[tuple[FeedKey, ETag | None]] = []
        self.held: asyncio.Event | None = None
        """While set to an unset event, fetches that have read their answer wait for it."""
        self.openings = 0
        self._streams: set[asyncio.Queue[Hint | None]] = set()

    @property
    def streams(self) -> int:
        return len(self._streams)

    def hint(self) -> None:
        for stream in self._streams:
            stream.put_nowait(Hint.CHANGED)

    def cut_streams(self) -> None:
        for stream in self._streams:
            stream.put_nowait(None)

    def credential_ref(self, store: Store) -> CredentialRef | None:
        del store
        return None

    async def validate(self, store: Store, credential: Credential) -> Validation:
        del store, credential
        return Validation.READY

    def host(self, store: Store) -> str:
        del store
        return "memory"

    def requests(self, store: Store, ref: Ref) -> BodyForm:
        del store
        return BodyForm(format="all") if isinstance(ref, FindRef) else BodyForm()

    async def fetch(self, key: FeedKey, known: ETag | None) -> Body | Unchanged:
        self.fetches.append((key, known))
        failure, values = self.failure, dict(self.values)
        if self.held is not None:
            await self.held.wait()
        if failure is not None:
            raise failure
        etag = ETag(str(hash(frozenset(values.items()))))
        if etag == known:
            return Unchanged()
        return Body(etag=etag, entries={EntryId(name): Hidden(value.encode()) for name, value in values.items()})

    def watch(self, store: Store, credential: Credential) -> AsyncGenerator[Hint, None] | None:
        del store, credential
        return self._hints() if self.has_streams else None

    async def _hints(self) -> AsyncGenerator[Hint, None]:
        self.openings += 1
        if self.watch_failure is not None:
            raise self.watch_failure
        stream: asyncio.Queue[Hint | None] = asyncio.Queue()
        self._streams.add(stream)
        try:
            yield Hint.CONNECTED
            while (hint := await stream.get()) is not None:
                yield hint
        finally:
            self._streams.discard(stream)

    def pick(self, body: Body, ref: Ref) -> Picked:
        if isinstance(ref, DataRef):
            if EntryId(ref.key) not in body.entries:
                raise PickError(f"secret '{ref.key}' not found")
            return {ref.key: body.entries[EntryId(ref.key)]}
        return {entry.name: value for entry, value in body.entries.items()}

    async def close(self) -> None:
        self.cut_streams()
