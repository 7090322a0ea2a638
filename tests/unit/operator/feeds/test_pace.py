import pytest

from headwater.operator.feeds import pace
from headwater.operator.providers.protocol import FailureKind

CHANCES = [0.0, 0.5, 0.999]
HEALING = 5.0


@pytest.mark.parametrize("chance", CHANCES)
@pytest.mark.parametrize("interval", [1.0, 60.0, 3600.0])
def test_polls_are_never_later_than_the_interval(interval: float, chance: float) -> None:
    assert 0.9 * interval <= pace.poll_pause(interval, chance) <= interval


def test_absurd_intervals_are_raised() -> None:
    assert pace.poll_pause(0.001, 0) == pace.MIN_INTERVAL


@pytest.mark.parametrize("chance", CHANCES)
@pytest.mark.parametrize("kind", list(FailureKind))
def test_what_fails_is_asked_again_soon_enough_to_heal(kind: FailureKind, chance: float) -> None:
    assert pace.retry_pause(kind, 60, chance) <= HEALING - 1


@pytest.mark.parametrize("chance", CHANCES)
def test_an_unreachable_host_is_found_again_soon_enough_to_heal(chance: float) -> None:
    retry = pace.retry_pause(FailureKind.UNREACHABLE, 60, chance)
    assert retry + pace.probe_pause(chance) + pace.recovery_pause(chance) <= HEALING - 0.5


@pytest.mark.parametrize("asked", [0.0, 1.0, 30.0, 3600.0])
@pytest.mark.parametrize("chance", CHANCES)
def test_a_rate_limit_is_never_undercut(asked: float, chance: float) -> None:
    assert asked <= pace.rate_limit_pause(asked, chance) <= asked * 1.1 + 1


@pytest.mark.parametrize("chance", CHANCES)
def test_a_rate_limit_without_a_time_heals_as_soon_as_other_failures(chance: float) -> None:
    pause = pace.rate_limit_pause(None, chance)
    assert pause + pace.retry_pause(FailureKind.RATE_LIMITED, 60, chance) <= HEALING - 0.5


def test_an_absurd_rate_limit_is_capped() -> None:
    assert pace.rate_limit_pause(1e9, 0) == pace.MAX_RETRY_AFTER


@pytest.mark.parametrize("chance", CHANCES)
def test_stream_pauses_grow_to_a_limit(chance: float) -> None:
    pauses = [pace.stream_pause(failures, chance) for failures in range(100)]
    assert pauses == sorted(pauses)
    assert (pauses[0] <= 0.5, pauses[-1] <= pace.MAX_STREAM_PAUSE) == (True, True)


GRACES = {None: pace.MAX_GRACE, 0.001: 1.0, 5.0: 5.0, 60.0: pace.MAX_GRACE}


@pytest.mark.parametrize("interval", GRACES)
def test_trouble_is_hidden_no_longer_than_an_interval(interval: float | None) -> None:
    assert pace.grace(interval) == GRACES[interval]
