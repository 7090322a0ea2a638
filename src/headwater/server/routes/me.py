"""`/v3/me` and `/v3/workplace`: who is asking, and in what."""

from starlette.requests import Request
from starlette.responses import Response

from headwater.crypto.tokens import TokenKind
from headwater.server.exchange import iso, read, reply
from headwater.server.routing import Route
from headwater.usecases.me import Me
from headwater.usecases.me import get_me as usecase
from headwater.usecases.workplace import get_workplace as workplace_usecase
from headwater.wire import me as wire

_TYPE_OF_KIND = {TokenKind.PERSONAL: "personal", TokenKind.SERVICE: "service_token"}


async def get_me(request: Request) -> Response:
    return reply(_me(await read(request, usecase)))


async def get_workplace(request: Request) -> Response:
    workplace = await read(request, workplace_usecase)
    return reply(
        wire.WorkplaceReply(
            workplace=wire.Workplace(
                id=workplace.id,
                name=workplace.name,
                billing_email=workplace.billing_email,
                security_email=workplace.security_email,
            )
        )
    )


def _me(me: Me) -> wire.MeReply:
    kind = _TYPE_OF_KIND[me.token.kind]
    return wire.MeReply(
        slug=me.token.id,
        name=me.token.name,
        created_at=iso(me.token.created_at),
        last_seen_at=iso(me.last_seen_at),
        type=kind,
        token_preview=me.token.preview,
        workplace=wire.Named(slug=me.workplace.id, name=me.workplace.name),
        principal=wire.Typed(type=kind, slug=me.principal.id),
    )


ROUTES = [Route("GET", "/v3/me", get_me), Route("GET", "/v3/workplace", get_workplace)]
