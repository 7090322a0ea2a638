import asyncio

from headwater.kube.resource import ObjectKey
from headwater.operator.feeds.source import SourceKey
from headwater.operator.names import Kind, StoreId, WorkKey
from headwater.operator.providers.protocol import Credential, FailureKind, FetchFailedError, Store, Validation
from headwater.operator.validations import Validations
from headwater.resources.references import StoreKind
from tests.support.memory_source import MemorySource, credential, store

STORE = StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "store"))
SOURCE = SourceKey(store(), credential())
EDITED = SourceKey(store(generation=2), credential())


class HeldSource(MemorySource):
    """Answers once it is let go."""

    def __init__(self) -> None:
        super().__init__({})
        self.free = asyncio.Event()
        self.asked: list[Store] = []
        self.refusal: FetchFailedError | None = None

    async def validate(self, store: Store, credential: Credential) -> Validation:
        self.asked.append(store)
        await self.free.wait()
        if self.refusal is not None:
            raise self.refusal
        return await super().validate(store, credential)


async def test_an_answer_wakes_the_store_and_is_given_once() -> None:
    woken: asyncio.Queue[WorkKey] = asyncio.Queue()
    validations, source = Validations(woken.put_nowait), HeldSource()
    assert validations.find(STORE, SOURCE, source) is None
    assert validations.find(STORE, SOURCE, source) is None
    source.free.set()
    assert await woken.get() == WorkKey(Kind.SECRET_STORE, STORE.key)
    assert validations.find(STORE, SOURCE, source) is Validation.READY
    assert len(source.asked) == 1
    assert validations.find(STORE, SOURCE, source) is None
    await validations.close()


async def test_a_refusal_is_an_answer() -> None:
    woken: asyncio.Queue[WorkKey] = asyncio.Queue()
    validations, source = Validations(woken.put_nowait), HeldSource()
    source.refusal = FetchFailedError("no", FailureKind.REFUSED)
    source.free.set()
    validations.find(STORE, SOURCE, source)
    await woken.get()
    assert validations.find(STORE, SOURCE, source) is source.refusal


async def test_what_was_asked_about_another_edit_is_no_answer() -> None:
    woken: asyncio.Queue[WorkKey] = asyncio.Queue()
    validations, source = Validations(woken.put_nowait), HeldSource()
    validations.find(STORE, SOURCE, source)
    await asyncio.sleep(0)
    assert validations.find(STORE, EDITED, source) is None
    source.free.set()
    await woken.get()
    assert [found.generation for found in source.asked] == [1, 2]
    assert validations.find(STORE, EDITED, source) is Validation.READY
    assert woken.empty()


async def test_closed_it_leaves_no_task() -> None:
    validations = Validations(lambda _: None)
    before = asyncio.all_tasks()
    validations.find(STORE, SOURCE, HeldSource())
    await asyncio.sleep(0)
    await validations.close()
    assert asyncio.all_tasks() == before
