"""Who may do what: principals, roles, grants, and `may`, which alone decides.

A service token is a principal of its own, whose reach (one config) and access stand in its row instead of in grants.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from headwater.domain.ids import ConfigId, EnvironmentId, PrincipalId, ProjectId
from headwater.domain.places import Config, Environment, Place, Project, Workplace


class Action(StrEnum):
    """What a use case asks leave for: `nouns:verb`."""

    WORKPLACE_READ = "workplace:read"
    PROJECTS_READ = "projects:read"
    PROJECTS_CREATE = "projects:create"
    PROJECTS_UPDATE = "projects:update"
    PROJECTS_DELETE = "projects:delete"
    ENVIRONMENTS_READ = "environments:read"
    ENVIRONMENTS_CREATE = "environments:create"
    ENVIRONMENTS_UPDATE = "environments:update"
    ENVIRONMENTS_DELETE = "environments:delete"
    CONFIGS_READ = "configs:read"
    CONFIGS_CREATE = "configs:create"
    CONFIGS_UPDATE = "configs:update"
    CONFIGS_DELETE = "configs:delete"
    SECRETS_READ = "secrets:read"
    SECRETS_WRITE = "secrets:write"
    SERVICE_TOKENS_READ = "service_tokens:read"
    SERVICE_TOKENS_CREATE = "service_tokens:create"
    SERVICE_TOKENS_DELETE = "service_tokens:delete"


_EVERYTHING = frozenset(Action)
_LOOK = frozenset(
    {Action.WORKPLACE_READ, Action.PROJECTS_READ, Action.ENVIRONMENTS_READ, Action.CONFIGS_READ, Action.SECRETS_READ}
)
_WORK = _LOOK | {
    Action.SECRETS_WRITE,
    Action.CONFIGS_CREATE,
    Action.CONFIGS_UPDATE,
    Action.CONFIGS_DELETE,
    Action.SERVICE_TOKENS_READ,
}


class Role(StrEnum):
    """The built-in roles; a grant gives one in the workplace, a project, or some environments of a project."""

    OWNER = "owner"
    ADMIN = "admin"
    COLLABORATOR = "collaborator"
    VIEWER = "viewer"
    NO_ACCESS = "no_access"

    @property
    def actions(self) -> frozenset[Action]:
        match self:
            case Role.OWNER | Role.ADMIN:
                return _EVERYTHING
            case Role.COLLABORATOR:
                return _WORK
            case Role.VIEWER:
                return _LOOK
            case Role.NO_ACCESS:
                return frozenset()
        assert_never(self)


class Access(StrEnum):
    """What a service token may do with the secrets of its config, in Doppler's words."""

    READ = "read"
    READ_WRITE = "read/write"

    @property
    def actions(self) -> frozenset[Action]:
        match self:
            case Access.READ:
                return _LOOK
            case Access.READ_WRITE:
                return _LOOK | {Action.SECRETS_WRITE}
        assert_never(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where something stands, or how far leave goes: an inner None means everything at that level."""

    project: ProjectId | None = None
    environment: EnvironmentId | None = None
    config: ConfigId | None = None


WORKPLACE = Reach()


def reach_of(place: Place) -> Reach:
    match place:
        case Workplace():
            return WORKPLACE
        case Project():
            return Reach(project=place.id)
        case Environment():
            return Reach(project=place.project.id, environment=place.id)
        case Config():
            return Reach(project=place.project.id, environment=place.environment.id, config=place.id)
    assert_never(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role everywhere (`project` None), in a project (`environments` None), or in some environments of one."""

    role: Role
    project: ProjectId | None = None
    environments: frozenset[EnvironmentId] | None = None

    def covers(self, reach: Reach) -> bool:
        """Whether this grant says anything about `reach`; a grant inside a project lets that project be seen."""
        if self.project is None:
            return True
        if self.project != reach.project:
            return False
        return self.environments is None or reach.environment in self.environments


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: PrincipalId
    name: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceToken:
    """A principal that reads, or reads and writes, the secrets of one config."""

    id: PrincipalId
    name: str
    access: Access
    project: ProjectId
    environment: EnvironmentId
    config: ConfigId


Principal = User | ServiceToken

_ANYWHERE_INSIDE = frozenset({Action.WORKPLACE_READ, Action.PROJECTS_READ})
_AROUND_A_CONFIG = _ANYWHERE_INSIDE | {Action.ENVIRONMENTS_READ}


def may(principal: Principal, action: Action, on: Reach) -> bool:
    """Whether `principal` may do `action` on what stands at `on`."""
    match principal:
        case User():
            return any(_grants(grant, action, on) for grant in principal.grants)
        case ServiceToken():
            return action in principal.access.actions and _is_own(on, principal, action)
    assert_never(principal)


def _grants(grant: Grant, action: Action, on: Reach) -> bool:
    if action not in grant.role.actions:
        return False
    return grant.covers(on) or (action in _ANYWHERE_INSIDE and on.project in (None, grant.project))


def _is_own(on: Reach, token: ServiceToken, action: Action) -> bool:
    """Whether `on` is the token's config, or one of the things that this stands in, which it may look at."""
    if on.config is None and action not in _AROUND_A_CONFIG:
        return False
    own = ((on.project, token.project), (on.environment, token.environment), (on.config, token.config))
    return all(asked is None or asked == held for asked, held in own)
