import pytest

from headwater.domain.errors import UnavailableError
from headwater.server.failures import DatabaseUnusableError, explained, reason_of


class DriverError(Exception):
    """As SQLAlchemy wraps what a driver raised."""

    def __init__(self, orig: Exception) -> None:
        super().__init__("wrapped")
        self.orig = orig


def test_the_reason_of_a_database_is_the_first_line_of_what_it_said() -> None:
    error = UnavailableError("the database cannot be used right now")
    assert reason_of(error) == ""
    error.__cause__ = DriverError(ValueError("disk full\nDETAIL: more"))
    assert reason_of(error) == "disk full"


def test_at_start_the_reason_is_in_the_one_line() -> None:
    gone = UnavailableError("the database cannot be used right now")
    gone.__cause__ = DriverError(ValueError("refused"))
    with pytest.raises(DatabaseUnusableError, match="cannot be used: refused"), explained():
        raise gone
    with pytest.raises(DatabaseUnusableError, match="cannot be used: synchronous is off"), explained():
        raise UnavailableError("synchronous is off")
