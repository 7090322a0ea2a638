"""The log names what failed and where, and shows none of the values that were on the way."""

from headwater.domain.errors import UnavailableError
from headwater.server.failures import reason_of, trace_of
from tests.support.canary import CANARY, secret


class DriverError(Exception):
    """As SQLAlchemy wraps what a driver raised."""

    def __init__(self, orig: Exception) -> None:
        super().__init__("wrapped")
        self.orig = orig


def fail_inside(value: str) -> None:
    try:
        int(value)
    except ValueError as error:
        raise KeyError(value) from error


def test_a_trace_holds_types_and_places_without_texts() -> None:
    try:
        fail_inside(secret("value"))
    except KeyError as error:
        trace = trace_of(error)
    assert [line for line in trace if " " not in line] == ["KeyError", "ValueError"]
    assert any("test_failures.py" in line and line.endswith(" fail_inside") for line in trace)
    assert CANARY not in str(trace)


def test_the_reason_of_a_database_is_the_first_line_of_what_it_said() -> None:
    error = UnavailableError("the database cannot be used right now")
    assert reason_of(error) == ""
    error.__cause__ = DriverError(ValueError("disk full\nDETAIL: more"))
    assert reason_of(error) == "disk full"
