"""Errors of the database, turned into ours at this door."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from headwater.domain.errors import IntegrityError, InvalidInputError, UnavailableError


class StorageUnavailableError(UnavailableError):
    """Locked, full, unreachable, restarting: nothing was written, or nobody can say (a COMMIT without an answer)."""

    code = "storage_unavailable"


class StorageIntegrityError(IntegrityError):
    """The database refuses rows that contradict each other, or cannot read its own file."""

    code = "storage_integrity"


class UnstorableTextError(InvalidInputError):
    """PostgreSQL keeps no NUL character, not even to compare with."""

    code = "unstorable_text"


@contextmanager
def translated() -> Iterator[None]:
    """Raise ours for what the database raises.

    A `ProgrammingError` passes: it is a bug of ours. The text of the library stays in the chained error, which holds no
    values (`hide_parameters`).
    """
    try:
        yield
    except exc.IntegrityError as error:
        raise StorageIntegrityError("the database refused rows that contradict others") from error
    except (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError) as error:
        raise StorageUnavailableError("the database cannot be used right now", hint="try again") from error
    except exc.DataError as error:
        raise UnstorableTextError("a name or a text cannot be stored", hint="take its NUL character out") from error
    except exc.DBAPIError as error:
        # What SQLite says of a file that is not, or no longer, a database has no class of its own.
        if type(error) is exc.DatabaseError:
            raise StorageIntegrityError("the database file is damaged", hint="restore it from a backup") from error
        if error.connection_invalidated:
            raise StorageUnavailableError("the connection to the database was lost", hint="try again") from error
        raise
