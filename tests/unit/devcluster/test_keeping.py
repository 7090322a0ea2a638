"""A cluster that is kept: the same after a restart, also after a crash in the middle of a line."""

from pathlib import Path

import pytest

from headwater.devcluster.cluster import Cluster
from headwater.devcluster.keeping import Keeper
from headwater.domain.errors import StartupError
from tests.support.devcluster import DEFINITIONS, MAPS, WIDGETS, Devcluster, config_map, definition, widget


def opened(folder: Path) -> tuple[Devcluster, Keeper]:
    cluster = Cluster()
    keeper = Keeper(folder, cluster)
    return Devcluster(cluster).begin(), keeper


def test_everything_is_as_it_was(tmp_path: Path) -> None:
    dev, keeper = opened(tmp_path)
    dev.create(DEFINITIONS, definition("v1"))
    dev.create(WIDGETS, widget())
    dev.create(MAPS, config_map("gone"))
    dev.create(MAPS, config_map("c", a="1"))
    dev.delete(f"{MAPS}/gone")
    dev.patch(f"{MAPS}/c", {"data": {"a": "2"}})
    dev.settle()
    found, version = dev.get(f"{MAPS}/c"), dev.cluster.store.version
    keeper.close()
    again, keeper = opened(tmp_path)
    assert again.get(f"{MAPS}/c") == found
    assert again.cluster.store.version == version
    assert again.exists(f"{WIDGETS}/w")
    assert not again.exists(f"{MAPS}/gone")
    keeper.close()


def test_a_watch_of_an_earlier_run_must_start_anew(tmp_path: Path) -> None:
    dev, keeper = opened(tmp_path)
    since = dev.get(MAPS)["metadata"]["resourceVersion"]
    dev.create(MAPS, config_map("c"))
    keeper.close()
    again, keeper = opened(tmp_path)
    assert again.status("GET", MAPS, watch="true", resourceVersion=since) == (410, "Expired")
    keeper.close()


def test_a_line_that_was_cut_is_as_if_never_written(tmp_path: Path) -> None:
    dev, keeper = opened(tmp_path)
    dev.create(MAPS, config_map("c", a="1"))
    keeper.close()
    path = tmp_path / "cluster.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    again, keeper = opened(tmp_path)
    assert not again.exists(f"{MAPS}/c")
    assert again.exists("/api/v1/namespaces/default")
    keeper.close()


def test_one_folder_is_of_one_devcluster_at_a_time(tmp_path: Path) -> None:
    _, keeper = opened(tmp_path)
    with pytest.raises(StartupError, match="another devcluster runs on"):
        Keeper(tmp_path, Cluster())
    keeper.close()
    Keeper(tmp_path, Cluster()).close()


@pytest.mark.parametrize(
    ("text", "words"), [("{}\n", "is not of a devcluster"), ('{"format":9,"version":1}\n', "release")]
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "cluster.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(StartupError, match=words):
        Keeper(tmp_path, Cluster())


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    _, keeper = opened(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data" / "cluster.jsonl").stat().st_mode & 0o077 == 0
    keeper.close()


def test_the_file_stays_near_what_is_there(tmp_path: Path) -> None:
    cluster = Cluster()
    keeper = Keeper(tmp_path, cluster, spared=20_000)
    dev = Devcluster(cluster).begin()
    dev.create(MAPS, config_map("c", a="1"))
    for number in range(200):
        dev.patch(f"{MAPS}/c", {"data": {"a": f"{number:0500}"}})
    assert (tmp_path / "cluster.jsonl").stat().st_size < 50_000
    found = dev.get(f"{MAPS}/c")
    keeper.close()
    again, keeper = opened(tmp_path)
    assert again.get(f"{MAPS}/c") == found
    keeper.close()
