"""Where a server is: the address that a user wrote, checked and made whole."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from headwater.domain.errors import InvalidInputError


class InvalidEndpointError(InvalidInputError):
    """Not the address of a server."""

    code = "invalid_endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server's address; equal for equal servers."""

    base_url: str
    """`https://host[:port][/path]`, without a slash at the end."""
    host: str
    """`host[:port]`, as it is shown to people."""
    verify_tls: bool = True


def read_endpoint(address: str, *, verify_tls: bool = True) -> Endpoint:
    """An address as users write it: `https://` is assumed, slashes at the end are dropped.

    Raises:
        InvalidEndpointError: not an http(s) address, or one with a user, a query or a fragment.
    """
    written = address.strip()
    whole = written if "://" in written else f"https://{written}"
    parts = _split(whole)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise _invalid()
    if parts.query or parts.fragment or any(character.isspace() or not character.isprintable() for character in whole):
        raise _invalid()
    base_url = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    return Endpoint(base_url=base_url, host=parts.netloc, verify_tls=verify_tls)


def _split(whole: str) -> SplitResult:
    try:
        parts = urlsplit(whole)
        _ = parts.port  # read for its check
    except ValueError:
        raise _invalid() from None
    return parts


def _invalid() -> InvalidEndpointError:
    # the address itself stays out of the text: people paste tokens into the wrong field
    return InvalidEndpointError("not the address of a server", hint="write it like https://headwater.example")
