"""What a plan says to people: a verdict for the Ready condition, and events. Sentences and reasons are ESO's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias, TypeVar

from headwater.resources.meta import Condition

READY = "Ready"

Again: TypeAlias = float | None
"""Seconds until an object must be looked at again though nothing happened; None for never."""

C = TypeVar("C", bound=Condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an object is as it should be, for its Ready condition."""

    ready: bool
    reason: str
    message: str


class EventType(StrEnum):
    NORMAL = "Normal"
    WARNING = "Warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line under `kubectl describe`."""

    type: EventType
    reason: str
    message: str


def ready_of(conditions: Sequence[C]) -> C | None:
    return next((condition for condition in conditions if condition.type == READY), None)


def is_reported(conditions: Sequence[Condition], verdict: Verdict) -> bool:
    """Whether the Ready condition says exactly this already."""
    ready = ready_of(conditions)
    return ready is not None and (ready.status, ready.reason, ready.message) == _shown(verdict)


def with_verdict(conditions: Sequence[C], verdict: Verdict, now: datetime, make: type[C]) -> tuple[C, ...]:
    """The conditions with Ready set; the time of the last transition moves only when the status does."""
    before = ready_of(conditions)
    status, reason, message = _shown(verdict)
    since = before.last_transition_time if before is not None and before.status == status else None
    ready = make(
        type=READY, status=status, reason=reason, message=message, last_transition_time=since or to_timestamp(now)
    )
    if before is None:
        return (*conditions, ready)
    return tuple(ready if condition is before else condition for condition in conditions)


def to_timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with whole seconds, as Kubernetes writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: str | None) -> datetime | None:
    """The moment that `text` names; None for nothing and for what is not a time."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(verdict: Verdict) -> tuple[str, str, str]:
    return ("True" if verdict.ready else "False", verdict.reason, verdict.message)
