"""How long failures wait."""

import pytest

from headwater.kube.backoff import REQUEUE, Backoff, Failures


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 1.0), (1, 2.0), (2, 4.0), (8, 256.0), (9, 420.0), (1_000_000, 420.0)]
)
def test_the_delay_doubles_up_to_seven_minutes(failures: int, seconds: float) -> None:
    steady = Backoff(first=REQUEUE.first, limit=REQUEUE.limit, randomness=lambda: 0.0)
    assert steady.delay(failures) == seconds


def test_chance_takes_off_up_to_half() -> None:
    assert Backoff(first=1.0, limit=8.0, randomness=lambda: 0.999).delay(10) == pytest.approx(4.004)


def test_failures_are_counted_by_key_until_they_are_forgotten() -> None:
    failures: Failures[str] = Failures(Backoff(first=1.0, limit=60.0, randomness=lambda: 0.0))
    assert [failures.delay("a"), failures.delay("a"), failures.delay("b")] == [1.0, 2.0, 1.0]
    failures.forget("a")
    assert [failures.delay("a"), failures.delay("b")] == [1.0, 2.0]
