"""Service tokens: list, create, delete. Each is a principal of its own, for one config; its text is shown once."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from headwater.crypto import tokens
from headwater.crypto.digests import same_digest
from headwater.crypto.tokens import TokenKind
from headwater.domain.activity import Tag, where
from headwater.domain.errors import InvalidInputError, NotFoundError
from headwater.domain.hidden import Hidden
from headwater.domain.ids import PrincipalId, TokenId
from headwater.domain.names import parse_display_name
from headwater.domain.places import Config
from headwater.domain.roles import Access, Action, ServiceToken
from headwater.storage.principals import Bearer, Token
from headwater.usecases.call import Call, Outcome
from headwater.usecases.refs import ConfigRef


class UnknownAccessError(InvalidInputError):
    code = "unknown_access"


class ExpiresInThePastError(InvalidInputError):
    code = "expires_in_the_past"


class ServiceTokenNotFoundError(NotFoundError):
    code = "service_token_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewServiceToken:
    name: str
    access: str = Access.READ
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTokenDetails:
    """A service token, the row of its secret, and the config that it is for."""

    principal: ServiceToken
    token: Token
    config: Config


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedServiceToken:
    details: ServiceTokenDetails
    key: Hidden[str]
    """The token itself, now or never."""


def list_service_tokens(call: Call, ref: ConfigRef) -> Outcome[list[ServiceTokenDetails]]:
    """Those of a config that are still good, oldest first."""
    config = call.authorize(Action.SERVICE_TOKENS_READ, on=ref)
    bearers = call.repositories.tokens.list(config.id)
    return Outcome(reply=[_details(one, config) for one in bearers if not one.token.is_expired(call.now)])


def create_service_token(call: Call, ref: ConfigRef, new: NewServiceToken) -> Outcome[CreatedServiceToken]:
    config = call.authorize(Action.SERVICE_TOKENS_CREATE, on=ref)
    principal = ServiceToken(
        id=PrincipalId(str(uuid.uuid4())),
        name=parse_display_name(new.name, of="service token"),
        access=_access(new.access),
        project=config.project.id,
        environment=config.environment.id,
        config=config.id,
    )
    key = tokens.create_service_token(config.name)
    token = _token(call, principal, key, _expiry(call, new.expires_at))
    call.repositories.principals.create(principal, call.now)
    call.repositories.tokens.create(token)
    return Outcome(
        reply=CreatedServiceToken(details=_details(Bearer(token=token, principal=principal), config), key=key),
        activity=call.did(Tag.SERVICE_TOKEN_CREATED, where(config), subject=principal.name),
    )


def delete_service_token(
    call: Call, ref: ConfigRef, *, slug: str | None = None, text: Hidden[str] | None = None
) -> Outcome[None]:
    """Revoke one token of the config, named by its slug or by itself: no call that begins later is let in by it."""
    config = call.authorize(Action.SERVICE_TOKENS_DELETE, on=ref)
    digest = None if text is None else call.installation.keyring.token_digest(text)
    for bearer in call.repositories.tokens.list(config.id):
        if bearer.token.id == slug or (digest is not None and same_digest(bearer.token.digest, digest)):
            call.repositories.principals.delete(bearer.principal.id)
            activity = call.did(Tag.SERVICE_TOKEN_DELETED, where(config), subject=bearer.token.name)
            return Outcome(reply=None, activity=activity)
    raise ServiceTokenNotFoundError("Could not find requested service token")


def _token(call: Call, principal: ServiceToken, key: Hidden[str], expires_at: datetime | None) -> Token:
    return Token(
        id=TokenId(str(uuid.uuid4())),
        principal=principal.id,
        kind=TokenKind.SERVICE,
        name=principal.name,
        digest=call.installation.keyring.token_digest(key),
        preview=tokens.preview(key),
        created_at=call.now,
        expires_at=expires_at,
    )


def _details(bearer: Bearer, config: Config) -> ServiceTokenDetails:
    assert isinstance(bearer.principal, ServiceToken), "a config's tokens are service tokens"
    return ServiceTokenDetails(principal=bearer.principal, token=bearer.token, config=config)


def _access(text: str) -> Access:
    try:
        return Access(text)
    except ValueError:
        raise UnknownAccessError("there is no such access", hint=f"one of {', '.join(Access)}") from None


def _expiry(call: Call, at: datetime | None) -> datetime | None:
    if at is not None and at <= call.now:
        raise ExpiresInThePastError("the token would have expired already", hint="choose a time to come, or none")
    return at
