"""`Repositories`: what a transaction yields, one repository per aggregate, made when first asked for."""

from functools import cached_property

from sqlalchemy import Connection

from headwater.storage.changes import Author, ChangeSet
from headwater.storage.installation import InstallationRepository
from headwater.storage.jobs import JobRepository
from headwater.storage.key_terms import KeyTermRepository
from headwater.storage.log import Head, LogRepository
from headwater.storage.places import ConfigRepository, EnvironmentRepository, ProjectRepository
from headwater.storage.principals import PrincipalRepository, TokenRepository
from headwater.storage.secrets import NoteRepository, ReferenceRepository, SecretRepository


class Repositories:
    """The rows as one transaction sees them; of no use after it."""

    def __init__(self, connection: Connection, *, author: Author | None = None, head: Head | None = None) -> None:
        self._connection = connection
        self.changes = ChangeSet(connection, author)
        self.log = LogRepository(connection, head)

    @cached_property
    def installation(self) -> InstallationRepository:
        return InstallationRepository(self._connection, self.changes)

    @cached_property
    def projects(self) -> ProjectRepository:
        return ProjectRepository(self._connection, self.changes)

    @cached_property
    def environments(self) -> EnvironmentRepository:
        return EnvironmentRepository(self._connection, self.changes)

    @cached_property
    def configs(self) -> ConfigRepository:
        return ConfigRepository(self._connection, self.changes)

    @cached_property
    def secrets(self) -> SecretRepository:
        return SecretRepository(self._connection, self.changes)

    @cached_property
    def references(self) -> ReferenceRepository:
        return ReferenceRepository(self._connection, self.changes)

    @cached_property
    def notes(self) -> NoteRepository:
        return NoteRepository(self._connection, self.changes)

    @cached_property
    def key_terms(self) -> KeyTermRepository:
        return KeyTermRepository(self._connection, self.changes)

    @cached_property
    def principals(self) -> PrincipalRepository:
        return PrincipalRepository(self._connection, self.changes)

    @cached_property
    def tokens(self) -> TokenRepository:
        return TokenRepository(self._connection, self.changes, self.principals)

    @cached_property
    def jobs(self) -> JobRepository:
        return JobRepository(self._connection, self.changes)
