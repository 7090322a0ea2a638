"""What is written down of what was done: the activity log (who changed what) and the access log (who read what).

Fields are typed, so that no value can get in by an unknown type; names of secrets are in it, values never.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from headwater.domain.ids import ChangeNumber, ConfigId, PrincipalId, RequestId
from headwater.domain.names import ConfigName, EnvironmentSlug, ProjectName, SecretName
from headwater.domain.places import Config, Environment, Project


class Tag(StrEnum):
    """What happened, as `noun.verb_past`; log events use the same words."""

    INSTALLATION_CREATED = "installation.created"
    PERSONAL_TOKEN_CREATED = "personal_token.created"  # noqa: S105 - a tag
    WORKPLACE_UPDATED = "workplace.updated"
    PROJECT_CREATED = "project.created"
    PROJECT_UPDATED = "project.updated"
    PROJECT_DELETED = "project.deleted"
    ENVIRONMENT_CREATED = "environment.created"
    ENVIRONMENT_UPDATED = "environment.updated"
    ENVIRONMENT_DELETED = "environment.deleted"
    CONFIG_CREATED = "config.created"
    CONFIG_RENAMED = "config.renamed"
    CONFIG_DELETED = "config.deleted"
    SECRETS_UPDATED = "secrets.updated"
    SECRETS_READ = "secrets.read"
    SERVICE_TOKEN_CREATED = "service_token.created"  # noqa: S105 - a tag
    SERVICE_TOKEN_DELETED = "service_token.deleted"  # noqa: S105 - a tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The names that something had when it happened: a log outlives what it speaks of."""

    project: ProjectName | None = None
    environment: EnvironmentSlug | None = None
    config: ConfigName | None = None


NOWHERE = Where()


def where(place: Project | Environment | Config) -> Where:
    match place:
        case Project():
            return Where(project=place.name)
        case Environment():
            return Where(project=place.project.name, environment=place.slug)
        case Config():
            return Where(project=place.project.name, environment=place.environment.slug, config=place.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEntry:
    """One line of the activity log, written in the transaction of its change."""

    tag: Tag
    at: datetime
    principal: PrincipalId
    request: RequestId
    change: ChangeNumber
    where: Where = NOWHERE
    names: tuple[SecretName, ...] = ()
    subject: str = ""
    """What the tag speaks of where `where` does not say it: the name of a token, the old name of a config."""


ALL_NAMES = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEntry:
    """One line of the access log, durable before the values it speaks of leave the process.

    `names` is the names that were asked for, or `*` for whatever the config held at `view_change`.
    """

    at: datetime
    principal: PrincipalId
    request: RequestId
    config: ConfigId
    view_change: ChangeNumber
    names: tuple[SecretName, ...] | None = None
    """None: all of them."""
    delivery: bool = False
    """A download: what counts as a fetch of the config."""

    @property
    def tag(self) -> Tag:
        return Tag.SECRETS_READ


LogEntry = ActivityEntry | AccessEntry


_ENCODER = msgspec.json.Encoder(order="deterministic")


def to_canonical(entry: LogEntry) -> bytes:
    """The bytes that the chain digests: JSON, keys sorted, no spaces, times in UTC with microseconds."""
    return _ENCODER.encode(to_fields(entry))


def to_fields(entry: LogEntry) -> dict[str, str | int | bool | list[str] | None]:
    """`field → value` of an entry, flat."""
    match entry:
        case ActivityEntry():
            return _common(entry) | {
                "change": entry.change,
                "project": entry.where.project,
                "environment": entry.where.environment,
                "config": entry.where.config,
                "names": list(entry.names),
                "subject": entry.subject,
            }
        case AccessEntry():
            return _common(entry) | {
                "config": entry.config,
                "view_change": entry.view_change,
                "names": ALL_NAMES if entry.names is None else list(entry.names),
                "delivery": entry.delivery,
            }


def _common(entry: LogEntry) -> dict[str, str | int | bool | list[str] | None]:
    return {
        "tag": entry.tag,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "principal": entry.principal,
        "request": entry.request,
    }
