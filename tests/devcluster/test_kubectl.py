"""kubectl finds no difference between devcluster and a real API server: its output and its exit codes are the same."""

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.devcluster.kubectl_table import DIFFERENCES, SCENES, WIDGETS, Line
from tests.support.controlplane import Kubectl
from tools.controlplane.plane import ControlPlane
from tools.controlplane.programs import PROGRAMS, place_of

pytestmark = pytest.mark.needs("controlplane")

_NORMAL = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"(?<![\w.])(?:\d+[smh])+(?=\s|$)", "AGE"),
    (r"(resourceVersion\W+)\d+", r"\1VERSION"),
    (r"https?://(?:127\.0\.0\.1|localhost):\d+", "SERVER"),
    (r"(replicaset\.apps/[a-z]+-)[a-z0-9]{8,10}", r"\1HASH"),
    (r"/\S*/(?:LIVE|MERGED)-\d+", "FOLDER"),
    (r" +", " "),
    (r"-{2,}", "--"),
)


class Sides:
    """The two servers, each by a kubectl with a discovery cache of its own."""

    def __init__(self, real: Path, devcluster: Path, folder: Path) -> None:
        self._kubeconfigs = {"real": real, "devcluster": devcluster}
        self._folder = folder

    def run(self, namespace: str, line: Line) -> Mapping[str, str]:
        return {side: self._run(side, namespace, line) for side in self._kubeconfigs}

    def _run(self, side: str, namespace: str, line: Line) -> str:
        given = shlex.split(line.command.replace('"', '\\"').replace("{", "\\{"))
        scope = [] if any(word.startswith("--namespace") for word in given) else ["--namespace", namespace]
        options = ["--kubeconfig", str(self._kubeconfigs[side]), "--cache-dir", str(self._folder / side), *scope]
        command = [str(place_of(PROGRAMS["kubectl"])), *given, *options]
        done = subprocess.run(command, input=line.stdin, capture_output=True, text=True, check=False, timeout=60)
        return normal(f"{done.stdout}\n{done.stderr}\nexit {done.returncode}")


def normal(text: str) -> str:
    """Without what differs from run to run."""
    for pattern, name in _NORMAL:
        text = re.sub(pattern, name, text)
    return "\n".join(_in_order([line.strip() for line in text.splitlines() if line.strip()]))


def _in_order(lines: list[str]) -> list[str]:
    """Causes are told in the order of a Go map, which is none."""
    causes = iter(sorted(line for line in lines if line.startswith("* ")))
    return [next(causes) if line.startswith("* ") else line for line in lines]


@pytest.fixture(scope="module")
def sides(
    real_plane: ControlPlane, quiet_devcluster: ControlPlane, crds: str, tmp_path_factory: pytest.TempPathFactory
) -> Sides:
    """Both with the same kinds, and a namespace for each scene."""
    folder = tmp_path_factory.mktemp("discovery")
    for kubeconfig in (real_plane.kubeconfig, quiet_devcluster.kubeconfig):
        kubectl = Kubectl(place_of(PROGRAMS["kubectl"]), kubeconfig)
        kubectl("apply", "-f", "-", stdin=f"{crds}\n---\n{WIDGETS}")
        kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")
        spaces = [f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n" for name in SCENES]
        kubectl("apply", "-f", "-", stdin="---\n".join(spaces))
        for name in SCENES:
            kubectl("wait", "--for=create", "serviceaccount/default", "--namespace", name, "--timeout=30s")
    return Sides(real_plane.kubeconfig, quiet_devcluster.kubeconfig, folder)


@pytest.mark.parametrize("scene", SCENES)
def test_kubectl_prints_the_same_on_both(sides: Sides, scene: str) -> None:
    unlike = {}
    for line in SCENES[scene]:
        answers = sides.run(scene, line)
        if (answers["real"] != answers["devcluster"]) is not (f"{scene}: {line.command}" in DIFFERENCES):
            unlike[f"{line.command}\n{line.stdin}"] = answers
    assert not unlike, "\n\n".join(
        f"### {line}\n--- real\n{answers['real']}\n--- devcluster\n{answers['devcluster']}"
        for line, answers in unlike.items()
    )


def test_the_table_is_large_and_its_differences_are_few() -> None:
    commands = [f"{scene}: {line.command}" for scene, lines in SCENES.items() for line in lines]
    assert len(commands) >= 120
    assert len(DIFFERENCES) < 10
    assert set(DIFFERENCES) <= set(commands)
