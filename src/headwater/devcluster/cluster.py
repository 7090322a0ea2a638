"""The cluster as one value: what is stored, which kinds are served, and where time and new names come from."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from headwater.devcluster.objects import Key, to_timestamp
from headwater.devcluster.resource_types import Catalog, ResourceType
from headwater.devcluster.store import Record, Store
from headwater.process.clock import Clock, system_clock

_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"
"""Without vowels and look-alikes, so that no word forms by chance. Source: k8s.io/apimachinery util/rand."""


def new_uid() -> str:
    return str(uuid.uuid4())


def new_suffix() -> str:
    """What follows a generateName; it need not be hard to guess."""
    return "".join(random.choices(_ALPHABET, k=5))  # noqa: S311 - a name, no secret


@dataclass(slots=True)
class Cluster:
    """Lives on one event loop; every verb is a function of it and a request."""

    store: Store = field(default_factory=Store)
    catalog: Catalog = field(default_factory=Catalog)
    clock: Clock = system_clock
    uid: Callable[[], str] = new_uid
    suffix: Callable[[], str] = new_suffix

    def now(self) -> datetime:
        return self.clock()

    def timestamp(self) -> str:
        return to_timestamp(self.clock())

    def find(self, resource: ResourceType, key: Key) -> Record | None:
        return self.store.find(resource.store_kind, key)
