"""Who is calling: a token becomes a principal, or one and the same 401 whatever is wrong with it."""

from dataclasses import dataclass
from datetime import datetime

from headwater.crypto.tokens import has_token_form
from headwater.domain.errors import UnauthenticatedError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import RequestId
from headwater.storage.principals import Bearer
from headwater.storage.repositories import Repositories
from headwater.usecases.call import Call, Installation
from headwater.usecases.look_ups import LookUps


class InvalidTokenError(UnauthenticatedError):
    """Unknown, malformed, expired or revoked: the sentence is the live service's for all of them."""

    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("Invalid Auth token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a request shows of itself, and when it came."""

    token: Hidden[str]
    request: RequestId
    now: datetime


def authenticate(installation: Installation, look_up: LookUps, credential: Credential) -> Call:
    """The call of whoever bears the token, at this very moment: nothing here is cached by time.

    Raises:
        InvalidTokenError: nobody does.
    """
    bearer = _find_bearer(installation, look_up, credential.token)
    if bearer is None or bearer.token.is_expired(credential.now):
        raise InvalidTokenError
    return Call(
        principal=bearer.principal,
        token=bearer.token,
        request=credential.request,
        now=credential.now,
        installation=installation,
        look_up=look_up,
    )


def _find_bearer(installation: Installation, look_up: LookUps, token: Hidden[str]) -> Bearer | None:
    """A text that is no token of ours by its checksum costs no look-up."""
    digest = installation.keyring.token_digest(token)
    return look_up(_bearer, digest) if look_up.remembers(_bearer, digest) or has_token_form(token) else None


def _bearer(repositories: Repositories, digest: bytes) -> Bearer | None:
    return repositories.tokens.find(digest)
