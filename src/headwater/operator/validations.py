"""Asking sources whether they know us, beside the workers: a source that does not answer holds up no other object.

Surprise: an answer is given once. Whoever takes it decides when to ask again.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from headwater.domain.errors import HeadwaterError
from headwater.operator.feeds.source import SourceKey
from headwater.operator.names import StoreId, WorkKey
from headwater.operator.providers.protocol import Provider, Validation

Answer: TypeAlias = Validation | HeadwaterError


@dataclass(frozen=True, slots=True)
class _Asked:
    source: SourceKey
    answer: asyncio.Task[Answer]


class Validations:
    """The questions that are under way, one per store; `wake` is called when an answer has come."""

    def __init__(self, wake: Callable[[WorkKey], None]) -> None:
        self._wake = wake
        self._asked: dict[StoreId, _Asked] = {}

    def find(self, store_id: StoreId, source: SourceKey, provider: Provider) -> Answer | None:
        """What the source said since it was last asked; None while it is being asked, which this begins."""
        asked = self._asked.get(store_id)
        if asked is None or asked.source != source:
            self.forget(store_id)
            self._ask(store_id, source, provider)
            return None
        if not asked.answer.done():
            return None
        del self._asked[store_id]
        return asked.answer.result()

    def forget(self, store_id: StoreId) -> None:
        """The store is gone or another one: its answer is of no interest any more."""
        asked = self._asked.pop(store_id, None)
        if asked is not None:
            asked.answer.cancel()

    async def close(self) -> None:
        """Ask nothing any more."""
        ending = [asked.answer for asked in self._asked.values()]
        for store_id in list(self._asked):
            self.forget(store_id)
        await asyncio.gather(*ending, return_exceptions=True)

    def _ask(self, store_id: StoreId, source: SourceKey, provider: Provider) -> None:
        def answered(answer: asyncio.Task[Answer]) -> None:
            if not answer.cancelled():
                self._wake(store_id.work_key)

        answer = asyncio.create_task(_answer(source, provider))
        answer.add_done_callback(answered)
        self._asked[store_id] = _Asked(source, answer)


async def _answer(source: SourceKey, provider: Provider) -> Answer:
    try:
        return await provider.validate(source.store, source.credential)
    except HeadwaterError as error:
        return error.with_traceback(None)
