"""Promise S14: neither the database's files nor its logs hold a value, in whatever form."""

from pathlib import Path

import pytest

from headwater.storage.storage import Storage
from tests.support.canary import secret
from tests.support.markers import files_under, find_markers, forms_of
from tests.support.postgresql import postgresql_server
from tests.support.storage_builders import (
    NOW,
    access,
    create_installation,
    create_root_config,
    open_secrets,
    set_secret,
    writing,
)

MARKERS = [secret(f'marker {n:04d} "é/+" {n * 7919 % 10007:05d}') for n in range(1000)]


def test_no_file_of_sqlite_holds_a_value(tmp_path: Path) -> None:
    storage = _opened(None, tmp_path)
    _write_and_read(storage)
    _search(files_under(tmp_path))
    storage.close()


@pytest.mark.needs("postgresql")
def test_no_file_of_postgresql_holds_a_value() -> None:
    """On a server of its own, whose folder holds nothing else."""
    with postgresql_server() as server:
        storage = _opened(server.create_database("markers"), None)
        _write_and_read(storage)
        storage.close()
        server.stop()
        _search(files_under(server.folder))


def _opened(url: str | None, folder: Path | None) -> Storage:
    storage = Storage.open(url, folder)
    storage.migrate()
    storage.start_log(NOW)
    return storage


def _search(files: list[Path]) -> None:
    assert any("wal" in str(file) and file.stat().st_size > 500_000 for file in files)
    assert find_markers(MARKERS, files) == []


def _write_and_read(storage: Storage) -> None:
    create_installation(storage)
    root = create_root_config(storage)
    for start in range(0, len(MARKERS), 100):
        with writing(storage) as repositories:
            for n, marker in enumerate(MARKERS[start : start + 100], start):
                set_secret(repositories, root, f"NAME_{n}", marker)
    with storage.read() as repositories:
        assert len(open_secrets(repositories, root)) == len(MARKERS)
    storage.append_access([access(root.id)])


@pytest.mark.parametrize("form", ["raw", "hex", "base64 at 0", "base64 at 1", "base64 at 2", "JSON", "URL"])
def test_the_search_finds_each_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "file").write_bytes(b"\0" * 20_000 + b"x" + forms_of(MARKERS[7])[form] + b"y")
    found = find_markers(MARKERS, files_under(tmp_path))
    assert len(found) == 1
    assert found[0].endswith("of marker 7")
