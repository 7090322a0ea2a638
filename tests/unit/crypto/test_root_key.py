import base64
import os
from pathlib import Path

import pytest

from headwater.crypto.root_key import RootKeyError, create_root_key, read_root_key


def test_a_root_key_is_written_once_with_mode_0400(tmp_path: Path) -> None:
    file = tmp_path / "root.key"
    created = create_root_key(file)
    assert file.stat().st_mode & 0o777 == 0o400
    assert read_root_key(file) == created
    with pytest.raises(RootKeyError, match="exists"):
        create_root_key(file)


def test_the_umask_does_not_matter(tmp_path: Path) -> None:
    before = os.umask(0o377)
    try:
        create_root_key(tmp_path / "root.key")
    finally:
        os.umask(before)
    assert (tmp_path / "root.key").stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_file_of_its_owner_alone_is_read(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "root.key"
    create_root_key(file)
    file.chmod(mode)
    read_root_key(file)


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o610, 0o700, 0o602])
def test_a_file_open_to_others_is_refused_with_one_line(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "root.key"
    create_root_key(file)
    file.chmod(mode)
    with pytest.raises(RootKeyError, match=f"mode {mode:04o}, wider than 0600") as refused:
        read_root_key(file)
    assert "\n" not in str(refused.value)


BAD_FILES = {
    "empty": b"",
    "not base64": b"???",
    "too short": base64.b64encode(b"short"),
    "too long": base64.b64encode(bytes(33)),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_without_a_key_is_refused(tmp_path: Path, case: str) -> None:
    file = tmp_path / "root.key"
    file.write_bytes(BAD_FILES[case])
    file.chmod(0o400)
    with pytest.raises(RootKeyError):
        read_root_key(file)


def test_no_file_and_no_folder_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(RootKeyError, match="there is no root key file"):
        read_root_key(tmp_path / "none")
    with pytest.raises(RootKeyError, match="cannot read"):
        read_root_key(tmp_path)
    with pytest.raises(RootKeyError, match="cannot write"):
        create_root_key(tmp_path / "none" / "root.key")


def test_a_disk_that_fails_leaves_no_half_written_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, os.strerror(28), str(descriptor))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RootKeyError, match="No space left"):
        create_root_key(tmp_path / "root.key")
    monkeypatch.undo()
    create_root_key(tmp_path / "root.key")
