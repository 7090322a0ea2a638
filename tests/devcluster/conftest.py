"""A devcluster in a process of its own, and a real control plane to hold it against.

The fixtures are named as those of `tests/cluster`, so that tests written for a real cluster run here as they are.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.controlplane import Kubectl, deploy, running_control_plane
from tools.controlplane.plane import ControlPlane

HEADWATER = Path(sys.executable).parent / "headwater"


@contextmanager
def running_devcluster(folder: Path, *arguments: str) -> Iterator[ControlPlane]:
    """A devcluster that runs while the context lasts; its kubeconfig and audit log stand where a control plane's do."""
    cluster = ControlPlane(folder)
    files = ["--write-kubeconfig", str(cluster.kubeconfig), "--audit-log", str(cluster.audit_log)]
    with (folder / "devcluster.log").open("a") as log:
        command = [str(HEADWATER), "devcluster", *files, *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("http://"), (folder / "devcluster.log").read_text("utf-8")
        yield cluster
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One devcluster for all tests that need one."""
    with running_devcluster(tmp_path_factory.mktemp("devcluster")) as running:
        yield running


@pytest.fixture(scope="module")
def quiet_devcluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One that nobody else works on: no operator of another test answers what is applied here."""
    with running_devcluster(tmp_path_factory.mktemp("quiet-devcluster")) as running:
        yield running


@pytest.fixture(scope="session")
def real_plane() -> Iterator[ControlPlane]:
    with running_control_plane() as running:
        yield running


@pytest.fixture(scope="session")
def kubectl(control_plane: ControlPlane) -> Kubectl:
    """kubectl on the devcluster."""
    return Kubectl(control_plane.kubectl, control_plane.kubeconfig)


@pytest.fixture(scope="session")
def operator_access(kubectl: Kubectl, control_plane: ControlPlane) -> Path:
    """With the CRDs in place; rights are not asked for here."""
    deploy(kubectl)
    return control_plane.kubeconfig


@pytest.fixture(scope="session")
def crds() -> str:
    """What `headwater crds` prints."""
    return subprocess.run([str(HEADWATER), "crds"], capture_output=True, text=True, check=True).stdout
