"""Verdicts of Go's time.ParseDuration."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.resources.durations import InvalidDurationError, parse_duration, parse_interval

DURATIONS = {
    "1h0m0s": timedelta(hours=1),
    "1m": timedelta(minutes=1),
    "1.5h": timedelta(minutes=90),
    "-1.5h": timedelta(minutes=-90),
    "+5s": timedelta(seconds=5),
    "0": timedelta(),
    "-0": timedelta(),
    "00s": timedelta(),
    "300ms": timedelta(milliseconds=300),
    ".5s": timedelta(milliseconds=500),
    "1.s": timedelta(seconds=1),
    "1µs": timedelta(microseconds=1),
    "1us": timedelta(microseconds=1),
    "2562047h": timedelta(hours=2562047),
}


@pytest.mark.parametrize("text", DURATIONS)
def test_a_duration_is_read_as_go_reads_it(text: str) -> None:
    assert parse_duration(text) == DURATIONS[text]


@pytest.mark.parametrize(
    "text", ["", "1", "h", "1h30", "1 h", "1h-5m", "1d", "one hour", "2562048h", "--1s", "٣s", "1s\n"]
)
def test_what_go_refuses_is_refused(text: str) -> None:
    with pytest.raises(InvalidDurationError):
        parse_duration(text)


@given(st.text(max_size=200))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        parse_duration(text)
    except InvalidDurationError as error:
        assert len(str(error)) < 400  # noqa: PT017 - the message of whatever was refused stays short


def test_a_stores_interval_is_seconds_or_a_duration() -> None:
    assert (parse_interval(90), parse_interval("1m30s")) == (timedelta(seconds=90),) * 2


@pytest.mark.parametrize("written", [-1, "-5s"])
def test_a_negative_interval_is_refused(written: int | str) -> None:
    with pytest.raises(InvalidDurationError, match="negative"):
        parse_interval(written)
