"""Quickstart on a cluster that somebody brought: what it refuses, and that it leaves that cluster as it found it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from headwater.cli.quickstart.objects import APPLIED, CRDS, SECRETS
from headwater.cli.quickstart.programs import started
from headwater.cli.quickstart.waiting import until
from headwater.cli.quickstart.workloads import DEPLOYMENTS, Workload
from headwater.devcluster import program as devcluster
from headwater.devcluster.settings import DevclusterSettings
from headwater.kube.client import KubeClient
from headwater.kube.kubeconfig import load_access
from headwater.kube.resource import ObjectKey
from tests.support.quickstart import HEADWATER, machine


@pytest.fixture
async def kubeconfig(tmp_path: Path) -> AsyncIterator[Path]:
    file = tmp_path / "kubeconfig"
    async with started("cluster", devcluster.run, DevclusterSettings(write_kubeconfig=file)):
        yield file


@pytest.fixture
async def kube(kubeconfig: Path) -> AsyncIterator[KubeClient]:
    async with KubeClient(load_access(kubeconfig, {})) as client:
        yield client


async def _check(kubeconfig: Path, folder: Path) -> tuple[int, str]:
    """Exit code and what it says, of `quickstart --check`."""
    command = [str(HEADWATER), "quickstart", "--check", "--kubeconfig", str(kubeconfig)]
    process = await asyncio.create_subprocess_exec(
        *command, env=machine(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    stdout, stderr = await asyncio.wait_for(process.communicate(), 100)
    assert process.returncode is not None
    return process.returncode, stdout.decode() + stderr.decode()


def _deployment(name: str, labels: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    pod = {"containers": [{"name": "main", "image": "example.invalid/main"}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": labels or {}},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
        },
    }


async def _left(kube: KubeClient) -> list[str]:
    """What of quickstart's kinds is in the cluster; the kinds themselves come first."""
    crds = await kube.list(CRDS)
    served = APPLIED if crds.items else [each for each in APPLIED if "external-secrets" not in each.group]
    found = [f"{each.kind} {item.metadata.name}" for each in served for item in (await kube.list(each)).items]
    return [*(crd.metadata.name for crd in crds.items), *found]


async def test_the_check_leaves_the_cluster_as_it_was(kubeconfig: Path, kube: KubeClient, tmp_path: Path) -> None:
    before = await _left(kube)
    code, said = await _check(kubeconfig, tmp_path)
    assert (code, "15 objects are taken out of the cluster again" in said) == (0, True), said
    assert await _left(kube) == before


async def test_what_others_made_is_never_taken_over(kubeconfig: Path, kube: KubeClient, tmp_path: Path) -> None:
    await kube.create(DEPLOYMENTS, "default", _deployment("code-talk"))
    before = await _left(kube)
    code, said = await _check(kubeconfig, tmp_path)
    assert code == 1
    assert "the cluster has a Deployment default/code-talk already, which this quickstart did not make" in said
    assert await _left(kube) == before


async def test_kinds_that_are_there_stay(kubeconfig: Path, kube: KubeClient, tmp_path: Path) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "external-secrets"}}
    await kube.create(APPLIED[0], "", namespace)
    code, said = await _check(kubeconfig, tmp_path)
    assert (code, "14 objects are taken out" in said) == (0, True), said
    assert "Namespace external-secrets" in await _left(kube)


OPERATORS = {
    "External Secrets Operator": {"app.kubernetes.io/name": "external-secrets"},
    "an operator of Headwater": {"app.kubernetes.io/name": "headwater", "app.kubernetes.io/component": "operator"},
}


@pytest.mark.parametrize("name", OPERATORS)
async def test_it_does_not_work_beside_another_operator(
    kubeconfig: Path, kube: KubeClient, tmp_path: Path, name: str
) -> None:
    await kube.create(DEPLOYMENTS, "default", _deployment("other", OPERATORS[name]))
    await until(kube, DEPLOYMENTS, ObjectKey("default", "other"), _is_available)
    code, said = await _check(kubeconfig, tmp_path)
    assert code == 1
    assert f"{name} runs in this cluster already (default/other)" in said
    assert await kube.find(SECRETS, ObjectKey("external-secrets", "doppler-token-auth")) is None


def _is_available(found: Workload | None) -> bool:
    return found is not None and found.status.available_replicas > 0
