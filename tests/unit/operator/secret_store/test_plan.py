from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from headwater.operator.report import EventType, ready_of, to_timestamp
from headwater.operator.secret_store import plan as p
from headwater.resources.meta import ObjectMeta
from headwater.resources.secret_store import SecretStore, SecretStoreSpec

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BROKEN = p.Invalid(sentence=p.Sentence.VALIDATE, cause="the server does not answer", is_definite=False)
REFUSED = p.Invalid(sentence=p.Sentence.VALIDATE, cause="the token is not known", is_definite=True)


def store(interval: int | str | None = None) -> SecretStore:
    meta = ObjectMeta(name="store", namespace="default")
    return SecretStore(metadata=meta, spec=SecretStoreSpec(provider={}, refresh_interval=interval))


def seen(validity: p.Validity, source: SecretStore | None = None, now: datetime = NOW) -> p.Observed:
    return p.Observed(store=source or store(), validity=validity, capabilities="ReadOnly", now=now)


def reported(validity: p.Validity) -> SecretStore:
    status = p.plan(seen(validity)).status
    assert status is not None
    return msgspec.structs.replace(store(), status=status)


CASES: dict[str, tuple[p.Validity, str, str, str, EventType]] = {
    "a store that works": (p.Valid(), "True", "Valid", "store validated", EventType.NORMAL),
    "a source that cannot say": (
        p.Valid(is_certain=False),
        "True",
        "ValidationUnknown",
        "could not determine validation status",
        EventType.WARNING,
    ),
    "settings that cannot work": (
        p.Invalid(sentence=p.Sentence.CLIENT, cause="not supported: spec.provider.vault", is_definite=True),
        "False",
        "InvalidProviderConfig",
        "unable to create client: not supported: spec.provider.vault",
        EventType.WARNING,
    ),
    "a source that does not answer": (
        BROKEN,
        "False",
        "InvalidProviderConfig",
        "unable to validate store: the server does not answer",
        EventType.WARNING,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_plan(case: str) -> None:
    validity, status, reason, message, event_type = CASES[case]
    decided = p.plan(seen(validity))
    assert decided.status is not None
    ready = ready_of(decided.status.conditions)
    assert ready is not None
    assert (ready.status, ready.reason, ready.message) == (status, reason, message)
    assert ready.last_transition_time == to_timestamp(NOW)
    assert decided.status.capabilities == "ReadOnly"
    assert [(event.type, event.reason, event.message) for event in decided.events] == [(event_type, reason, message)]


@pytest.mark.parametrize("validity", [p.Valid(), BROKEN])
def test_what_is_reported_is_not_written_again(validity: p.Validity) -> None:
    decided = p.plan(seen(validity, reported(validity), NOW + timedelta(hours=1)))
    assert (decided.status, decided.events) == (None, ())


def test_a_store_that_heals_is_told_so() -> None:
    decided = p.plan(seen(p.Valid(), reported(BROKEN)))
    assert [event.reason for event in decided.events] == ["Valid"]


AGAIN: dict[str, tuple[p.Validity, SecretStore, float]] = {
    "a store that works waits its own interval": (p.Valid(), store("10m"), 600.0),
    "an interval in seconds": (p.Valid(), store(20), 20.0),
    "without an interval, five minutes": (p.Valid(), store(), 300.0),
    "an interval of nonsense counts as none": (p.Valid(), store("soon"), 300.0),
    "a broken store is asked soon": (BROKEN, store("10m"), p.SOON),
    "a refused store is asked soon at first": (REFUSED, store(), p.SOON),
}


@pytest.mark.parametrize("case", AGAIN)
def test_a_store_is_asked_again(case: str) -> None:
    validity, source, again = AGAIN[case]
    assert p.plan(seen(validity, source)).again == again


def test_a_store_that_stays_refused_is_asked_less_often_and_an_absent_server_is_not() -> None:
    later = NOW + timedelta(hours=1)
    assert p.plan(seen(REFUSED, reported(REFUSED), later)).again == p.LATER
    assert p.plan(seen(BROKEN, reported(BROKEN), later)).again == p.SOON


@pytest.mark.parametrize("validity", [p.Valid(), BROKEN])
def test_many_stores_do_not_ask_at_once(validity: p.Validity) -> None:
    stores = [msgspec.structs.replace(store(), metadata=ObjectMeta(uid=f"uid-{number}")) for number in range(500)]
    agains = sorted(p.plan(seen(validity, each)).again or 0.0 for each in stores)
    latest = p.plan(seen(validity)).again
    assert latest is not None
    assert 0.75 * latest <= agains[0] < 0.8 * latest
    assert 0.95 * latest < agains[-1] <= latest
