"""Who is asking: the API token in the Authorization header, as Bearer or as the user name of Basic."""

import base64
import binascii

from headwater.domain.errors import UnauthenticatedError
from headwater.domain.hidden import Hidden

_LONGEST = 512
"""Characters of a header that could hold a token of ours."""


def read_token(headers: list[tuple[bytes, bytes]]) -> Hidden[str]:
    """The token that a request carries; whether it is anybody's is for a use case to find out.

    Raises:
        UnauthenticatedError: none, more than one, or not of either form.
    """
    given = [value for name, value in headers if name == b"authorization"]
    if len(given) != 1 or len(given[0]) > _LONGEST:
        raise refused()
    scheme, _, rest = given[0].partition(b" ")
    match scheme.lower():
        case b"bearer":
            token = rest.strip()
        case b"basic":
            token = _user_of(rest.strip())
        case _:
            raise refused()
    if not token or not token.isascii():
        raise refused()
    return Hidden(token.decode("ascii"))


def refused() -> UnauthenticatedError:
    """The one answer to any token that is not good, in Doppler's words."""
    return UnauthenticatedError("Invalid Auth token")


def _user_of(encoded: bytes) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True).partition(b":")[0]
    except binascii.Error:
        raise refused() from None
