"""The thread that hears of other servers' changes on PostgreSQL.

A notification says only that there is something new; what it is, is selected. So is what came while the connection was
down: after every (re)connection the thread selects what is newer than the newest change that it has seen.
"""

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import structlog

from headwater.domain.ids import ChangeNumber, ConfigId
from headwater.storage.changes import Changed
from headwater.storage.engines import CHANNEL

_log = structlog.get_logger()

LISTEN_NAME = "headwater listen"
"""What the connection calls itself in `pg_stat_activity`."""

_POLL_SECONDS = 0.2
"""How soon the thread sees that it is to stop."""
_RETRY_SECONDS = 0.2
_PROBE_POLLS = 25
_CONNECTION: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "application_name": LISTEN_NAME,
}


class Listener:
    """Calls `heard` with what changed since it last did, on a thread of its own, until `close`."""

    def __init__(self, address: str, seen: ChangeNumber, heard: Callable[[Changed], None]) -> None:
        self._address = address
        self._seen = seen
        self._heard = heard
        self._stopping = threading.Event()
        self.connected = threading.Event()
        """Set while notifications are heard; clear while the connection is down."""
        self._thread = threading.Thread(target=self._run, name="storage-listen", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                _log.warning("storage.listen_lost", error=type(error).__name__)
            self.connected.clear()
            self._stopping.wait(_RETRY_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(self._address, **_CONNECTION) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._catch_up(connection)
            self.connected.set()
            quiet = 0
            while not self._stopping.is_set():
                heard = any(True for _ in connection.notifies(timeout=_POLL_SECONDS, stop_after=1))
                quiet = 0 if heard else quiet + 1
                if heard or quiet % _PROBE_POLLS == 0:  # a half-open connection would be quiet for ever
                    self._catch_up(connection)

    def _catch_up(self, connection: psycopg.Connection) -> None:
        """The newest change is read before the views: what comes between the two is told again next time."""
        newest = connection.execute("SELECT max(number) FROM changes").fetchone()
        if newest is None or newest[0] is None or newest[0] <= self._seen:
            return
        rows = connection.execute("SELECT id, view_change FROM configs WHERE view_change > %s", (self._seen,))
        views = {ConfigId(id_): ChangeNumber(number) for id_, number in rows}
        self._seen = ChangeNumber(newest[0])
        self._heard(Changed(change=self._seen, views=views))
