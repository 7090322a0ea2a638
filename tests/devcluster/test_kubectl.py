"""kubectl finds no difference between devcluster and a real API server: its output and its exit codes are the same."""

import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.devcluster.kubectl_kinds import GADGETS
from tests.devcluster.kubectl_line import Line
from tests.devcluster.kubectl_table import DIFFERENCES, SCENES, WIDGETS
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
    (r"kubectl-edit-\d+\.yaml", "kubectl-edit.yaml"),
    (r"(?m)^[A-Z]\d{4} [\d:.]+ +\d+ ", "LOG "),
    (r"(?m)^Waiting for .*\n", ""),  # how far a rollout had come when it was asked about
    (r" +", " "),
    (r"-{2,}", "--"),
)


_QUESTIONS: Final = ("get ", "describe ", "rollout status ", "rollout history ", "events")
_CONTROLLERS_TAKE: Final = 10.0
_ENVIRON: Final = {**os.environ, "KUBE_EDITOR": "sed -i s/before/after/"}
_FILES: Final = {
    "app.env": b"A=1\nB=two words\n# note\n",
    "app.properties": b"color=blue\nsize=1\n",
    "bin.dat": b"\xff\xfe\x00\x01",
}
"""What command lines name, besides a certificate and its key; `edit` writes `after` for `before`."""


class Sides:
    """The two servers, each by a kubectl with a discovery cache of its own."""

    def __init__(self, real: Path, devcluster: Path, folder: Path) -> None:
        self._kubeconfigs = {"real": real, "devcluster": devcluster}
        self._folder = folder
        self._files = folder / "files"
        write_files(self._files)

    def run(self, namespace: str, line: Line) -> Mapping[str, str]:
        """Both answers; a question is asked again for as long as controllers may still be at work on one side."""
        answers = self._run_on_both(namespace, line)
        deadline = time.monotonic() + _CONTROLLERS_TAKE
        while (
            answers["real"] != answers["devcluster"]
            and line.command.startswith(_QUESTIONS)
            and time.monotonic() < deadline
        ):
            answers = self._run_on_both(namespace, line)
        return answers

    def _run_on_both(self, namespace: str, line: Line) -> Mapping[str, str]:
        return {side: self._run(side, namespace, line) for side in self._kubeconfigs}

    def _run(self, side: str, namespace: str, line: Line) -> str:
        given = shlex.split(line.command.replace('"', '\\"').replace("{", "\\{"))
        scope = [] if any(word.startswith("--namespace") for word in given) else ["--namespace", namespace]
        options = ["--kubeconfig", str(self._kubeconfigs[side]), "--cache-dir", str(self._folder / side), *scope]
        # an option after `--` would be an argument of somebody else's
        own, dashes, rest = _parted(given)
        command = [str(place_of(PROGRAMS["kubectl"])), *own, *options, *dashes, *rest]
        done = subprocess.run(
            command,
            input=line.stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd=self._files,
            env=_ENVIRON,
        )
        return normal(f"{done.stdout}\n{done.stderr}\nexit {done.returncode}")


def _parted(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    if "--" not in words:
        return words, [], []
    at = words.index("--")
    return words[:at], ["--"], words[at + 1 :]


def normal(text: str) -> str:
    """Without what differs from run to run."""
    for pattern, name in _NORMAL:
        text = re.sub(pattern, name, text)
    return "\n".join(_in_order([line.strip() for line in text.splitlines() if line.strip()]))


def _in_order(lines: list[str]) -> list[str]:
    """Causes are told in the order of a Go map, which is none."""
    causes = iter(sorted(line for line in lines if line.startswith("* ")))
    return [next(causes) if line.startswith("* ") else line for line in lines]


def write_files(folder: Path) -> None:
    folder.mkdir()
    for name, content in _FILES.items():
        (folder / name).write_bytes(content)
    key = ec.generate_private_key(ec.SECP256R1())  # throw-away, for tests
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "tls.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "tls.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.fixture(scope="module")
def sides(
    real_plane: ControlPlane, quiet_devcluster: ControlPlane, crds: str, tmp_path_factory: pytest.TempPathFactory
) -> Sides:
    """Both with the same kinds, and a namespace for each scene."""
    folder = tmp_path_factory.mktemp("discovery")
    for kubeconfig in (real_plane.kubeconfig, quiet_devcluster.kubeconfig):
        kubectl = Kubectl(place_of(PROGRAMS["kubectl"]), kubeconfig)
        kubectl("apply", "-f", "-", stdin=f"{crds}\n---\n{WIDGETS}\n---\n{GADGETS}")
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
    assert len(commands) >= 900
    assert len(DIFFERENCES) < 10
    assert set(DIFFERENCES) <= set(commands)
