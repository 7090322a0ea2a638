"""What a provider is: how a store's settings become requests, bodies, and the values an ExternalSecret asks for.

Pure, so that plans may use its types. Feeds treat every provider alike; what a body means, its provider alone knows.
Surprise: `Store` and `Credential` compare by identity in the cluster (uid and generation, uid and resourceVersion), not
by content, so that a feed's key is exactly "who reads what, as configured when".
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple, NewType, Protocol, TypeAlias

from headwater.domain.errors import InvalidInputError, NotFoundError, UnavailableError
from headwater.domain.hidden import Hidden
from headwater.resources.secret_store import Provider as Settings

ETag = NewType("ETag", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A SecretStore or ClusterSecretStore as a provider sees it."""

    uid: str
    generation: int
    kind: str = field(compare=False)
    name: str = field(compare=False)
    provider: str = field(compare=False)
    """The one key under `spec.provider`."""
    settings: Settings = field(compare=False, repr=False)
    """What stands under that key, as `resources.secret_store.chosen_provider` gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What `operator.reach` found behind a store's `CredentialRef`; never resolved by a provider."""

    uid: str
    resource_version: str
    value: Hidden[str] = field(compare=False)


NO_CREDENTIAL = Credential(uid="", resource_version="", value=Hidden(""))
"""For providers whose `credential_ref` is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRef:
    """The key of a cluster Secret that holds a store's credential; whether the store may read it is reach's to say."""

    name: str
    key: str
    namespace: str | None
    path: str
    """Where the store says so, below `spec.provider`, for messages."""


class BodyForm(NamedTuple):
    """Which rendering of a config a body is; empty is the provider's default."""

    format: str = ""
    name_transformer: str = ""


class EntryId(NamedTuple):
    name: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Everything that one fetch brought, already checked and decoded."""

    etag: ETag | None
    entries: Mapping[EntryId, Hidden[bytes]]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The body is still the one whose ETag was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRef:
    """One value: `spec.data[].remoteRef`."""

    key: str
    property: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRef:
    """Every member of one value that is a JSON object: `spec.dataFrom[].extract`."""

    key: str
    property: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRef:
    """Every value whose name matches: `spec.dataFrom[].find`. None is "not asked for"."""

    name_regexp: str | None = None
    path: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


Ref: TypeAlias = DataRef | ExtractRef | FindRef

Picked: TypeAlias = Mapping[str, Hidden[bytes]]
"""What a reference picks, by name; a `DataRef` picks exactly one entry, under its own key."""


class Hint(StrEnum):
    CONNECTED = "connected"
    """The stream stands (again): what happened before is unknown, so fetch once."""
    CHANGED = "changed"


class Validation(StrEnum):
    READY = "ready"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKey:
    """One feed's identity: who reads (store, credential) and in which form."""

    store: Store
    credential: Credential
    form: BodyForm


class Provider(Protocol):
    """A kind of source of secrets; one module of this folder each, named like the key under `spec.provider`.

    Every method but `pick` raises `ProviderConfigError` for settings that can never work.
    """

    name: ClassVar[str]

    def credential_ref(self, store: Store) -> CredentialRef | None:
        """Which Secret the store needs; None for none (use `NO_CREDENTIAL`).

        Raises:
            ProviderConfigError: the settings are malformed, or ask for what is not supported (its `path` says what).
        """
        ...

    async def validate(self, store: Store, credential: Credential) -> Validation:
        """Ask the source whether it knows us.

        Raises:
            FetchFailedError: it does not, or does not answer.
        """
        ...

    def host(self, store: Store) -> str:
        """What becomes unreachable as one; empty when nothing can."""
        ...

    def requests(self, store: Store, ref: Ref) -> BodyForm:
        """The form of the body that `pick` needs for `ref`."""
        ...

    async def fetch(self, key: FeedKey, known: ETag | None) -> Body | Unchanged:
        """The current body, or `Unchanged` if it still has the ETag `known`.

        Raises:
            FetchFailedError: whatever went wrong; its text holds nothing of the reply's body.
        """
        ...

    def watch(self, store: Store, credential: Credential) -> AsyncGenerator[Hint, None] | None:
        """Hints for as long as the connection stands; None if the source has no such stream.

        Raises:
            FetchFailedError: (while iterating) the stream does not open.
        """
        ...

    def pick(self, body: Body, ref: Ref) -> Picked:
        """The values that `ref` asks for. Pure: the same body and reference give the same answer.

        Raises:
            EntryAbsentError: ESO's "not found": deletionPolicy decides what it means.
            PickError: any other reason.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


class ProviderConfigError(InvalidInputError):
    """A store's settings can never work as they stand."""

    code = "provider_config"

    def __init__(self, message: str, *, hint: str | None = None, unsupported: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.unsupported = unsupported
        """The path, from `provider.`, of a field that ESO has and we do not yet; else None."""


class PickError(InvalidInputError):
    """A body does not give what a reference asks for."""

    code = "pick"


class EntryAbsentError(NotFoundError):
    """ESO's not-found sentinel: the source says that there is no such secret."""

    code = "entry_absent"

    def __init__(self) -> None:
        super().__init__("Secret does not exist")


class FailureKind(StrEnum):
    REFUSED = "refused"
    """A definite no: token or names are wrong until somebody acts."""
    UNREACHABLE = "unreachable"
    """No answer at all: everything at that host suffers alike."""
    RATE_LIMITED = "rate_limited"
    BROKEN = "broken"
    """An answer that cannot be used: an error of theirs, not JSON, cut off, too large."""


class FetchFailedError(UnavailableError):
    """A source did not give what was asked; the text is made of our own words, the status, and masked `messages`."""

    code = "fetch_failed"

    def __init__(self, message: str, kind: FailureKind, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after
        """Seconds for which the source asked us to stay away; None if it did not say."""
