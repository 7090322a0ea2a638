"""What people are told of a database that cannot be used: the log while serving, the one line at start."""

from collections.abc import Iterator
from contextlib import contextmanager

from headwater.domain.errors import StartupError, UnavailableError


class DatabaseUnusableError(StartupError):
    """The database that the settings name cannot be reached, opened or written."""

    code = "database_unusable"


def reason_of(error: UnavailableError) -> str:
    """What the database said when it could not be used; it knows no values at such a moment."""
    said = getattr(error.__cause__, "orig", None)
    return str(said).partition("\n")[0] if said is not None else ""


@contextmanager
def explained() -> Iterator[None]:
    """Name the reason in the one line that a command ends with, where nobody can look into a log for it.

    Raises:
        DatabaseUnusableError: for the `UnavailableError` of the block.
    """
    try:
        yield
    except UnavailableError as error:
        raise DatabaseUnusableError(
            f"the database cannot be used: {reason_of(error) or error.message}",
            hint="see that it runs and takes writes",
        ) from error
