"""The installation: one row with the workplace, the restore epoch, the release of the schema and the sealed keys."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from headwater.crypto.envelope import SealedValue
from headwater.crypto.keyring import InstallationKeys
from headwater.domain.errors import NotFoundError
from headwater.domain.ids import WorkplaceId
from headwater.domain.places import Workplace
from headwater.storage import tables as t
from headwater.storage.changes import ChangeSet


class NotInitialisedError(NotFoundError):
    code = "not_initialised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """`restore_epoch` counts the restores from a backup, and is part of every ETag."""

    workplace: Workplace
    keys: InstallationKeys
    restore_epoch: int = 1
    schema_release: str = ""
    """The release of the software that last migrated this database; set by the migration."""


class InstallationRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def get(self) -> Installation:
        found = self.find()
        if found is None:
            raise NotInitialisedError("this database holds no installation", hint="run headwater server init first")
        return found

    def find(self) -> Installation | None:
        row = self._connection.execute(select(t.installation)).one_or_none()
        if row is None:
            return None
        workplace = Workplace(
            id=WorkplaceId(row.workplace_id),
            name=row.name,
            billing_email=row.billing_email,
            security_email=row.security_email,
            created_at=row.created_at,
        )
        keys = InstallationKeys(
            workplace_key=SealedValue(row.workplace_key),
            token_pepper=SealedValue(row.token_pepper),
            etag_key=SealedValue(row.etag_key),
        )
        return Installation(
            workplace=workplace, keys=keys, restore_epoch=row.restore_epoch, schema_release=row.schema_release
        )

    def create(self, installation: Installation) -> None:
        workplace, keys = installation.workplace, installation.keys
        self._connection.execute(
            insert(t.installation).values(
                one=1,
                workplace_id=workplace.id,
                name=workplace.name,
                billing_email=workplace.billing_email,
                security_email=workplace.security_email,
                restore_epoch=installation.restore_epoch,
                schema_release=installation.schema_release,
                workplace_key=keys.workplace_key.blob,
                token_pepper=keys.token_pepper.blob,
                etag_key=keys.etag_key.blob,
                created_at=workplace.created_at,
                change=self._changes.number(),
            )
        )

    def update_workplace(self, workplace: Workplace) -> None:
        """Set its name and addresses; a workplace that is so already is left alone."""
        if self.get().workplace == workplace:
            return
        self._connection.execute(
            update(t.installation).values(
                name=workplace.name,
                billing_email=workplace.billing_email,
                security_email=workplace.security_email,
                change=self._changes.number(),
            )
        )
