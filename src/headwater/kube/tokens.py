"""Tokens of ServiceAccounts, asked for by TokenRequest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from headwater.domain.hidden import Hidden
from headwater.kube.errors import ApiUnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token for a ServiceAccount."""

    bearer: Hidden[str]
    expires: str
    """RFC 3339, UTC."""


class _Spec(msgspec.Struct, frozen=True, rename="camel"):
    audiences: tuple[str, ...]
    expiration_seconds: int


class _Request(msgspec.Struct, frozen=True, rename="camel"):
    spec: _Spec
    api_version: str = "authentication.k8s.io/v1"
    kind: str = "TokenRequest"


class _Issued(msgspec.Struct, frozen=True, rename="camel"):
    token: str
    expiration_timestamp: str


class _Answer(msgspec.Struct, frozen=True):
    status: _Issued


_ANSWER: Final = msgspec.json.Decoder(_Answer)


def to_request(audiences: Sequence[str], seconds: int) -> bytes:
    return msgspec.json.encode(_Request(_Spec(tuple(audiences), seconds)))


def parse_answer(body: bytes) -> IssuedToken:
    """Raises ApiUnavailableError if there is no token in it."""
    try:
        issued = _ANSWER.decode(body).status
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ApiUnavailableError("cannot create a token: the answer holds none") from None
    return IssuedToken(bearer=Hidden(issued.token), expires=issued.expiration_timestamp)
