"""What to say about a store, and when to ask its source again.

Source: eso.md §1.9. Other than ESO: an event only when the condition changes, and a broken store is asked again soon,
so that what rests on it heals soon after the cause has gone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never
from zlib import crc32

import msgspec

from headwater.operator.report import (
    Again,
    Event,
    EventType,
    Verdict,
    is_reported,
    parse_timestamp,
    ready_of,
    with_verdict,
)
from headwater.resources.durations import InvalidDurationError, parse_interval
from headwater.resources.meta import Condition
from headwater.resources.secret_store import SecretStore, SecretStoreStatus

VALID = Verdict(ready=True, reason="Valid", message="store validated")
UNKNOWN = Verdict(ready=True, reason="ValidationUnknown", message="could not determine validation status")

REVALIDATE = 300.0
"""Seconds between two validations of a store that works."""
SOON = 3.0
"""Seconds until a store is asked again that has failed only lately, or whose source does not answer."""
LATER = 30.0
"""Seconds between two attempts at what has been refused for a while."""
_LATELY = 120.0


class Sentence(StrEnum):
    """How the message of a False condition starts."""

    CLIENT = "unable to create client"
    VALIDATE = "unable to validate store"


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """The source knows us, or cannot say (`is_certain` false)."""

    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    sentence: Sentence
    cause: str
    """Safe to show, and the same each time."""
    is_definite: bool
    """Whether somebody has to act; else time alone may heal it."""


Validity: TypeAlias = Valid | Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    store: SecretStore
    validity: Validity
    capabilities: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    verdict: Verdict
    status: SecretStoreStatus | None
    """None: it stands as it should."""
    events: tuple[Event, ...]
    again: Again


def plan(seen: Observed) -> Plan:
    verdict = _verdict(seen.validity)
    status = seen.store.status
    if is_reported(status.conditions, verdict) and status.capabilities == seen.capabilities:
        return Plan(verdict=verdict, status=None, events=(), again=_again(seen))
    changed = msgspec.structs.replace(
        status,
        conditions=with_verdict(status.conditions, verdict, seen.now, Condition),
        capabilities=seen.capabilities,
    )
    kind = EventType.NORMAL if verdict is VALID else EventType.WARNING
    event = Event(type=kind, reason=verdict.reason, message=verdict.message)
    events = () if is_reported(status.conditions, verdict) else (event,)
    return Plan(verdict=verdict, status=changed, events=events, again=_again(seen))


def _verdict(validity: Validity) -> Verdict:
    match validity:
        case Valid(is_certain=True):
            return VALID
        case Valid():
            return UNKNOWN
        case Invalid(sentence=sentence, cause=cause):
            return Verdict(ready=False, reason="InvalidProviderConfig", message=f"{sentence}: {cause}")
        case _ as never:
            assert_never(never)


def _again(seen: Observed) -> float:
    """Up to a quarter earlier, always by as much for one store: those that failed together do not ask together."""
    spread = crc32(seen.store.metadata.uid.encode()) % 1000 / 4000
    return _pause(seen) * (1 - spread)


def _pause(seen: Observed) -> float:
    if isinstance(seen.validity, Valid):
        return _interval(seen.store)
    if seen.validity.is_definite and _failing_for(seen) > _LATELY:
        return LATER
    return SOON


def _interval(store: SecretStore) -> float:
    """The store's own interval; 0 and nonsense (refused elsewhere) stand for the default."""
    try:
        interval = parse_interval(store.spec.refresh_interval or 0).total_seconds()
    except InvalidDurationError:
        interval = 0.0
    return interval or REVALIDATE


def _failing_for(seen: Observed) -> float:
    """Seconds since the condition turned False."""
    ready = ready_of(seen.store.status.conditions)
    since = parse_timestamp(ready.last_transition_time) if ready and ready.status == "False" else None
    return (seen.now - since).total_seconds() if since else 0.0
