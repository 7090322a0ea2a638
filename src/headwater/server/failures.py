"""What the log may say of a database that cannot be used."""

from headwater.domain.errors import UnavailableError


def reason_of(error: UnavailableError) -> str:
    """What the database said when it could not be used; it knows no values at such a moment."""
    said = getattr(error.__cause__, "orig", None)
    return str(said).partition("\n")[0] if said is not None else ""
