from datetime import UTC, datetime, timedelta, timezone

import pytest

from headwater.operator.report import Verdict, is_reported, parse_timestamp, ready_of, to_timestamp, with_verdict
from headwater.resources.meta import Condition

NOW = datetime(2026, 11, 25, 12, 0, 0, 999_999, tzinfo=UTC)
GOOD = Verdict(ready=True, reason="SecretSynced", message="secret synced")
BAD = Verdict(ready=False, reason="SecretSyncedError", message="could not update secret")
OTHER = Condition(type="Deleted", status="False")


def test_a_verdict_is_added_once_and_then_replaced_in_place() -> None:
    first = with_verdict((OTHER,), GOOD, NOW, Condition)
    second = with_verdict(first, BAD, NOW, Condition)
    assert [condition.type for condition in second] == ["Deleted", "Ready"]
    assert is_reported(second, BAD)
    assert not is_reported(second, GOOD)


def test_the_transition_time_moves_only_with_the_status() -> None:
    later = NOW + timedelta(minutes=1)
    first = with_verdict((), BAD, NOW, Condition)
    still = with_verdict(first, Verdict(ready=False, reason="x", message="y"), later, Condition)
    healed = with_verdict(still, GOOD, later, Condition)
    times = [ready.last_transition_time for each in (first, still, healed) if (ready := ready_of(each)) is not None]
    assert times == [to_timestamp(NOW), to_timestamp(NOW), to_timestamp(later)]


def test_times_are_written_in_utc_with_whole_seconds() -> None:
    assert to_timestamp(NOW.astimezone(timezone(timedelta(hours=2)))) == "2026-11-25T12:00:00Z"


TIMES = {
    "2026-11-25T12:00:00Z": datetime(2026, 11, 25, 12, tzinfo=UTC),
    "2026-11-25T14:00:00+02:00": datetime(2026, 11, 25, 12, tzinfo=UTC),
    "2026-11-25T12:00:00": datetime(2026, 11, 25, 12, tzinfo=UTC),
    "yesterday": None,
    "": None,
}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_read_and_nonsense_is_none(text: str) -> None:
    assert parse_timestamp(text) == TIMES[text]
