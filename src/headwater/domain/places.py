"""What a workplace holds, from the outside in: projects, environments, configs.

A config carries its environment, which carries its project: whoever reads one needs the names of all three.
"""

from dataclasses import dataclass
from datetime import datetime

from headwater.domain.ids import ChangeNumber, ConfigId, EnvironmentId, ProjectId, WorkplaceId
from headwater.domain.names import ConfigName, EnvironmentSlug, ProjectName

DEFAULT_ENVIRONMENTS = (
    (EnvironmentSlug("dev"), "Development"),
    (EnvironmentSlug("stg"), "Staging"),
    (EnvironmentSlug("prd"), "Production"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """The one workplace of an installation; its tenants are projects."""

    id: WorkplaceId
    name: str
    billing_email: str | None = None
    security_email: str | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    id: ProjectId
    name: ProjectName
    description: str = ""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    id: EnvironmentId
    project: Project
    slug: EnvironmentSlug
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A root config (`root` is None) or a branch, which overlays its root.

    `view_change` is the last change that altered what a reader of this config sees.
    """

    id: ConfigId
    environment: Environment
    name: ConfigName
    root: ConfigId | None
    view_change: ChangeNumber
    created_at: datetime

    @property
    def project(self) -> Project:
        return self.environment.project

    @property
    def is_root(self) -> bool:
        return self.root is None


Place = Workplace | Project | Environment | Config
