"""One control plane for all cluster tests; a namespace of its own for each."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.controlplane import AuditLog, Kubectl, deploy, operator_kubeconfig, running_control_plane
from tests.support.operator_cluster import ClusterDesk, OperatorProcess, opened_desk, running_operator
from tools.controlplane.plane import ControlPlane


@pytest.fixture(scope="session")
def control_plane() -> Iterator[ControlPlane]:
    with running_control_plane() as running:
        yield running


@pytest.fixture(scope="session")
def kubectl(control_plane: ControlPlane) -> Kubectl:
    """As an administrator."""
    return Kubectl(control_plane.kubectl, control_plane.kubeconfig)


@pytest.fixture(scope="session")
def deployed(kubectl: Kubectl) -> None:
    """With the CRDs and the operator's rights in place."""
    deploy(kubectl)


@pytest.fixture(scope="session")
def operator_access(control_plane: ControlPlane, deployed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - it must have run
    """A kubeconfig with the operator's rights and no others."""
    return operator_kubeconfig(control_plane, tmp_path_factory.mktemp("operator") / "kubeconfig")


@pytest.fixture
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new namespace, named after the test."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower())[:50]
    name = f"{words.strip('-')}-{os.urandom(3).hex()}"
    kubectl("create", "namespace", name)
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def audit_log(control_plane: ControlPlane) -> AuditLog:
    """The writes since this test began."""
    return AuditLog(control_plane)


@pytest.fixture(scope="session")
def operator(operator_access: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OperatorProcess]:
    """The one operator of the cluster, with the rights of its ClusterRole; tests may kill it and start it again."""
    log = tmp_path_factory.mktemp("operator-log") / "operator.log"
    with running_operator(OperatorProcess(kubeconfig=operator_access, log=log)) as running:
        yield running


@pytest.fixture
async def desk(
    operator: OperatorProcess,  # noqa: ARG001 - it must run
    kubectl: Kubectl,
    control_plane: ControlPlane,
    audit_log: AuditLog,
    namespace: str,
) -> AsyncIterator[ClusterDesk]:
    """A namespace with the operator at work."""
    async with opened_desk(kubectl, control_plane, audit_log, namespace) as opened:
        yield opened
