"""`Storage`: one opened database, its transactions, the chain of its log, and who hears of changes.

    storage = Storage.open(url, data)
    storage.migrate()
    storage.start_log(now)
    with storage.write(author) as repositories: ...

All errors that leave it are ours: `UnavailableError` for what may pass, `IntegrityError` for what does not.
"""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from headwater.domain.activity import AccessEntry
from headwater.domain.ids import ChangeNumber
from headwater.storage import migrations
from headwater.storage.changes import NOT_KNOWN, Author, Changed
from headwater.storage.engines import Database, open_database
from headwater.storage.faults import StorageIntegrityError, StorageUnavailableError, translated
from headwater.storage.listener import Listener
from headwater.storage.log import ChainedEntry, Head, first_head, read_entries, read_head
from headwater.storage.repositories import Repositories

Heard = Callable[[Changed], None]
"""Told of changes, on whatever thread saw them: after COMMIT and before `write` returns, or by another server."""


class Storage:
    """Opened by `open`; safe to use from any thread, though writers wait for each other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = threading.Lock()
        self._server = str(uuid.uuid4())
        self._head: Head | None = None
        self._log_started = False
        self._hearing: list[Heard] = []
        self._told = ChangeNumber(0)
        """The newest change that listeners know of; kept where no thread hears of them all by itself."""
        self._listener: Listener | None = None

    @classmethod
    def open(cls, url: str | None, data: Path | None) -> "Storage":
        """Open the database at `url` (postgresql://…), or the one in the folder `data`, and take the folder's lock.

        Raises:
            StartupError: there is no such database, or another process has the folder.
        """
        return cls(open_database(url, data))

    @property
    def server(self) -> str:
        """The id of this process's chain of log entries: another one at each start."""
        return self._server

    @property
    def one_process(self) -> bool:
        """Whether no other server can write to this database, so that what this one remembers is true."""
        return self._database.channel is None

    def migrate(self, scripts: Path = migrations.SCRIPTS) -> None:
        """Bring the schema to this release's, in one transaction: a kill leaves all of it or nothing.

        Raises:
            SchemaTooNewError: a newer release migrated this database.
        """
        with self._writer, translated(), self._database.connect_to_write() as connection, connection.begin():
            self._database.lock_changes(connection)
            migrations.upgrade(connection, scripts)

    def start_log(self, at: datetime) -> None:
        """Begin this process's chain; before it nothing can be logged."""
        with self._transaction(None, changes=True) as repositories:
            repositories.log.head = first_head(self._server)
            repositories.log.start(at)
        self._log_started = True

    @contextmanager
    def write(self, author: Author | None = None) -> Iterator[Repositories]:
        """One transaction that may alter rows, committed when the block ends without an error.

        Who writes is said here, or in the block by `repositories.changes.author`, before anything is altered. After it
        `repositories.changes.taken` is the number of the change, or None when nothing was altered.

        Raises:
            UnavailableError: nothing was written, or (a COMMIT without an answer) nobody can say.
        """
        try:
            with self._transaction(author, changes=True) as repositories:
                yield repositories
        except StorageUnavailableError:
            # It may have been committed after all, so that what listeners remember is old.
            self._tell(Changed(change=NOT_KNOWN, views={}))
            self._tell_missed()
            raise
        changed = repositories.changes.summary()
        if changed is not None:
            self._tell(changed)
            self._tell_missed(changed.change)

    def append_access(self, entries: Sequence[AccessEntry]) -> None:
        """Append the entries of many replies in one transaction with one fsync: durable when this returns.

        Raises:
            UnavailableError: they are not, or nobody can say; the replies they speak of must not be sent.
        """
        try:
            with self._transaction(None, changes=False) as repositories:
                repositories.log.append(*entries)
        except StorageIntegrityError as error:
            # The entry of a COMMIT that went unanswered came through after all; the head is read again next time.
            raise StorageUnavailableError("the access log cannot be written right now", hint="try again") from error

    @contextmanager
    def read(self) -> Iterator[Repositories]:
        """One transaction that sees a single state, no older than the last acknowledged change; nothing can be written.

        Raises:
            UnavailableError: the database cannot be read now.
        """
        with translated(), self._database.connect_to_read() as connection, connection.begin():
            yield Repositories(connection)

    def subscribe(self, heard: Heard) -> None:
        """Call `heard` with every change from now on, of this process and of others; it must not block.

        The same change may be told twice, and several as one: what counts is the newest number of each view. A COMMIT
        without an answer is told as change 0 of no view: what was remembered may be old. If it was one after all, that
        is told as soon as the database can be read.
        """
        self._hearing.append(heard)
        with self.read() as repositories:
            self._told = repositories.changes.newest()
        if self._database.channel is not None and self._listener is None:
            self._listener = Listener(self._database.channel, self._told, self._tell)

    @property
    def listener(self) -> Listener | None:
        """The thread that hears of other servers; None on SQLite and before anybody subscribed."""
        return self._listener

    def close(self) -> None:
        """Stop hearing, close all connections and give the data folder back; no transaction may be open."""
        if self._listener is not None:
            self._listener.close()
        self._database.close()

    def _tell(self, changed: Changed) -> None:
        for heard in self._hearing:
            heard(changed)

    def _tell_missed(self, told: ChangeNumber | None = None) -> None:
        """Tell of what lies between what was told before and `told` just now: COMMITs that went without an answer.

        Nothing does, as a rule: numbers have no gap. On PostgreSQL the listener finds this out by itself.
        """
        if not self.one_process:
            return
        if told == self._told + 1:
            self._told = ChangeNumber(self._told + 1)
            return
        try:
            with self.read() as repositories:
                missed = repositories.changes.since(self._told)
        except (StorageUnavailableError, StorageIntegrityError):
            return  # with the next change, then; what was written is acknowledged
        if missed.change > self._told:
            self._told = missed.change
            self._tell(missed)

    @contextmanager
    def _transaction(self, author: Author | None, *, changes: bool) -> Iterator[Repositories]:
        """The head of the chain is unknown until COMMIT has answered, and read again when it did not."""
        with self._writer, translated(), self._database.connect_to_write() as connection:
            head, self._head = self._head, None
            with connection.begin():
                if changes:
                    self._database.lock_changes(connection)
                if head is None and self._log_started:
                    head = read_head(connection, self._server)
                repositories = Repositories(connection, author=author, head=head)
                yield repositories
                if repositories.changes.taken is not None:
                    self._database.announce(connection, repositories.changes.taken)
            self._head = repositories.log.head


@contextmanager
def opened_log(url: str | None, data: Path | None) -> Iterator[Iterator[ChainedEntry]]:
    """The whole log of a database, chain by chain, read beside the servers that use it.

    Raises:
        StartupError: there is no such database.
    """
    database = open_database(url, data, lock=False)
    try:
        with translated(), database.connect_to_read() as connection, connection.begin():
            yield read_entries(connection)
    finally:
        database.close()
