"""Keeping the cluster across restarts: a snapshot, then a line per write, in a file that starts anew when it has grown.

Surprise: lines are not synced to the disk one by one. A process that is killed loses nothing, a machine that loses its
power may lose the last second: this is a cluster to try things out in.
"""

import contextlib
import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

import msgspec

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.controllers.definitions import serve
from headwater.devcluster.objects import Key, Object
from headwater.devcluster.store import Event, EventType, Kind
from headwater.domain.errors import StartupError

_NAME: Final = "cluster.jsonl"
_FORMAT: Final = 1
_SPARED: Final = 4 * 1024 * 1024
"""Bytes of lines that are not worth a new snapshot, however small the last one is."""
_encoder = msgspec.json.Encoder()


class _Line(msgspec.Struct, frozen=True, array_like=True):
    """`object` is None for one that is gone."""

    version: int
    group: str
    plural: str
    namespace: str
    name: str
    object: Object | None


class _Head(msgspec.Struct, frozen=True):
    format: int
    version: int


class KeptNoMoreError(StartupError):
    """What happens in the cluster cannot be written down any more."""

    code = "devcluster_not_kept"


class Keeper:
    """Fills `cluster` from `folder`, and follows its writes; without a folder it does nothing."""

    def __init__(
        self,
        folder: Path | None,
        cluster: Cluster,
        fail: Callable[[KeptNoMoreError], None] = lambda _error: None,
        *,
        spared: int = _SPARED,
    ) -> None:
        """`fail` is told once if writes can no longer be kept.

        Raises:
            StartupError: the folder cannot be used, or another devcluster uses it.
        """
        self._cluster = cluster
        self._fail = fail
        self._spared = spared
        self._snapshot = self._lines = 0
        self._file: IO[bytes] | None = None
        self._lock: IO[bytes] | None = None
        if folder is None:
            return
        self._path = folder / _NAME
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = _locked(folder)
            if self._path.exists():
                _restore(self._path, cluster)
            self._begin()
        except OSError as error:
            self.close()
            raise StartupError(f"cannot use {folder}: {error.strerror}", hint="name another folder") from error
        except BaseException:
            self.close()
            raise
        cluster.store.listen(self._note)

    def close(self) -> None:
        for file in (self._file, self._lock):
            if file is not None:
                with contextlib.suppress(OSError):  # a full disk was told of when it was written to
                    file.close()

    def _begin(self) -> None:
        """Go on in a new file, which is the last one without what is over."""
        opened = _begin(self._path, self._cluster)
        if self._file is not None:
            self._file.close()
        self._file = opened
        self._snapshot, self._lines = opened.tell(), 0

    def _note(self, kind: Kind, event: Event) -> None:
        if self._file is None or self._file.closed:
            return
        gone = event.type is EventType.DELETED
        line = _encode(kind, event.record.key, event.version, None if gone else event.record.object)
        try:
            self._file.write(line)
            self._file.flush()
            self._lines += len(line)
            if self._lines > max(self._snapshot, self._spared):
                self._begin()
        except OSError as error:
            self.close()
            why = f"cannot write {self._path}: {(error.strerror or '').lower()}"
            self._fail(KeptNoMoreError(why, hint="free some space there and start again"))


def _locked(folder: Path) -> IO[bytes]:
    lock = (folder / "lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise StartupError(f"another devcluster runs on {folder}", hint="stop it, or name another folder") from None
    return lock


def _restore(path: Path, cluster: Cluster) -> None:
    version, objects = _read(path)
    for (kind, _), found in objects.items():
        cluster.store.restore(kind, found)
    cluster.store.version = version
    cluster.store.forget_history()
    for (kind, _), found in objects.items():
        if kind.plural == "customresourcedefinitions":
            serve(cluster, found)


def _read(path: Path) -> tuple[int, dict[tuple[Kind, Key], Object]]:
    """The last state; a line that was cut by a crash at the end of the file is as if never written."""
    objects: dict[tuple[Kind, Key], Object] = {}
    lines = path.read_bytes().split(b"\n")
    try:
        head = msgspec.json.decode(lines[0], type=_Head)
    except msgspec.MsgspecError as error:
        raise StartupError(f"{path} is not of a devcluster", hint="name another folder") from error
    if head.format != _FORMAT:
        raise StartupError(f"{path} is of another release", hint="name another folder, or remove the file")
    version = head.version
    for raw in filter(None, lines[1:]):
        try:
            line = msgspec.json.decode(raw, type=_Line)
        except msgspec.MsgspecError:
            break
        version = max(version, line.version)
        place = Kind(line.group, line.plural), Key(line.namespace, line.name)
        if line.object is None:
            objects.pop(place, None)
        else:
            objects[place] = line.object
    return version, objects


def _begin(path: Path, cluster: Cluster) -> IO[bytes]:
    """A new file that starts with all that there is; the old one is there until it is whole."""
    waiting = path.with_suffix(".new")
    try:
        with waiting.open("wb") as file:
            file.write(_encoder.encode(_Head(_FORMAT, cluster.store.version)) + b"\n")
            for kind in cluster.store.kinds():
                for record in cluster.store.of(kind).select(""):
                    file.write(_encode(kind, record.key, record.version, record.object))
        waiting.chmod(0o600)
        waiting.replace(path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
    return path.open("ab")


def _encode(kind: Kind, key: Key, version: int, found: Object | None) -> bytes:
    return _encoder.encode(_Line(version, kind.group, kind.plural, key.namespace, key.name, found)) + b"\n"
