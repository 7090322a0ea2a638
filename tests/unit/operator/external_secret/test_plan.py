from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from headwater.domain.hidden import Hidden
from headwater.operator.external_secret import plan as p
from headwater.operator.external_secret.request import RefusedError, Sentence
from headwater.operator.report import Verdict, ready_of, to_timestamp
from headwater.operator.target import Target, joined, target_of_metadata
from headwater.operator.terms import Terms
from headwater.resources.external_secret import CreationPolicy as C
from headwater.resources.external_secret import (
    ExternalSecret,
    ExternalSecretCondition,
    ExternalSecretStatus,
    RefreshPolicy,
)
from headwater.resources.kube_secret import KubeSecret, TargetAnnotations, TargetMeta, TargetMetadata
from headwater.resources.marks import CERT_MANAGER_LABEL, DATA_HASH_ANNOTATION, field_manager
from headwater.resources.meta import ObjectMeta, OwnerReference
from tests.support.canary import secret
from tests.support.operator_builders import NEW, NOW, OLD, external_secret, seen, stored, target, wanted, written

FAILED = RefusedError(Sentence.GET, "no such config")
OWNER = external_secret()
ORPHAN = external_secret(creation=C.ORPHAN)
MERGE = external_secret(creation=C.MERGE)
NONE = external_secret(creation=C.NONE)


def synced(source: ExternalSecret, *, age: float = 60) -> ExternalSecret:
    """`source` with the status that its last sync left behind, `age` seconds ago."""
    decided = p.plan(seen(NEW, source, target=target(written(source, NEW)), now=NOW - timedelta(seconds=age)))
    assert decided.status is not None
    return msgspec.structs.replace(source, status=decided.status)


def edited(source: ExternalSecret) -> Target:
    """What we wrote, then somebody changed by hand."""
    live = written(source, NEW)
    return target(msgspec.structs.replace(live, data={"PASSWORD": secret("by hand").encode()}))


def overwritten(source: ExternalSecret, data: dict[str, Hidden[bytes]]) -> Target:
    """What we wrote, then another ExternalSecret put its `data` and hash into it."""
    return target(stored(joined(None, wanted(source, data)), manager=field_manager("other")))


def relabelled(source: ExternalSecret) -> Target:
    """What we wrote, then somebody changed each label of it."""
    live = written(source, NEW)
    labels = {**live.metadata.labels, **dict.fromkeys(source.metadata.labels, "theirs")}
    metadata = msgspec.structs.replace(live.metadata, labels=labels)
    return target(msgspec.structs.replace(live, metadata=metadata))


def foreign(**marks: object) -> Target:
    return target_of_metadata(TargetMetadata(metadata=TargetMeta(namespace="default", name="app", uid="x", **marks)))  # type: ignore[arg-type]


def controlled_by(kind: str, api_version: str, name: str) -> tuple[OwnerReference, ...]:
    return (OwnerReference(api_version=api_version, kind=kind, name=name, uid="other", controller=True),)


ANOTHERS = foreign(owner_references=controlled_by("ExternalSecret", "external-secrets.io/v1", "other"))
DEPLOYMENTS = foreign(owner_references=controlled_by("Deployment", "apps/v1", "web"))
CERTIFICATE = foreign(labels={CERT_MANAGER_LABEL: "true"})
CERTIFICATE_BY_ANNOTATION = foreign(annotations=TargetAnnotations(certificate_name="web"))


def write(source: ExternalSecret, data: dict[str, Hidden[bytes]], over: Target | None) -> p.Write:
    return p.Write(wanted=wanted(source, data), seen=over)


def refused(sentence: Sentence, cause: str) -> Verdict:
    message = RefusedError(sentence, cause).message
    return Verdict(ready=False, reason="SecretSyncedError", message=message)


STALE = target(written(OWNER, OLD))
CURRENT = target(written(OWNER, NEW))
CURRENT_MERGED = target(written(MERGE, NEW))
HAND = edited(OWNER)
RENAMED = external_secret(target_name="renamed")
FOREIGN = foreign()

CASES: dict[str, tuple[p.Observed, list[p.Action], Verdict]] = {
    "an absent target is created": (seen(NEW, OWNER), [write(OWNER, NEW, None)], p.SYNCED),
    "a stale target is replaced": (seen(NEW, OWNER, target=STALE), [write(OWNER, NEW, STALE)], p.SYNCED),
    "a current target is left alone": (seen(NEW, OWNER, target=CURRENT), [], p.SYNCED),
    "a target that nobody managed is adopted": (
        seen(NEW, OWNER, target=FOREIGN),
        [write(OWNER, NEW, FOREIGN)],
        p.SYNCED,
    ),
    "a target edited by hand is restored": (
        seen(NEW, synced(OWNER), target=HAND),
        [write(OWNER, NEW, HAND)],
        p.SYNCED,
    ),
    "Orphan creates too": (seen(NEW, ORPHAN), [write(ORPHAN, NEW, None)], p.SYNCED),
    "Merge never creates": (seen(NEW, MERGE), [], p.MISSING),
    "Merge adds to what is there": (seen(NEW, MERGE, target=FOREIGN), [write(MERGE, NEW, FOREIGN)], p.SYNCED),
    "None touches nothing": (seen(NEW, NONE, target=FOREIGN), [], p.SYNCED),
    "Retain keeps what the provider lost": (seen({}, OWNER, target=CURRENT), [], p.RETAINED),
    "Retain makes nothing of nothing": (seen({}, OWNER), [], p.RETAINED),
    "a failure touches nothing": (seen(FAILED, OWNER, target=STALE), [], refused(Sentence.GET, "no such config")),
    "another's target is not taken": (seen(NEW, OWNER, target=ANOTHERS), [], refused(Sentence.OTHERS, "other")),
    "another's target is not merged into": (seen(NEW, MERGE, target=ANOTHERS), [], refused(Sentence.OTHERS, "other")),
    "what a controller owns is not taken": (
        seen(NEW, OWNER, target=DEPLOYMENTS),
        [],
        refused(Sentence.OWNERSHIP, "Deployment web controls it"),
    ),
    "what a controller owns is merged into": (
        seen(NEW, MERGE, target=DEPLOYMENTS),
        [write(MERGE, NEW, DEPLOYMENTS)],
        p.SYNCED,
    ),
    "cert-manager's Secret is not taken": (
        seen(NEW, OWNER, target=CERTIFICATE),
        [],
        refused(Sentence.UPDATE, "the Secret app is cert-manager's"),
    ),
    "cert-manager's Secret is not merged into": (
        seen(NEW, MERGE, target=CERTIFICATE_BY_ANNOTATION),
        [],
        refused(Sentence.UPDATE, "the Secret app is cert-manager's"),
    ),
    "a rename deletes what stood under the old name": (
        seen(NEW, RENAMED, created=(CURRENT,)),
        [write(RENAMED, NEW, None), p.Delete(target=CURRENT)],
        p.SYNCED,
    ),
    "a certificate is never an orphan": (
        seen(NEW, RENAMED, created=(replace(CURRENT, is_cert_managers=True),)),
        [write(RENAMED, NEW, None)],
        p.SYNCED,
    ),
    "Orphan leaves what stood under the old name": (
        seen(NEW, external_secret(creation=C.ORPHAN, target_name="renamed"), created=(CURRENT,)),
        [write(external_secret(creation=C.ORPHAN, target_name="renamed"), NEW, None)],
        p.SYNCED,
    ),
    "what policy Owner made is given up by Orphan": (
        seen(NEW, ORPHAN, target=CURRENT),
        [write(ORPHAN, NEW, CURRENT)],
        p.SYNCED,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_plan(case: str) -> None:
    observed, actions, verdict = CASES[case]
    decided = p.plan(observed)
    status = decided.status or observed.external_secret.status
    ready = ready_of(status.conditions)
    assert ready is not None
    assert list(decided.actions) == actions
    assert (ready.status == "True", ready.reason, ready.message) == (verdict.ready, verdict.reason, verdict.message)


NOT_AGAIN = {
    "a current target": seen(NEW, synced(OWNER), target=CURRENT),
    "a current target under Merge": seen(NEW, synced(MERGE), target=CURRENT_MERGED),
    "policy None": seen(NEW, synced(NONE), target=FOREIGN),
    "values on their way": seen(p.Waiting(), synced(OWNER), target=STALE),
    "CreatedOnce": seen(OLD, synced(external_secret(refresh=RefreshPolicy.CREATED_ONCE)), target=CURRENT),
    "CreatedOnce without its store": seen(
        FAILED, synced(external_secret(refresh=RefreshPolicy.CREATED_ONCE)), target=CURRENT
    ),
    "OnChange without a change": seen(OLD, synced(external_secret(refresh=RefreshPolicy.ON_CHANGE)), target=CURRENT),
    "interval 0": seen(OLD, synced(external_secret(interval="0")), target=CURRENT),
    "Orphan once": seen(OLD, synced(external_secret(creation=C.ORPHAN, interval="0")), target=None),
}


@pytest.mark.parametrize("case", NOT_AGAIN)
def test_what_is_as_it_should_be_is_not_written_again(case: str) -> None:
    decided = p.plan(NOT_AGAIN[case])
    assert (decided.actions, decided.status, decided.events) == ((), None, ())


LABELLED = external_secret(labels={"team": "ours"})
CONTESTED = {
    "values of another ExternalSecret": seen(NEW, synced(MERGE), target=overwritten(MERGE, OLD), is_news=False),
    "marks of others": seen(NEW, synced(LABELLED), target=relabelled(LABELLED), is_news=False),
}
REASONS = {
    "fetched values are new": lambda observed: replace(observed, is_news=True),
    "it is due": lambda observed: replace(observed, now=NOW + timedelta(hours=2)),
    "the last sync failed": lambda observed: replace(
        observed, external_secret=failed(observed.external_secret), now=NOW + timedelta(seconds=1)
    ),
    "the object was edited": lambda observed: replace(observed, external_secret=renumbered(observed.external_secret)),
    "the values were touched by hand": lambda observed: replace(
        observed, target=replace(observed.target, written_hash="0" * 56)
    ),
}


def failed(source: ExternalSecret) -> ExternalSecret:
    status = p.plan_failure(source, FAILED, NOW).status
    assert status is not None
    return msgspec.structs.replace(source, status=status)


def renumbered(source: ExternalSecret) -> ExternalSecret:
    return msgspec.structs.replace(source, metadata=msgspec.structs.replace(source.metadata, generation=2))


@pytest.mark.parametrize("case", CONTESTED)
def test_what_others_made_of_a_synced_target_is_not_fought_over(case: str) -> None:
    decided = p.plan(CONTESTED[case])
    assert (decided.actions, decided.status, decided.events) == ((), None, ())
    assert decided.again is not None


@pytest.mark.parametrize("case", CONTESTED)
@pytest.mark.parametrize("reason", REASONS)
def test_a_contested_target_is_written_when_there_is_a_reason(case: str, reason: str) -> None:
    observed = REASONS[reason](CONTESTED[case])
    assert observed.target is not None
    assert [type(action) for action in p.plan(observed).actions] == [p.Write]


def test_an_older_state_that_was_restored_whole_is_written_over_at_once() -> None:
    restored = seen(NEW, synced(OWNER), target=STALE, is_news=False)
    assert p.plan(restored).actions == (write(OWNER, NEW, STALE),)


UNDONE = {
    "CreatedOnce": external_secret(refresh=RefreshPolicy.CREATED_ONCE),
    "OnChange": external_secret(refresh=RefreshPolicy.ON_CHANGE),
    "interval 0": external_secret(interval="0"),
    "Merge": MERGE,
}


@pytest.mark.parametrize("case", UNDONE)
@pytest.mark.parametrize("harm", ["edited", "deleted"])
def test_a_hand_edit_is_undone_under_every_refresh_policy(case: str, harm: str) -> None:
    source = synced(UNDONE[case])
    live = edited(UNDONE[case]) if harm == "edited" else None
    decided = p.plan(seen(NEW, source, target=live))
    if live is None and case == "Merge":
        assert decided.actions == ()
    else:
        assert decided.actions == (write(source, NEW, live),)


def test_a_failure_is_reported_once() -> None:
    first = p.plan(seen(FAILED, synced(OWNER), target=CURRENT))
    assert first.status is not None
    assert [event.reason for event in first.events] == ["UpdateFailed"]
    reported = msgspec.structs.replace(OWNER, status=first.status)
    again = p.plan(seen(FAILED, reported, target=CURRENT, now=NOW + timedelta(hours=2)))
    assert (again.status, again.events) == (None, ())


def test_another_cause_is_reported_without_moving_the_transition_time() -> None:
    first = p.plan(seen(FAILED, OWNER))
    assert first.status is not None
    source = msgspec.structs.replace(OWNER, status=first.status)
    second = p.plan(seen(RefusedError(Sentence.GET, "another"), source, now=NOW + timedelta(minutes=1)))
    assert second.status is not None
    before, after = ready_of(first.status.conditions), ready_of(second.status.conditions)
    assert before is not None
    assert after is not None
    assert before.last_transition_time == after.last_transition_time == to_timestamp(NOW)
    assert len(second.events) == 1


def test_a_failure_leaves_the_times_of_the_last_sync() -> None:
    source = synced(OWNER)
    decided = p.plan(seen(FAILED, source, target=CURRENT))
    assert decided.status is not None
    assert decided.status.refresh_time == source.status.refresh_time
    assert decided.status.synced_resource_version == source.status.synced_resource_version


def test_a_healed_failure_moves_the_transition_time() -> None:
    failed = p.plan(seen(FAILED, synced(OWNER), target=CURRENT)).status
    assert failed is not None
    later = NOW + timedelta(minutes=1)
    healed = p.plan(seen(NEW, msgspec.structs.replace(OWNER, status=failed), target=CURRENT, now=later))
    assert healed.status is not None
    ready = ready_of(healed.status.conditions)
    assert ready is not None
    assert (ready.status, ready.last_transition_time) == ("True", to_timestamp(later))
    assert healed.actions == ()
    assert healed.events == ()


EVENTS = {
    "a created target": (seen(NEW, OWNER), [p.CREATED]),
    "a replaced target": (seen(NEW, OWNER, target=STALE), [p.UPDATED]),
    "a current target": (seen(NEW, OWNER, target=CURRENT), []),
    "an orphan": (seen(NEW, RENAMED, created=(CURRENT,)), [p.CREATED, p.ORPHAN_DELETED]),
}


@pytest.mark.parametrize("case", EVENTS)
def test_events_tell_what_was_written(case: str) -> None:
    observed, events = EVENTS[case]
    assert list(p.plan(observed).events) == events


def test_refresh_time_alone_is_written_only_when_the_idle_interval_has_passed() -> None:
    source = synced(external_secret(interval="1m"), age=1000)
    early = p.plan(seen(NEW, source, target=CURRENT))
    assert early.status is None
    assert early.again is not None
    assert 1800 - 1000 <= early.again <= 1800 * 1.1 - 1000
    late = p.plan(seen(NEW, source, target=CURRENT, now=NOW + timedelta(seconds=early.again)))
    assert late.status is not None
    assert late.status.refresh_time == to_timestamp(NOW + timedelta(seconds=early.again))
    assert late.events == ()


def test_an_idle_interval_of_zero_writes_at_every_refresh_as_external_secrets_operator() -> None:
    observed = seen(NEW, synced(external_secret(interval="1m"), age=60), target=CURRENT)
    decided = p.plan(replace(observed, terms=Terms(idle_status_interval=0, digest=observed.terms.digest)))
    assert decided.status is not None
    assert decided.again == 60


def test_an_interval_longer_than_the_idle_one_is_kept() -> None:
    decided = p.plan(seen(NEW, synced(external_secret(interval="24h"), age=7200), target=CURRENT))
    assert decided.status is None


def test_a_changed_object_notes_its_new_version() -> None:
    source = synced(OWNER)
    decided = p.plan(seen(NEW, renumbered(source), target=CURRENT))
    assert decided.status is not None
    assert (decided.status.synced_resource_version or "").startswith("2-")
    assert decided.actions == ()


BINDINGS = {"Owner": (OWNER, "app"), "None": (NONE, None), "Merge without its Secret": (MERGE, None)}


@pytest.mark.parametrize("case", BINDINGS)
def test_binding_names_the_target_where_there_is_one(case: str) -> None:
    source, name = BINDINGS[case]
    status = p.plan(seen(NEW, source)).status
    assert status is not None
    assert (status.binding.name if status.binding else None) == name


def test_other_conditions_are_kept() -> None:
    other = ExternalSecretCondition(type="Deleted", status="False")
    source = external_secret(status=ExternalSecretStatus(conditions=(other,)))
    status = p.plan(seen(NEW, source)).status
    assert status is not None
    assert [condition.type for condition in status.conditions] == ["Deleted", "Ready"]


def test_a_target_made_before_its_external_secret_was_made_again_is_still_its_own() -> None:
    old = written(OWNER, NEW)
    [owner] = old.metadata.owner_references
    meta = msgspec.structs.replace(
        old.metadata, owner_references=(msgspec.structs.replace(owner, uid="uid-of-the-first-one"),)
    )
    live = target(msgspec.structs.replace(old, metadata=meta))
    assert p.plan(seen(NEW, OWNER, target=live)).actions == (write(OWNER, NEW, live),)


def test_a_plan_never_shows_a_value() -> None:
    observed = seen(NEW, OWNER, target=STALE)
    assert secret("new") not in repr((observed, p.plan(observed)))


def test_a_hash_that_somebody_else_wrote_is_not_believed() -> None:
    live = written(OWNER, OLD)
    meta = msgspec.structs.replace(live.metadata, annotations={DATA_HASH_ANNOTATION: "0" * 56})
    once = synced(external_secret(interval="0"))
    forged = target(msgspec.structs.replace(live, metadata=meta))
    assert p.plan(seen(NEW, once, target=forged)).actions == (write(once, NEW, forged),)


def test_a_secret_of_another_name_that_somebody_labelled_is_an_orphan_only_in_its_own_key() -> None:
    same = target(stored(KubeSecret(metadata=ObjectMeta(namespace="default", name="app")), manager="kubectl"))
    decided = p.plan(seen(NEW, OWNER, target=CURRENT, created=(same,)))
    assert decided.actions == ()
