"""What reconciles are given: the parts of one operator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from headwater.kube.resource import ObjectKey
from headwater.operator.cluster import Cluster
from headwater.operator.feeds.feeds import Feeds
from headwater.operator.links import Links
from headwater.operator.names import Kind, StoreId, WorkKey
from headwater.operator.providers.protocol import Provider
from headwater.operator.reach import Reach
from headwater.operator.report import Verdict
from headwater.operator.reporter import Reporter
from headwater.operator.terms import Terms
from headwater.operator.validations import Validations
from headwater.process.clock import Clock
from headwater.resources.secret_store import SecretStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Who has to be woken when what changes."""

    targets: Links[ObjectKey, ObjectKey] = field(default_factory=Links)
    """ExternalSecret → the Secret that it writes."""
    stores: Links[ObjectKey, StoreId] = field(default_factory=Links)
    """ExternalSecret → the stores that it reads."""
    credentials: Links[StoreId, ObjectKey] = field(default_factory=Links)
    """Store → the Secret that holds its credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was last found out about a store, and of which edit of it."""

    uid: str
    generation: int
    verdict: Verdict
    is_definite: bool = True
    """False if it was only not reached: then what its feeds still hold goes on, for as long as they let it."""

    def is_of(self, store: SecretStore) -> bool:
        return (self.uid, self.generation) == (store.metadata.uid, store.metadata.generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Made once by the manager."""

    cluster: Cluster
    reporter: Reporter
    reach: Reach
    feeds: Feeds[WorkKey]
    providers: Mapping[str, Provider]
    validations: Validations
    wiring: Wiring
    terms: Terms
    clock: Clock
    controller_class: str
    wake: Callable[[WorkKey], None]
    judged: dict[StoreId, Judged] = field(default_factory=dict)
    asked_for: dict[WorkKey, str] = field(default_factory=dict)
    """ExternalSecret → the edit of it for which values were last fetched out of turn."""

    def judge(self, store_id: StoreId, judged: Judged | None) -> None:
        """Note what was found out about a store, and wake what rests on it if that is news."""
        if self.judged.get(store_id) == judged:
            return
        if judged is None:
            del self.judged[store_id]
        else:
            self.judged[store_id] = judged
        for key in self.wiring.stores.pointing_at(store_id):
            self.wake(WorkKey(Kind.EXTERNAL_SECRET, key))

    def serves(self, store_class: str | None) -> bool:
        """Whether stores of this class (their `spec.controller`) are ours; those without one are everybody's."""
        return not store_class or store_class == self.controller_class
