"""`/v3/me` and `/v3/workplace`: who is asking, and in what."""

from headwater.wire.base import Reply, Success


class Named(Reply, frozen=True, kw_only=True):
    slug: str
    name: str


class Typed(Reply, frozen=True, kw_only=True):
    type: str
    slug: str


class MeReply(Success, frozen=True, kw_only=True):
    """`type` is one of `personal`, `cli`, `service_token`, `service_account`."""

    slug: str
    name: str
    created_at: str
    last_seen_at: str | None
    type: str
    token_preview: str
    workplace: Named
    principal: Typed


class Workplace(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    billing_email: str | None
    security_email: str | None


class WorkplaceReply(Success, frozen=True, kw_only=True):
    workplace: Workplace
