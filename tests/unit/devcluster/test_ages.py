"""Ages as kubectl shows them."""

from datetime import UTC, datetime

import pytest

from headwater.devcluster.ages import age, age_of

MINUTE, HOUR, DAY = 60, 3600, 86_400
CASES = {
    -5: "<invalid>",
    0: "0s",
    119: "119s",
    120: "2m",
    2 * MINUTE + 5: "2m5s",
    10 * MINUTE + 5: "10m",
    179 * MINUTE: "179m",
    3 * HOUR: "3h",
    3 * HOUR + 5 * MINUTE: "3h5m",
    8 * HOUR + 5 * MINUTE: "8h",
    47 * HOUR: "47h",
    2 * DAY: "2d",
    2 * DAY + 3 * HOUR: "2d3h",
    9 * DAY + 3 * HOUR: "9d",
    729 * DAY: "729d",
    2 * 365 * DAY: "2y",
    3 * 365 * DAY + 4 * DAY: "3y4d",
    9 * 365 * DAY: "9y",
}


@pytest.mark.parametrize("seconds", CASES)
def test_an_age_has_two_units_at_most(seconds: int) -> None:
    assert age(seconds) == CASES[seconds]


def test_an_age_is_counted_from_a_timestamp() -> None:
    now = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
    assert age_of("2026-11-25T11:59:00Z", now) == "60s"
    assert age_of(None, now) == "<unknown>"
    assert age_of("yesterday", now) == "<unknown>"
