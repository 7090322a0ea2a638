"""What to do about an ExternalSecret: pure, so that a table of cases can hold all of it.

Source: eso.md §1.3 to 1.6. Other than ESO: values come from memory, so a refresh costs nothing and is as new as its
feed; a condition is written when it says something else, and `refreshTime` alone only once the idle interval is over.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias, assert_never
from zlib import crc32

import msgspec

from headwater.operator.external_secret.assemble import Values
from headwater.operator.external_secret.request import RefusedError, Request, Sentence
from headwater.operator.report import (
    Again,
    Event,
    EventType,
    Verdict,
    is_reported,
    parse_timestamp,
    to_timestamp,
    with_verdict,
)
from headwater.operator.target import (
    Target,
    Wanted,
    differs_by_others_alone,
    is_current,
    is_external_secret,
    is_same_object,
)
from headwater.operator.terms import Terms
from headwater.resources.external_secret import (
    Binding,
    CreationPolicy,
    ExternalSecret,
    ExternalSecretCondition,
    ExternalSecretStatus,
    RefreshPolicy,
)
from headwater.resources.marks import field_manager, synced_resource_version
from headwater.resources.meta import OwnerReference

SYNCED = Verdict(ready=True, reason="SecretSynced", message="secret synced")
RETAINED = Verdict(ready=True, reason="SecretSynced", message="secret retained due to DeletionPolicy=Retain")
MISSING = Verdict(ready=True, reason="SecretMissing", message="secret will not be created due to CreationPolicy=Merge")

CREATED = Event(type=EventType.NORMAL, reason="Created", message="secret created")
UPDATED = Event(type=EventType.NORMAL, reason="Updated", message="secret updated")
ORPHAN_DELETED = Event(type=EventType.NORMAL, reason="Deleted", message="secret deleted because it was orphaned")

SAFETY_NET = 300.0
"""Seconds after which a failure is looked at again, should nothing have woken it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The values are on their way; the feeds will wake us."""


Remote: TypeAlias = Values | RefusedError | Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Everything that a plan rests on."""

    external_secret: ExternalSecret
    request: Request
    remote: Remote = field(repr=False)
    is_news: bool
    """Whether `remote` says something else than what was last dealt with."""
    target: Target | None
    created: tuple[Target, ...]
    """The Secrets that this ExternalSecret made, by their label: those of other names are orphans."""
    now: datetime
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Create the target, or change it from what was seen."""

    wanted: Wanted
    seen: Target | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Delete a Secret, if it still is the one that was seen."""

    target: Target


Action: TypeAlias = Write | Delete


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Actions in order, then what to report once they are done; a status of None stays as it is."""

    actions: tuple[Action, ...] = ()
    status: ExternalSecretStatus | None = None
    events: tuple[Event, ...] = ()
    again: Again = None


def plan(seen: Observed) -> Plan:
    """What brings the target to its wanted state, what to report, and when to look again."""
    if not should_refresh(seen) and is_valid(seen):
        return Plan()
    match seen.remote:
        case Waiting():
            return Plan()
        case RefusedError() as refusal:
            return plan_failure(seen.external_secret, refusal, seen.now)
        case values:
            return _plan_values(seen, values)


def plan_failure(external_secret: ExternalSecret, refusal: RefusedError, now: datetime) -> Plan:
    """Nothing is touched, and the condition says why; an event only when it says something new."""
    verdict = Verdict(ready=False, reason="SecretSyncedError", message=refusal.message)
    status = external_secret.status
    if is_reported(status.conditions, verdict):
        return Plan(again=SAFETY_NET)
    event = Event(type=EventType.WARNING, reason="UpdateFailed", message=refusal.message)
    conditions = with_verdict(status.conditions, verdict, now, ExternalSecretCondition)
    changed = msgspec.structs.replace(status, conditions=conditions)
    return Plan(status=changed, events=(event,), again=SAFETY_NET)


def should_refresh(seen: Observed) -> bool:
    """Whether fetched values count now. Source: ESO's shouldRefresh.

    A periodic one with an interval always does: what the feeds remember is never older than the interval allows.
    """
    status = seen.external_secret.status
    if not status.synced_resource_version or status.refresh_time is None:
        return True
    match seen.request.refresh:
        case RefreshPolicy.CREATED_ONCE:
            return False
        case RefreshPolicy.ON_CHANGE:
            return status.synced_resource_version != synced_resource_version(seen.external_secret.metadata)
        case RefreshPolicy.PERIODIC:
            return seen.request.polls
        case _ as never:
            assert_never(never)


def is_valid(seen: Observed) -> bool:
    """Whether the target may stay as it is without looking at fetched values. Source: ESO's isSecretValid."""
    if seen.request.creation in {CreationPolicy.ORPHAN, CreationPolicy.NONE}:
        return True
    return seen.target is not None and seen.target.is_as_written


def _plan_values(seen: Observed, values: Values) -> Plan:
    if not values:
        return _report(seen, RETAINED)
    if seen.request.creation is CreationPolicy.NONE:
        return _report(seen, SYNCED)
    refusal = _refused_by_others(seen)
    if refusal is not None:
        return plan_failure(seen.external_secret, refusal, seen.now)
    if seen.request.creation is CreationPolicy.MERGE and seen.target is None:
        return _report(seen, MISSING)
    return _plan_write(seen, values)


def _plan_write(seen: Observed, values: Values) -> Plan:
    wanted = _wanted(seen, values)
    orphans = _orphans(seen)
    actions: list[Action] = [Delete(target=orphan) for orphan in orphans]
    events = [ORPHAN_DELETED for _ in orphans]
    if seen.target is None or not (
        _may_stay(seen, seen.target, wanted) or is_current(seen.target, wanted, seen.terms.digest)
    ):
        actions.insert(0, Write(wanted=wanted, seen=seen.target))
        events.insert(0, CREATED if seen.target is None else UPDATED)
    return _report(seen, SYNCED, actions=tuple(actions), events=tuple(events))


def _may_stay(seen: Observed, target: Target, wanted: Wanted) -> bool:
    """Whether what others made of the target since it was synced is left to them until `refreshTime` is due.

    They may change its marks, and other ExternalSecrets its values too: undoing that at once would be answered at
    once, and two with one target would write by turns for ever. Source: ESO's isSecretValid, which sees the data alone.
    """
    if seen.is_news or not _is_synced(seen) or target.content is None or not target.is_as_written:
        return False
    return differs_by_others_alone(target.content, wanted, seen.terms.digest)


def _is_synced(seen: Observed) -> bool:
    """The last sync went well, was of the ExternalSecret as it is now, and no other is due."""
    status, due = seen.external_secret.status, _seconds_until_due(seen)
    is_of_this_edit = status.synced_resource_version == synced_resource_version(seen.external_secret.metadata)
    return is_of_this_edit and is_reported(status.conditions, SYNCED) and (due is None or due > 0)


def _wanted(seen: Observed, values: Values) -> Wanted:
    meta = seen.external_secret.metadata
    return Wanted(
        key=seen.request.target,
        creation=seen.request.creation,
        data=values,
        labels=meta.labels,
        annotations=meta.annotations,
        owner=owner_reference(seen.external_secret),
        manager=field_manager(meta.name),
    )


def owner_reference(external_secret: ExternalSecret) -> OwnerReference:
    return OwnerReference(
        api_version="external-secrets.io/v1",
        kind="ExternalSecret",
        name=external_secret.metadata.name,
        uid=external_secret.metadata.uid,
        controller=True,
        block_owner_deletion=True,
    )


def _refused_by_others(seen: Observed) -> RefusedError | None:
    """Why somebody else's rights to the target forbid touching it."""
    if seen.target is None:
        return None
    if seen.target.is_cert_managers:
        return RefusedError(Sentence.UPDATE, f"the Secret {seen.target.key.name} is cert-manager's")
    controller = next((owner for owner in seen.target.owners if owner.controller), None)
    if controller is None or is_same_object(controller, owner_reference(seen.external_secret)):
        return None
    if is_external_secret(controller):
        return RefusedError(Sentence.OTHERS, controller.name)
    if seen.request.creation is CreationPolicy.OWNER:
        return RefusedError(Sentence.OWNERSHIP, f"{controller.kind} {controller.name} controls it")
    return None


def _orphans(seen: Observed) -> tuple[Target, ...]:
    """What was made under another target name; only policy Owner cleans up. Source: eso.md §1.4."""
    if seen.request.creation is not CreationPolicy.OWNER:
        return ()
    return tuple(made for made in seen.created if made.key != seen.request.target and not made.is_cert_managers)


def _report(
    seen: Observed, verdict: Verdict, *, actions: tuple[Action, ...] = (), events: tuple[Event, ...] = ()
) -> Plan:
    """`actions`, and the status that holds once they are done, written only if it says something new or is due."""
    status = _status(seen, verdict)
    said = msgspec.structs.replace(status, refresh_time=seen.external_secret.status.refresh_time)
    is_news = bool(actions) or said != seen.external_secret.status
    due = _seconds_until_due(seen)
    if not is_news and due is not None and due > 0:
        return Plan(again=due)
    if not is_news and due is None:
        return Plan()
    return Plan(actions=actions, status=status, events=events, again=_period(seen))


def _status(seen: Observed, verdict: Verdict) -> ExternalSecretStatus:
    before = seen.external_secret.status
    return msgspec.structs.replace(
        before,
        refresh_time=to_timestamp(seen.now),
        synced_resource_version=synced_resource_version(seen.external_secret.metadata),
        conditions=with_verdict(before.conditions, verdict, seen.now, ExternalSecretCondition),
        binding=_binding(seen, verdict),
    )


def _binding(seen: Observed, verdict: Verdict) -> Binding | None:
    """Set where a write was attempted. Source: eso.md §1.2."""
    if seen.request.creation is CreationPolicy.NONE:
        return None
    return Binding(name=seen.request.target.name) if verdict is SYNCED else seen.external_secret.status.binding


def _seconds_until_due(seen: Observed) -> float | None:
    """Until `refreshTime` may be written without other news; None if never."""
    period = _period(seen)
    written = parse_timestamp(seen.external_secret.status.refresh_time)
    if period is None:
        return None
    if written is None or written > seen.now:
        return 0.0
    return (written + timedelta(seconds=period) - seen.now).total_seconds()


def _period(seen: Observed) -> Again:
    """Seconds between writes of `refreshTime` alone, spread by up to a tenth: a fleet does not write at once."""
    if not seen.request.polls:
        return None
    idle = seen.terms.idle_status_interval
    if idle <= 0:
        return seen.request.interval
    spread = crc32(seen.external_secret.metadata.uid.encode()) % 1000 / 10_000
    return max(idle, seen.request.interval) * (1 + spread)
