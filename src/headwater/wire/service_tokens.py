"""`/v3/configs/config/tokens`: service tokens; `key`, the token itself, is shown once, when it is made."""

from headwater.domain.hidden import Hidden
from headwater.wire.base import ConfigQuery, Reply, Success


class CreateServiceTokenInput(ConfigQuery, frozen=True, kw_only=True):
    """`expire_at` is unix seconds (the CLI) or an ISO 8601 date-time (the specification)."""

    name: str | None = None
    access: str = "read"
    expire_at: int | str | None = None


class DeleteServiceTokenInput(ConfigQuery, frozen=True, kw_only=True):
    """Named by its slug or by itself."""

    slug: str | None = None
    token: Hidden[str] | None = None


class ServiceToken(Reply, frozen=True, kw_only=True):
    name: str
    slug: str
    created_at: str
    config: str
    environment: str
    project: str
    expires_at: str | None
    access: str


class CreatedServiceToken(ServiceToken, frozen=True, kw_only=True):
    key: Hidden[str]


class ServiceTokensReply(Success, frozen=True, kw_only=True):
    tokens: list[ServiceToken]


class CreatedServiceTokenReply(Success, frozen=True, kw_only=True):
    token: CreatedServiceToken
