"""Change-sets: the number that a transaction takes once it really alters a row, and never before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from headwater.domain.ids import ChangeNumber, ConfigId, PrincipalId, RequestId
from headwater.storage import tables as t

NOT_KNOWN = ChangeNumber(0)
"""In a `Changed`: something may have changed, and nobody can say what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who writes, when, and in answer to what."""

    principal: PrincipalId
    request: RequestId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What is new: the newest change, and the configs whose view it (or one before it) altered, with its number."""

    change: ChangeNumber
    views: dict[ConfigId, ChangeNumber]


class ChangeSet:
    """The change of one transaction. Only a writer has an author; for a reader, taking a number is a bug."""

    def __init__(self, connection: Connection, author: Author | None) -> None:
        self._connection = connection
        self.author = author
        """May be set later, before the first alteration: who writes is often found out in the transaction itself."""
        self._views: set[ConfigId] = set()
        self.taken: ChangeNumber | None = None
        """The number, once a row was altered."""

    def number(self) -> ChangeNumber:
        """The number that stamps what this transaction writes; the first call takes the next one.

        Gap-free because writers exclude each other until they commit: a number that is rolled back is taken again.
        """
        if self.taken is None:
            assert self.author is not None, "a read transaction writes nothing"
            self.taken = ChangeNumber(self.newest() + 1)
            self._connection.execute(
                insert(t.changes).values(
                    number=self.taken,
                    at=self.author.at,
                    principal_id=self.author.principal,
                    request_id=self.author.request,
                )
            )
        return self.taken

    def alter_views(self, configs: Iterable[ConfigId]) -> None:
        """Say that what readers of `configs` see is another since this change."""
        new = set(configs) - self._views
        if not new:
            return
        self._views |= new
        number = self.number()
        # Once per config, not one statement with all of them: SQLite bounds the variables of a statement.
        altered = update(t.configs).where(t.configs.c.id == bindparam("of")).values(view_change=number)
        self._connection.execute(altered, [{"of": config} for config in sorted(new)])

    def summary(self) -> Changed | None:
        """What to tell the hub after COMMIT; None when nothing was altered."""
        if self.taken is None:
            return None
        return Changed(change=self.taken, views=dict.fromkeys(sorted(self._views), self.taken))

    def newest(self) -> ChangeNumber:
        """The number of the last change-set; 0 before any."""
        newest = self._connection.execute(select(func.max(t.changes.c.number))).scalar_one()
        return ChangeNumber(newest or 0)

    def since(self, change: ChangeNumber) -> Changed:
        """What somebody who last saw `change` has missed."""
        c = t.configs.c
        rows = self._connection.execute(select(c.id, c.view_change).where(c.view_change > change))
        views = {ConfigId(row.id): ChangeNumber(row.view_change) for row in rows}
        return Changed(change=self.newest(), views=views)
