"""What a caller names, as it was sent: `None` means "my own", which only a service token has.

Texts, not names: what is no legal name is simply not found.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InWorkplace:
    """The one workplace."""


WORKPLACE = InWorkplace()


@dataclass(frozen=True, slots=True)
class ProjectRef:
    project: str | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentRef:
    project: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class ConfigRef:
    project: str | None = None
    config: str | None = None


Ref = InWorkplace | ProjectRef | EnvironmentRef | ConfigRef
