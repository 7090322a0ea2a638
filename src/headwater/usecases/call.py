"""`Call`: one authenticated request on its way through one use case; and `Outcome`, what comes of it.

How an edge runs a use case:

- a write: on the writer, in one transaction: `call = authenticate(installation, LookUps(repositories), credential)`,
  `outcome = use_case(call, …)`, then it appends `outcome.entries()` to the log, and commits.
- a read: the same on a reader's connection, in one read-only transaction; or on the loop with `LookUps(None, memory)`.
  There whatever is not in memory raises `LookUpMissedError`, and the edge runs the use case again on a reader with
  `LookUps(repositories, memory)`, which fills the memory that was at hand when the request began. The writer puts a
  new memory in place after a commit that changed something and before it lets the reply go, so no answer is stale.
  `outcome.access` is made durable before the reply goes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar, overload

from headwater.crypto.keyring import Keyring, Sealer
from headwater.domain.activity import NOWHERE, AccessEntry, ActivityEntry, LogEntry, Tag, Where
from headwater.domain.errors import ForbiddenError
from headwater.domain.ids import RequestId
from headwater.domain.names import SecretName
from headwater.domain.places import Config, Environment, Place, Project, Workplace
from headwater.domain.roles import Action, Principal, may, reach_of
from headwater.storage.principals import Token
from headwater.storage.repositories import Repositories
from headwater.usecases.locate import locate
from headwater.usecases.look_ups import LookUps
from headwater.usecases.refs import ConfigRef, EnvironmentRef, InWorkplace, ProjectRef, Ref
from headwater.usecases.view_cache import ViewCache

T = TypeVar("T")
Done = tuple[ActivityEntry, ...]


class NotPermittedError(ForbiddenError):
    code = "not_permitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What a server opens once at start and every call shares."""

    keyring: Keyring
    restore_epoch: int
    views: ViewCache


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    principal: Principal
    token: Token
    request: RequestId
    now: datetime
    installation: Installation
    look_up: LookUps

    @overload
    def authorize(self, action: Action, *, on: InWorkplace) -> Workplace: ...
    @overload
    def authorize(self, action: Action, *, on: ProjectRef) -> Project: ...
    @overload
    def authorize(self, action: Action, *, on: EnvironmentRef) -> Environment: ...
    @overload
    def authorize(self, action: Action, *, on: ConfigRef) -> Config: ...
    def authorize(self, action: Action, *, on: Ref) -> Place:
        """Find what `on` names, for somebody who may do `action` there; the first line of every use case.

        Raises:
            MissingParameterError: it is not named, and the caller has none of its own.
            NotYoursError: a service token names anything but its own.
            NotFoundError: absent, or not the caller's to know.
            ForbiddenError: the caller may look, but not do this.
        """
        place = locate(self.look_up, self.principal, on)
        if not self.may(action, place):
            raise NotPermittedError(f"you may not do {action} here", hint="ask an owner of the workplace for a role")
        return place

    def may(self, action: Action, place: Place) -> bool:
        return may(self.principal, action, reach_of(place))

    @property
    def repositories(self) -> Repositories:
        """The transaction at hand: for writes, and for what is not worth remembering."""
        return self.look_up.repositories

    def sealer(self) -> Sealer:
        return self.installation.keyring.within(self.repositories.key_terms.list)

    def did(self, tag: Tag, where: Where = NOWHERE, *, names: Iterable[SecretName] = (), subject: str = "") -> Done:
        """The activity entry of the change at hand, as an `Outcome` takes it."""
        entry = ActivityEntry(
            tag=tag,
            at=self.now,
            principal=self.principal.id,
            request=self.request,
            change=self.repositories.changes.number(),
            where=where,
            names=tuple(sorted(names)),
            subject=subject,
        )
        return (entry,)

    def read(self, config: Config, names: Iterable[SecretName] | None = None, *, delivery: bool = False) -> AccessEntry:
        """The access entry of a reply that holds values of `config`; `names` None: all of them."""
        return AccessEntry(
            at=self.now,
            principal=self.principal.id,
            request=self.request,
            config=config.id,
            view_change=config.view_change,
            names=None if names is None else tuple(sorted(names)),
            delivery=delivery,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """What came of a use case. `access` is there exactly when `reply` holds values.

    Whether anything was altered, and whose views, the transaction knows: `repositories.changes.summary()`.
    """

    reply: T
    access: AccessEntry | None = None
    activity: tuple[ActivityEntry, ...] = ()

    def entries(self) -> tuple[LogEntry, ...]:
        """What has to be durable before the reply goes."""
        return self.activity if self.access is None else (*self.activity, self.access)
