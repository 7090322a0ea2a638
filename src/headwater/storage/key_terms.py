"""The sealed seeds of projects' keys, a row per term."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from headwater.crypto.envelope import SealedValue
from headwater.crypto.keyring import SealedSeed
from headwater.storage import tables as t
from headwater.storage.changes import ChangeSet


class KeyTermRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def list(self, project: str) -> list[SealedSeed]:
        """The terms of `project`, oldest first; what `Keyring.within` asks for."""
        chosen = select(t.key_terms).where(t.key_terms.c.project_id == project).order_by(t.key_terms.c.term)
        return [
            SealedSeed(project=row.project_id, term=row.term, sealed=SealedValue(row.seed))
            for row in self._connection.execute(chosen)
        ]

    def create(self, seed: SealedSeed, at: datetime) -> None:
        self._connection.execute(
            insert(t.key_terms).values(
                project_id=seed.project,
                term=seed.term,
                seed=seed.sealed.blob,
                created_at=at,
                change=self._changes.number(),
            )
        )
