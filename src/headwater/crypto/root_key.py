"""The root key's file: one line of base64, mode 0400, written once and never overwritten.

A file that others than its owner may read is refused, as is one that the owner may run.
"""

import base64
import binascii
import os
import stat
from pathlib import Path

from headwater.crypto.envelope import KEY_BYTES, Key, Random, new_key
from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden

_WIDEST = 0o600
_LONGEST_FILE = 1024


class RootKeyError(StartupError):
    code = "root_key"


def create_root_key(file: Path, *, random: Random = os.urandom) -> Key:
    """Make a root key and write it, durably, to a file that must not exist yet.

    Raises:
        RootKeyError: the file exists or cannot be written.
    """
    key = new_key(random=random)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o400)
    except FileExistsError as error:
        raise RootKeyError(f"the root key file {file} exists", hint="it is written once; keep it") from error
    except OSError as error:
        raise RootKeyError(f"cannot write the root key file {file}: {error.strerror}") from error
    try:
        _write(descriptor, key)
    except OSError as error:
        file.unlink()  # half a key would stand in the way of the next attempt
        raise RootKeyError(f"cannot write the root key file {file}: {error.strerror}") from error
    _sync_folder(file.parent)
    return key


def read_root_key(file: Path) -> Key:
    """The root key in `file`.

    Raises:
        RootKeyError: no file, a mode wider than 0600, or no key in it.
    """
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            text = opened.read(_LONGEST_FILE)
    except FileNotFoundError as error:
        raise RootKeyError(f"there is no root key file {file}", hint="run headwater server init first") from error
    except OSError as error:
        raise RootKeyError(f"cannot read the root key file {file}: {error.strerror}") from error
    if mode & ~_WIDEST:
        raise RootKeyError(
            f"the root key file {file} has mode {mode:04o}, wider than 0600", hint=f"run chmod 0400 {file}"
        )
    return Key(Hidden(_decoded(text, file)))


def _write(descriptor: int, key: Key) -> None:
    with os.fdopen(descriptor, "wb") as opened:
        os.fchmod(descriptor, 0o400)
        opened.write(base64.b64encode(key.material.reveal()) + b"\n")
        opened.flush()
        os.fsync(descriptor)


def _decoded(text: bytes, file: Path) -> bytes:
    try:
        material = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise RootKeyError(f"the root key file {file} is not base64") from error
    if len(material) != KEY_BYTES:
        raise RootKeyError(f"the root key file {file} holds {len(material)} bytes, not {KEY_BYTES}")
    return material


def _sync_folder(folder: Path) -> None:
    """A new file is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
