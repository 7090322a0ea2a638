import pytest

from headwater.devcluster.kinds.cron import schedule_problem

CASES = {
    "* * * * *": "",
    "*/5 0-6 1,15 jan-mar mon": "",
    "@daily": "",
    "@every 1h": "",
    "@sometimes": "unrecognized descriptor: @sometimes",
    "* * * *": "expected exactly 5 fields, found 4: [* * * *]",
    "60 * * * *": "end of range (60) above maximum (59): 60",
    "* * 0 * *": "beginning of range (0) below minimum (1): 0",
    "5-3 * * * *": "beginning of range (5) beyond end of range (3): 5-3",
    "x * * * *": 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax',
    "*/x * * * *": 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax',
}


@pytest.mark.parametrize("schedule", CASES)
def test_a_schedule_can_be_read_or_not(schedule: str) -> None:
    assert schedule_problem(schedule) == CASES[schedule]
