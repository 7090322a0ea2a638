from datetime import UTC, datetime, timedelta, timezone

from headwater.process.clock import to_iso_milliseconds


def test_times_are_written_as_doppler_writes_them() -> None:
    moment = datetime(2026, 11, 25, 3, 4, 5, 678_912, tzinfo=timezone(timedelta(hours=2)))
    assert to_iso_milliseconds(moment) == "2026-11-25T01:04:05.678Z"


def test_whole_seconds_keep_their_milliseconds() -> None:
    assert to_iso_milliseconds(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"
