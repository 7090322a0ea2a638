"""Jobs: the outbox of what a change has to set off, claimed by lease and run at least once.

A job is written in its change's transaction; claiming and finishing one alters nothing that a change would number.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from headwater.storage import tables as t
from headwater.storage.changes import ChangeSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do once, at the earliest at `due_at`. `payload` is JSON without any secret value."""

    id: str
    kind: str
    payload: str
    due_at: datetime
    created_at: datetime
    attempts: int = 0


class JobRepository:
    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes

    def create(self, job: Job) -> None:
        self._connection.execute(
            insert(t.jobs).values(
                id=job.id,
                kind=job.kind,
                payload=job.payload,
                due_at=job.due_at,
                attempts=job.attempts,
                created_at=job.created_at,
                change=self._changes.taken,
            )
        )

    def claim(self, kinds: Collection[str], lease: str, *, now: datetime, until: datetime) -> Job | None:
        """The job of those kinds that has waited longest, for the holder of `lease` alone `until` then.

        `lease` is an id made for this claim. A job whose lease ran out is claimed again.
        """
        c = t.jobs.c
        free = or_(c.leased_until.is_(None), c.leased_until <= now)
        waiting = select(t.jobs).where(c.kind.in_(kinds), c.due_at <= now, free).order_by(c.due_at, c.id).limit(1)
        row = self._connection.execute(waiting).one_or_none()
        if row is None:
            return None
        attempts = row.attempts + 1
        taken = {"lease": lease, "leased_until": until, "attempts": attempts}
        self._connection.execute(update(t.jobs).where(c.id == row.id).values(taken))
        return Job(
            id=row.id,
            kind=row.kind,
            payload=row.payload,
            due_at=row.due_at,
            created_at=row.created_at,
            attempts=attempts,
        )

    def finish(self, id: str, lease: str) -> bool:  # noqa: A002 - the word of the domain
        """Take a done job away; False when the lease was lost meanwhile, so that another may do it again."""
        done = delete(t.jobs).where(t.jobs.c.id == id, t.jobs.c.lease == lease)
        return self._connection.execute(done).rowcount == 1

    def retry(self, id: str, lease: str, *, after: timedelta, now: datetime) -> bool:  # noqa: A002
        """Give a failed job back, due again `after` then."""
        c = t.jobs.c
        given = {"lease": None, "leased_until": None, "due_at": now + after}
        return self._connection.execute(update(t.jobs).where(c.id == id, c.lease == lease).values(given)).rowcount == 1
