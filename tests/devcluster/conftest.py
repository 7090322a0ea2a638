"""A devcluster in a process of its own, and a real control plane to hold it against."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.controlplane import Kubectl, running_control_plane
from tools.controlplane.plane import ControlPlane
from tools.controlplane.programs import PROGRAMS, place_of

HEADWATER = Path(sys.executable).parent / "headwater"


@contextmanager
def running_devcluster(folder: Path, *arguments: str) -> Iterator[Path]:
    """The kubeconfig of a devcluster that runs while the context lasts."""
    kubeconfig = folder / "devcluster.kubeconfig"
    command = [str(HEADWATER), "devcluster", "--write-kubeconfig", str(kubeconfig), *arguments]
    with (folder / "devcluster.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("http://"), (folder / "devcluster.log").read_text("utf-8")
        yield kubeconfig
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def devcluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kubeconfig of one devcluster for all tests that need one."""
    with running_devcluster(tmp_path_factory.mktemp("devcluster")) as kubeconfig:
        yield kubeconfig


@pytest.fixture(scope="session")
def real_plane() -> Iterator[ControlPlane]:
    with running_control_plane() as running:
        yield running


@pytest.fixture(scope="session")
def kubectl(devcluster: Path) -> Kubectl:
    """kubectl on the devcluster."""
    return Kubectl(place_of(PROGRAMS["kubectl"]), devcluster)


@pytest.fixture(scope="session")
def crds() -> str:
    """What `headwater crds` prints."""
    return subprocess.run([str(HEADWATER), "crds"], capture_output=True, text=True, check=True).stdout
