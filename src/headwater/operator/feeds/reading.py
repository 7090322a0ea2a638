"""What a reconcile asks of the feeds, and what it gets: plain values, so that plans may use them."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import NewType, TypeAlias

from headwater.domain.errors import HeadwaterError
from headwater.operator.providers.protocol import Credential, Picked, Ref, Store

ReadingDigest = NewType("ReadingDigest", bytes)
"""16 bytes, keyed with randomness of this process: equal when everything that was picked is equal."""

NO_DIGEST = ReadingDigest(b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One `data[]` or `dataFrom[]` entry, with the store and credential that serve it."""

    store: Store
    credential: Credential
    ref: Ref


Outcome: TypeAlias = Picked | HeadwaterError
"""The values of one want; or why there are none, which is safe to show.

`EntryAbsentError` is ESO's not-found; `FetchFailedError`, `PickError` and `ProviderConfigError` are failures.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The answers to a subscriber's wants, in their order."""

    outcomes: tuple[Outcome, ...]
    digest: ReadingDigest
    is_news: bool
    """Differs from what the subscriber last acknowledged: counts as "the interval has elapsed"."""


def digest_of(outcomes: Iterable[Outcome], key: bytes) -> ReadingDigest:
    """Of every outcome in turn; a failure counts by what it is and says. `key` has up to 64 bytes."""
    digest = blake2b(digest_size=16, key=key)
    for outcome in outcomes:
        for part in _parts(outcome):
            digest.update(len(part).to_bytes(8, "big") + part)
    return ReadingDigest(digest.digest())


def _parts(outcome: Outcome) -> Iterable[bytes]:
    """What tells one outcome from another, its kind and its size first, so that no two read alike."""
    if isinstance(outcome, HeadwaterError):
        return [b"error", outcome.code.encode(), str(outcome).encode()]
    values = [part for name in sorted(outcome) for part in (name.encode(), outcome[name].reveal())]
    return [b"values", len(outcome).to_bytes(8, "big"), *values]
