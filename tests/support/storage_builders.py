"""Rows for tests of storage: a small workplace, and secrets sealed as the product seals them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from headwater.crypto.envelope import new_key
from headwater.crypto.keyring import Keyring, create_installation_keys
from headwater.crypto.place import Column, Place
from headwater.domain.activity import AccessEntry, ActivityEntry, Tag
from headwater.domain.hidden import Hidden
from headwater.domain.ids import (
    ChangeNumber,
    ConfigId,
    EnvironmentId,
    PrincipalId,
    ProjectId,
    RequestId,
    SecretId,
    VersionNumber,
    WorkplaceId,
)
from headwater.domain.names import ConfigName, EnvironmentSlug, ProjectName, SecretName
from headwater.domain.places import Config, Environment, Project, Workplace
from headwater.storage.changes import Author
from headwater.storage.installation import Installation
from headwater.storage.repositories import Repositories
from headwater.storage.secrets import Version
from headwater.storage.storage import Storage

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)
AUTHOR = Author(principal=PrincipalId("owner"), request=RequestId("request"), at=NOW)
WORKPLACE = Workplace(id=WorkplaceId("workplace"), name="Test", created_at=NOW)

ROOT_KEY = new_key()
INSTALLATION_KEYS = create_installation_keys(ROOT_KEY, WORKPLACE.id)
KEYRING = Keyring(ROOT_KEY, WORKPLACE.id, INSTALLATION_KEYS)


def new_id() -> str:
    return str(uuid.uuid4())


def project(name: str = "shop") -> Project:
    return Project(id=ProjectId(new_id()), name=ProjectName(name), created_at=NOW)


def environment(of: Project, slug: str = "prd") -> Environment:
    return Environment(
        id=EnvironmentId(new_id()), project=of, slug=EnvironmentSlug(slug), name=slug.title(), created_at=NOW
    )


def config(of: Environment, name: str = "prd", root: Config | None = None) -> Config:
    return Config(
        id=ConfigId(new_id()),
        environment=of,
        name=ConfigName(name),
        root=root.id if root else None,
        view_change=ChangeNumber(0),
        created_at=NOW,
    )


@contextmanager
def writing(storage: Storage) -> Iterator[Repositories]:
    with storage.write(AUTHOR) as repositories:
        yield repositories


def create_installation(storage: Storage) -> None:
    with writing(storage) as repositories:
        repositories.installation.create(Installation(workplace=WORKPLACE, keys=INSTALLATION_KEYS))


def create_root_config(storage: Storage, name: str = "shop") -> Config:
    """A project with one environment and its root config, and the first term of the project's key."""
    made = project(name)
    inside = environment(made)
    root = config(inside)
    with writing(storage) as repositories:
        repositories.projects.create(made)
        repositories.key_terms.create(KEYRING.new_seed(made.id), NOW)
        repositories.environments.create(inside)
        return repositories.configs.create(root)


def set_secret(repositories: Repositories, to: Config, name: str, value: str | None) -> Version:
    """Append the next version of a secret, as a use case does; None deletes."""
    secret_name = SecretName(name)
    newest = repositories.secrets.newest(to.id, [secret_name]).get(secret_name)
    secret = newest.secret if newest else SecretId(new_id())
    number = VersionNumber(newest.version + 1 if newest else 1)
    sealer = KEYRING.within(repositories.key_terms.list)
    version = Version(
        secret=secret,
        config=to.id,
        name=secret_name,
        version=number,
        sealed=None if value is None else sealer.seal(place_of(to, secret, secret_name, number), Hidden(value)),
        created_at=NOW,
    )
    repositories.secrets.append(version)
    repositories.changes.alter_views([to.id])
    return version


def open_secrets(repositories: Repositories, of: Config) -> dict[str, str]:
    """The current plaintext of a config."""
    sealer = KEYRING.within(repositories.key_terms.list)
    return {
        name: sealer.open(place_of(of, one.secret, name, one.version), one.sealed).reveal()
        for name, one in repositories.secrets.current(of.id).items()
        if one.sealed is not None
    }


def place_of(of: Config, secret: SecretId, name: SecretName, version: VersionNumber) -> Place:
    return Place(
        column=Column.VALUE,
        workplace=WORKPLACE.id,
        project=of.project.id,
        environment=of.environment.id,
        config=of.id,
        secret=secret,
        name=name,
        version=version,
    )


def access(of: ConfigId, *, delivery: bool = False, at: datetime = NOW) -> AccessEntry:
    return AccessEntry(
        at=at,
        principal=PrincipalId("reader"),
        request=RequestId(new_id()),
        config=of,
        view_change=ChangeNumber(1),
        delivery=delivery,
    )


def activity(change: int = 1) -> ActivityEntry:
    return ActivityEntry(
        tag=Tag.SECRETS_UPDATED,
        at=NOW,
        principal=PrincipalId("owner"),
        request=RequestId(new_id()),
        change=ChangeNumber(change),
        names=(SecretName("A"),),
    )
