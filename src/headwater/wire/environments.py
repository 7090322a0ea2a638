"""`/v3/environments`: `id` and `slug` are the same string."""

from headwater.wire.base import Input, PageQuery, Reply, Success


class ListEnvironmentsQuery(PageQuery, frozen=True, kw_only=True):
    project: str | None = None


class EnvironmentQuery(Input, frozen=True, kw_only=True):
    project: str | None = None
    environment: str | None = None


class CreateEnvironmentInput(Input, frozen=True, kw_only=True):
    project: str | None = None
    name: str | None = None
    slug: str | None = None
    personal_configs: bool = False


class UpdateEnvironmentInput(Input, frozen=True, kw_only=True):
    project: str | None = None
    environment: str | None = None
    name: str | None = None
    slug: str | None = None
    personal_configs: bool | None = None


class Environment(Reply, frozen=True, kw_only=True):
    id: str
    slug: str
    name: str
    initial_fetch_at: str | None
    created_at: str
    project: str
    personal_configs: bool


class EnvironmentReply(Success, frozen=True, kw_only=True):
    environment: Environment


class EnvironmentsReply(Success, frozen=True, kw_only=True):
    page: int
    environments: list[Environment]
