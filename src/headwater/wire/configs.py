"""`/v3/configs`: addressed by project and name; `slug` is a UUID of its own."""

from headwater.wire.base import ConfigQuery, Input, PageQuery, Reply, Success


class ListConfigsQuery(PageQuery, frozen=True, kw_only=True):
    project: str | None = None
    environment: str | None = None


class CreateConfigInput(Input, frozen=True, kw_only=True):
    project: str | None = None
    environment: str | None = None
    name: str | None = None


class UpdateConfigInput(ConfigQuery, frozen=True, kw_only=True):
    name: str | None = None


class ConfigPlace(Reply, frozen=True, kw_only=True):
    project: str
    config: str


class Config(Reply, frozen=True, kw_only=True, rename={"inherited_by": "inheritedBy"}):
    name: str
    slug: str
    root: bool
    locked: bool
    environment: str
    project: str
    initial_fetch_at: str | None
    last_fetch_at: str | None
    created_at: str
    inheritable: bool = False
    inheriting: bool = False
    inherits: tuple[ConfigPlace, ...] = ()
    inherited_by: tuple[ConfigPlace, ...] = ()


class ConfigReply(Success, frozen=True, kw_only=True):
    config: Config


class ConfigsReply(Success, frozen=True, kw_only=True):
    page: int
    configs: list[Config]
