"""What an ExternalSecret asks for, read once: every later step deals with these plain values.

Nothing here looks at the cluster. What can never work, and what we do not do yet, is refused with ESO's sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from headwater.domain.errors import InvalidInputError
from headwater.kube.resource import ObjectKey
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import DataRef, ExtractRef, FindRef, Ref
from headwater.resources.durations import InvalidDurationError, parse_duration
from headwater.resources.external_secret import (
    ConversionStrategy,
    CreationPolicy,
    DataEntry,
    DataFromEntry,
    ExternalSecret,
    Find,
    NullBytePolicy,
    RefreshPolicy,
    RemoteRef,
)
from headwater.resources.references import SourceRef, StoreKind, StoreRef
from headwater.resources.template import DecodingStrategy
from headwater.resources.unsupported import unsupported_in_external_secret


class Sentence(StrEnum):
    """How the message of a False condition starts."""

    GET = "could not get secret data from provider"
    UPDATE = "could not update secret"
    IMMUTABLE = "could not update secret, target is immutable"
    OWNERSHIP = "failed to take ownership of target secret"
    OTHERS = "target is owned by another ExternalSecret"
    ORPHANS = "could not delete orphaned secrets"
    GENERIC = "invalid generic target"


class RefusedError(InvalidInputError):
    """An ExternalSecret cannot be served as things stand; the cause is safe to show and the same each time."""

    code = "external_secret_refused"

    def __init__(self, sentence: Sentence, cause: str = "") -> None:
        super().__init__(f"{sentence}: {cause}" if cause else str(sentence))
        self.sentence = sentence
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What happens to fetched values before they are written."""

    conversion: ConversionStrategy
    decoding: DecodingStrategy
    null_bytes: NullBytePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of `spec.dataFrom` or `spec.data`, in the order in which they are applied."""

    place: str
    """How messages name it, such as `spec.data[0] (key: PASSWORD)`."""
    store: StoreId
    ref: Ref
    secret_key: str | None
    """The key in the target; None takes the names that the provider gives."""
    treatment: Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An ExternalSecret, read."""

    target: ObjectKey
    creation: CreationPolicy
    refresh: RefreshPolicy
    interval: float
    """Seconds; 0 or less fetches once."""
    entries: tuple[Entry, ...]

    @property
    def polls(self) -> bool:
        """Whether values are fetched again by themselves."""
        return self.refresh is RefreshPolicy.PERIODIC and self.interval > 0


def read_request(external_secret: ExternalSecret) -> Request:
    """What `external_secret` asks for.

    Raises:
        RefusedError: it makes no sense, or uses what we do not do yet.
    """
    _refuse_unsupported(external_secret)
    spec = external_secret.spec
    return Request(
        target=ObjectKey(external_secret.metadata.namespace, external_secret.target_name),
        creation=spec.target.creation_policy,
        refresh=spec.refresh_policy or RefreshPolicy.PERIODIC,
        interval=_interval(spec.refresh_interval),
        entries=tuple(_entries(external_secret)),
    )


def named_stores(external_secret: ExternalSecret) -> frozenset[StoreId]:
    """Every store that it names anywhere, however little sense the rest makes."""
    spec = external_secret.spec
    sources = [entry.source_ref for entry in spec.data] + [entry.source_ref for entry in spec.data_from]
    refs = [spec.secret_store_ref, *(source.store_ref for source in sources if source is not None)]
    namespace = external_secret.metadata.namespace
    return frozenset(_store_id(namespace, ref, ref.name) for ref in refs if ref is not None and ref.name)


def _refuse_unsupported(external_secret: ExternalSecret) -> None:
    """Source: DESIGN §3.10: ESO's sentence, then the path. The first path alone: one thing to change at a time."""
    for path in unsupported_in_external_secret(external_secret.spec):
        if path.startswith("spec.target.manifest"):
            raise RefusedError(Sentence.GENERIC, f"not supported: {path}")
        sentence = Sentence.UPDATE if path.startswith("spec.target") else Sentence.GET
        raise RefusedError(sentence, f"not supported: {path}")


def _interval(text: str) -> float:
    try:
        return parse_duration(text).total_seconds()
    except InvalidDurationError as error:
        raise RefusedError(Sentence.GET, f"spec.refreshInterval: {error}") from error


def _entries(external_secret: ExternalSecret) -> Iterator[Entry]:
    spec = external_secret.spec
    if not spec.data and not spec.data_from:
        raise RefusedError(Sentence.GET, "either data or dataFrom should be specified")
    for index, from_entry in enumerate(spec.data_from):
        yield _data_from_entry(external_secret, index, from_entry)
    for index, entry in enumerate(spec.data):
        yield _data_entry(external_secret, index, entry)


def _data_entry(external_secret: ExternalSecret, index: int, entry: DataEntry) -> Entry:
    place = f"spec.data[{index}] (key: {entry.remote_ref.key})"
    ref = entry.remote_ref
    return Entry(
        place=place,
        store=_store(external_secret, entry.source_ref, place),
        ref=DataRef(key=ref.key, property=ref.property or "", version=ref.version or ""),
        secret_key=entry.secret_key,
        treatment=_treatment(ref),
    )


def _data_from_entry(external_secret: ExternalSecret, index: int, entry: DataFromEntry) -> Entry:
    match entry.extract, entry.find:
        case RemoteRef() as extract, None:
            place = f"spec.dataFrom[{index}].extract"
            ref: Ref = ExtractRef(key=extract.key, property=extract.property or "", version=extract.version or "")
            treatment = _treatment(extract)
        case None, Find() as find:
            place = f"spec.dataFrom[{index}].find"
            name = find.name.regexp if find.name else None
            ref = FindRef(name_regexp=name, path=find.path, tags=tuple(sorted(find.tags.items())))
            treatment = _treatment(find)
        case _:
            raise RefusedError(Sentence.GET, f"spec.dataFrom[{index}]: exactly one of extract and find is needed")
    store = _store(external_secret, entry.source_ref, place)
    return Entry(place=place, store=store, ref=ref, secret_key=None, treatment=treatment)


def _store(external_secret: ExternalSecret, source: SourceRef | None, place: str) -> StoreId:
    default = external_secret.spec.secret_store_ref or StoreRef()
    ref = source.store_ref if source is not None and source.store_ref is not None else default
    name = ref.name or default.name
    if not name:
        raise RefusedError(Sentence.GET, f"{place}: no store is named, set spec.secretStoreRef.name")
    return _store_id(external_secret.metadata.namespace, ref, name)


def _store_id(namespace: str, ref: StoreRef, name: str) -> StoreId:
    kind = ref.resolved_kind
    return StoreId(kind, ObjectKey(namespace if kind is StoreKind.SECRET_STORE else "", name))


def _treatment(ref: RemoteRef | Find) -> Treatment:
    """ESO's defaults: an absent strategy acts as Default, None and Ignore."""
    return Treatment(
        conversion=ref.conversion_strategy or ConversionStrategy.DEFAULT,
        decoding=ref.decoding_strategy or DecodingStrategy.NONE,
        null_bytes=ref.null_byte_policy or NullBytePolicy.IGNORE,
    )
