"""The log: activity and access entries in one chain per server process, and what verifies it.

A digest covers the digest before it and every column of its entry. Each start of a server is a new chain whose first
entry carries the heads of all others, so that a chain that was cut or taken away is missed by those that came later.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain as chained
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from headwater.crypto.digests import GENESIS, chain
from headwater.domain.activity import AccessEntry, ActivityEntry, LogEntry, to_canonical
from headwater.storage import tables as t

_STARTED = "started"
_ACTIVITY = "activity"
_ACCESS = "access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry of one chain; kept elsewhere, it shows that a tail was cut."""

    server: str
    sequence: int
    digest: bytes

    def __str__(self) -> str:
        """As `verify-log --head` takes it."""
        return f"{self.server}:{self.sequence}:{self.digest.hex()}"


def parse_head(text: str) -> Head:
    """Raises: ValueError, also for what no chain could have: a head that says nothing would hold whatever was cut."""
    server, sequence, digest = text.split(":")
    head = Head(server=server, sequence=int(sequence), digest=bytes.fromhex(digest))
    if not server or head.sequence < 0 or len(head.digest) != len(GENESIS):
        raise ValueError("not a head of a chain")
    return head


def first_head(server: str) -> Head:
    """Before any entry."""
    return Head(server=server, sequence=0, digest=GENESIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainedEntry:
    """A log entry as stored. `entry` is its canonical JSON; what stands beside it is there to be searched by.

    `at` is microseconds since 1970. Read without conversion, so that whatever somebody put there is a wrong digest
    and no crash.
    """

    server: str
    sequence: int
    previous: bytes
    digest: bytes
    kind: str
    at: int
    entry: str
    change: int | None = None
    fetched_config: str | None = None

    @property
    def head(self) -> Head:
        return Head(server=self.server, sequence=self.sequence, digest=self.digest)

    def computed_digest(self) -> bytes:
        columns = _Columns(self.kind, self.at, self.entry, self.change, self.fetched_config)
        return columns.digest_after(Head(server=self.server, sequence=self.sequence - 1, digest=self.previous))


class _Started(msgspec.Struct, frozen=True, tag_field="tag", tag="log.started"):
    """The first entry of a chain."""

    at: str
    heads: list[str]


_COLUMNS = ("server_id", "sequence", "previous", "digest", "kind", "at", "entry", "change", "fetched_config_id")
_ROWS_AT_ONCE = 100


class LogRepository:
    """Appends to the chain of this process. The head moves here at once, and in `Storage` only after COMMIT."""

    def __init__(self, connection: Connection, head: Head | None) -> None:
        self._connection = connection
        self.head = head
        """None where nothing may be appended: in a read transaction."""

    def append(self, *entries: LogEntry) -> None:
        self._insert([_columns_of(entry) for entry in entries])

    def start(self, at: datetime) -> None:
        """Begin this process's chain with the heads of all others; under the change lock, so that none is missed."""
        heads = [str(head) for head in read_heads(self._connection)]
        started = _Started(at=at.astimezone(UTC).isoformat(timespec="microseconds"), heads=heads)
        self._insert([_Columns(_STARTED, t.to_microseconds(at), msgspec.json.encode(started).decode())])

    def list_entries(self, kind: str, *, newest: int) -> list[str]:
        """The canonical JSON of the `newest` entries of a kind (activity | access), newest first."""
        chosen = select(t.log.c.entry).where(t.log.c.kind == kind)
        ordered = chosen.order_by(t.log.c.at.desc(), t.log.c.sequence.desc()).limit(newest)
        return list(self._connection.execute(ordered).scalars())

    def _insert(self, entries: Iterable["_Columns"]) -> None:
        head = self.head
        assert head is not None, "entries are appended by a writer whose log was started"
        rows: list[tuple[object, ...]] = []
        for entry in entries:
            digest = entry.digest_after(head)
            rows.append((head.server, head.sequence + 1, head.digest, digest, *entry))
            head = Head(server=head.server, sequence=head.sequence + 1, digest=digest)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._insert_rows(rows[start : start + _ROWS_AT_ONCE])
        self.head = head

    def _insert_rows(self, rows: Sequence[tuple[object, ...]]) -> None:
        """One statement for all: of several, each would let go of the interpreter's lock and wait to have it back."""
        mark = "?" if self._connection.dialect.paramstyle == "qmark" else "%s"
        values = tuple(chained.from_iterable(rows))
        self._connection.exec_driver_sql(_insert_statement(len(rows), mark), values)


@cache
def _insert_statement(rows: int, mark: str) -> str:
    one = f"({', '.join([mark] * len(_COLUMNS))})"
    return f"INSERT INTO log ({', '.join(_COLUMNS)}) VALUES {', '.join([one] * rows)}"  # noqa: S608 - our own names


class _Columns(NamedTuple):
    """What an entry says, before it knows what it follows."""

    kind: str
    at: int
    entry: str
    change: int | None = None
    fetched_config: str | None = None

    def digest_after(self, head: Head) -> bytes:
        """Over all columns, one a line: none can hold a line break, canonical JSON least of all."""
        change = "" if self.change is None else self.change
        place = f"{head.server}\n{head.sequence + 1}"
        columns = f"{place}\n{self.kind}\n{self.at}\n{change}\n{self.fetched_config or ''}\n{self.entry}"
        return chain(head.digest, columns.encode())


def read_entries(connection: Connection) -> Iterator[ChainedEntry]:
    """The whole log, chain by chain, in order; streamed."""
    rows = connection.execution_options(yield_per=1000).exec_driver_sql(
        "SELECT server_id, sequence, previous, digest, kind, at, entry, change, fetched_config_id"
        " FROM log ORDER BY server_id, sequence"
    )
    for row in rows:
        yield ChainedEntry(
            server=row.server_id,
            sequence=row.sequence,
            previous=row.previous,
            digest=row.digest,
            kind=row.kind,
            at=row.at,
            entry=row.entry,
            change=row.change,
            fetched_config=row.fetched_config_id,
        )


def read_heads(connection: Connection) -> list[Head]:
    """The newest entry of every chain."""
    c = t.log.c
    newest = select(c.server_id, func.max(c.sequence).label("sequence")).group_by(c.server_id).subquery()
    same = (c.server_id == newest.c.server_id) & (c.sequence == newest.c.sequence)
    rows = connection.execute(select(c.server_id, c.sequence, c.digest).join(newest, same).order_by(c.server_id))
    return [Head(server=server, sequence=sequence, digest=digest) for server, sequence, digest in rows]


def read_head(connection: Connection, server: str) -> Head:
    c = t.log.c
    newest = select(c.sequence, c.digest).where(c.server_id == server).order_by(c.sequence.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return first_head(server) if row is None else Head(server=server, sequence=row.sequence, digest=row.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadEntry:
    """The first entry of its chain that does not hold, and why."""

    server: str
    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"entry {self.sequence} of server {self.server} {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`bad` holds at most one entry per chain."""

    entries: int
    heads: list[Head]
    bad: list[BadEntry]


def verify(entries: Iterable[ChainedEntry], anchors: Iterable[Head] = ()) -> Verdict:
    """Check a log, given chain by chain and each in order, against itself and against heads kept elsewhere.

    A removed, changed, swapped or inserted entry is found from the log alone, and so is a cut tail of a chain that a
    later start has seen; the newest tail only against `anchors`.
    """
    expected: dict[str, list[Head]] = defaultdict(list)
    for anchor in anchors:
        expected[anchor.server].append(anchor)
    chains: dict[str, _Chain] = {}
    count = 0
    for entry in entries:
        count += 1
        chains.setdefault(entry.server, _Chain(entry.server)).take(entry)
        for head in _heads_in(entry):
            expected[head.server].append(head)
    bad = [found for server in sorted(chains.keys() | expected.keys()) if (found := _judge(server, chains, expected))]
    return Verdict(entries=count, heads=[one.head for one in chains.values()], bad=bad)


class _Chain:
    """One chain while it is read: the digests so far, and the first entry that does not hold."""

    def __init__(self, server: str) -> None:
        self.head = first_head(server)
        self.bad: BadEntry | None = None
        self._digests = bytearray()

    def take(self, entry: ChainedEntry) -> None:
        if self.bad is None:
            reason = self._wrong(entry)
            if reason is not None:
                self.bad = BadEntry(server=entry.server, sequence=self.head.sequence + 1, reason=reason)
                return
            self.head = entry.head
            self._digests += entry.digest

    def digest(self, sequence: int) -> bytes:
        return bytes(self._digests[(sequence - 1) * len(GENESIS) : sequence * len(GENESIS)])

    def _wrong(self, entry: ChainedEntry) -> str | None:
        if entry.sequence != self.head.sequence + 1:
            return "is missing"
        if entry.previous != self.head.digest:
            return "does not follow the one before it"
        if entry.digest != entry.computed_digest():
            return "was changed"
        return None


def _judge(server: str, chains: Mapping[str, _Chain], expected: Mapping[str, list[Head]]) -> BadEntry | None:
    read = chains.get(server) or _Chain(server)
    if read.bad is not None:
        return read.bad
    for head in sorted(expected.get(server, ()), key=lambda head: head.sequence):
        if head.sequence > read.head.sequence:
            reason = f"is missing: a head says that the chain reaches {head.sequence}"
            return BadEntry(server=server, sequence=read.head.sequence + 1, reason=reason)
        if head.sequence > 0 and read.digest(head.sequence) != head.digest:
            return BadEntry(server=server, sequence=head.sequence, reason="is not the one that a head names")
    return None


def _heads_in(entry: ChainedEntry) -> list[Head]:
    if entry.sequence != 1:
        return []
    try:
        return [parse_head(text) for text in msgspec.json.decode(entry.entry, type=_Started).heads]
    except (msgspec.MsgspecError, ValueError, TypeError):
        return []


def _columns_of(entry: LogEntry) -> _Columns:
    at, text = t.to_microseconds(entry.at), to_canonical(entry).decode()
    match entry:
        case ActivityEntry():
            return _Columns(_ACTIVITY, at, text, change=entry.change)
        case AccessEntry():
            return _Columns(_ACCESS, at, text, fetched_config=entry.config if entry.delivery else None)
