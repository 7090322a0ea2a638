"""The folder that quickstart keeps everything in: made whole, or not at all.

Surprise: its release stands in it. Quickstart does not migrate what it made; data worth keeping is a server's own.
"""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater import __version__
from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden


class UnfitFolderError(StartupError):
    """Not a folder that this release of quickstart can go on in."""

    code = "unfit_folder"


@dataclass(slots=True)
class Folder:
    """Where things stand; `keep` says that it is worth keeping."""

    path: Path
    kept: bool

    @property
    def release(self) -> Path:
        return self.path / "release"

    @property
    def server(self) -> Path:
        return self.path / "server"

    @property
    def cluster(self) -> Path:
        return self.path / "cluster"

    @property
    def kubeconfig(self) -> Path:
        return self.path / "kubeconfig"

    @property
    def owner_token(self) -> Path:
        return self.path / "owner.token"

    @property
    def store_token(self) -> Path:
        return self.path / "store.token"

    @property
    def cli_settings(self) -> Path:
        return self.path / "cli.toml"

    def keep(self) -> None:
        self.kept = True


@contextmanager
def opened_folder(path: Path) -> Iterator[Folder]:
    """The folder, made if it was not there; if it is not worth keeping in the end, it is gone again.

    Raises:
        UnfitFolderError: it holds something else, or what another release made, or cannot be written.
    """
    folder = Folder(path.absolute(), kept=_is_ours(path))
    absent = [each for each in (folder.path, *folder.path.parents) if not each.exists()]
    try:
        if not folder.kept:
            _begin(folder)
        yield folder
    finally:
        if not folder.kept:
            _remove(folder.path, absent)


def _begin(folder: Folder) -> None:
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnfitFolderError(f"cannot make {folder.path}: {_reason(error)}", hint="name another by --dir") from error
    write_privately(folder.path / ".gitignore", "*\n")  # it holds tokens, and may stand in a checkout
    write_privately(folder.release, f"{__version__}\n")


def write_privately(path: Path, text: str) -> None:
    """Whole or not at all, and for its owner alone. Raises: UnfitFolderError."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        waiting.touch(mode=0o600)
        waiting.write_text(text, encoding="utf-8")
        waiting.replace(path)
    except OSError as error:
        waiting.unlink(missing_ok=True)
        raise UnfitFolderError(f"cannot write {path}: {_reason(error)}", hint=_remedy(error)) from error


def _remedy(error: OSError) -> str:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return "free some space, or name another folder by --dir" if full else "name another folder by --dir"


def _reason(error: OSError) -> str:
    return (error.strerror or "").lower()


def find_token(path: Path) -> Hidden[str] | None:
    return Hidden(path.read_text(encoding="utf-8").strip()) if path.exists() else None


def _is_ours(path: Path) -> bool:
    """Whether quickstart was here; an absent or empty folder is free to take."""
    try:
        if not path.exists() or not any(path.iterdir()):
            return False
        made_by = (path / "release").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise UnfitFolderError(f"{path} holds something else", hint="name another folder by --dir") from None
    if made_by != __version__:
        raise UnfitFolderError(
            f"{path} was made by headwater {made_by[:20]}, and this is {__version__}",
            hint="remove it, or name another by --dir",
        )
    return True


def _remove(path: Path, absent: Sequence[Path]) -> None:
    """All that is in it, and the folders that were not there before."""
    if path.is_dir():
        for child in path.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    for made in absent:
        if made.is_dir():
            made.rmdir()
