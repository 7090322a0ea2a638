"""`/v3/configs/config/tokens` and `…/tokens/token`: service tokens."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from headwater.domain.errors import InvalidInputError
from headwater.server.exchange import config_ref, iso, read, read_input, read_query, reply, required, write
from headwater.server.routing import Route
from headwater.usecases import service_tokens as usecases
from headwater.wire import service_tokens as wire
from headwater.wire.base import ConfigQuery, Success


class UnknownTimeError(InvalidInputError):
    code = "unknown_time"


async def list_service_tokens(request: Request) -> Response:
    query = read_query(request, ConfigQuery)
    found = await read(request, lambda call: usecases.list_service_tokens(call, config_ref(query)))
    return reply(wire.ServiceTokensReply(tokens=[_token(one) for one in found]))


async def create_service_token(request: Request) -> Response:
    """The one reply that shows a token."""
    asked = await read_input(request, wire.CreateServiceTokenInput)
    new = usecases.NewServiceToken(
        name=required("name", asked.name),
        access=asked.access,
        expires_at=read_time(asked.expire_at),
    )
    made = await write(request, lambda call: usecases.create_service_token(call, config_ref(asked), new))
    shown = _token(made.details)
    return reply(
        wire.CreatedServiceTokenReply(
            token=wire.CreatedServiceToken(
                name=shown.name,
                slug=shown.slug,
                created_at=shown.created_at,
                config=shown.config,
                environment=shown.environment,
                project=shown.project,
                expires_at=shown.expires_at,
                access=shown.access,
                key=made.key,
            )
        )
    )


async def delete_service_token(request: Request) -> Response:
    asked = await read_input(request, wire.DeleteServiceTokenInput)
    if asked.slug is None and asked.token is None:
        required("slug", None)
    await write(
        request,
        lambda call: usecases.delete_service_token(call, config_ref(asked), slug=asked.slug, text=asked.token),
    )
    return reply(Success())


def read_time(given: int | str | None) -> datetime | None:
    """Unix seconds (the CLI) or an ISO 8601 date-time with a zone, in UTC.

    Raises:
        UnknownTimeError: neither, or a time that UTC cannot hold: a zone may lead past the last year.
    """
    if given is None or given == "":
        return None
    try:
        read = datetime.fromtimestamp(given, UTC) if isinstance(given, int) else datetime.fromisoformat(given)
        if read.tzinfo is None:
            raise _unknown_time()
        return read.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise _unknown_time() from None


def _unknown_time() -> UnknownTimeError:
    return UnknownTimeError("expire_at is no time", hint="send unix seconds, or 2027-01-31T00:00:00Z")


def _token(details: usecases.ServiceTokenDetails) -> wire.ServiceToken:
    config = details.config
    return wire.ServiceToken(
        name=details.token.name,
        slug=details.token.id,
        created_at=iso(details.token.created_at),
        config=config.name,
        environment=config.environment.slug,
        project=config.project.name,
        expires_at=iso(details.token.expires_at),
        access=details.principal.access,
    )


_TOKENS = "/v3/configs/config/tokens"

ROUTES = [
    Route("GET", _TOKENS, list_service_tokens),
    Route("POST", _TOKENS, create_service_token),
    Route("DELETE", f"{_TOKENS}/token", delete_service_token),
]
