"""A real control plane for tests, kubectl against it, and what its audit log says was written by whom."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tools.controlplane.plane import ControlPlane, service_account_kubeconfig, start, stop
from tools.controlplane.programs import BUILD_COMMAND, USUAL, missing

DEPLOY = Path(__file__).parent.parent.parent / "deploy" / "kustomize"


@contextmanager
def running_control_plane() -> Iterator[ControlPlane]:
    """Start a control plane and stop it afterwards; skips, outside CI, where it is not built.

    Its processes end with this one, however it ends.
    """
    if missing(USUAL):
        if os.environ.get("CI"):
            pytest.fail(f"the control plane is not built: {BUILD_COMMAND}")
        pytest.skip(f"needs a kube-apiserver: {BUILD_COMMAND}")
    folder = Path(tempfile.mkdtemp(prefix="headwater-controlplane-"))
    try:
        yield start(folder, tied=True)
    finally:
        stop(folder)
        shutil.rmtree(folder)


class Kubectl:
    """Runs the real kubectl; as an administrator, if `kubeconfig` is the control plane's own."""

    def __init__(self, program: Path, kubeconfig: Path) -> None:
        self._command = [str(program), "--kubeconfig", str(kubeconfig)]

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self._command, *arguments], input=stdin, capture_output=True, text=True, check=False)

    def __call__(self, *arguments: str, stdin: str = "") -> str:
        """What it prints; a failure fails the test."""
        done = self.run(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "-o", "json"))

    def apply(self, *objects: Mapping[str, Any]) -> str:
        return self("apply", "-f", "-", stdin="\n---\n".join(json.dumps(each) for each in objects))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedWrite:
    """One write that the API server answered."""

    user_agent: str
    user: str
    verb: str
    resource: str
    subresource: str
    namespace: str
    name: str
    status: int


class AuditLog:
    """The writes since this object was made, or since `restart`.

    The API server notes a write about when it answers it: count only after something that happened later was seen.
    """

    def __init__(self, control_plane: ControlPlane) -> None:
        self._file = control_plane.audit_log
        self._offset = self._file.stat().st_size

    def restart(self) -> None:
        """Count from now on."""
        self._offset = self._file.stat().st_size

    def writes(self, user_agent: str = "", namespace: str = "") -> list[AuditedWrite]:
        """Those by user agents that begin so, in `namespace` if it is given, in order."""
        with self._file.open("rb") as file:
            file.seek(self._offset)
            whole = file.read().rpartition(b"\n")[0]
        found = [_parse(json.loads(line)) for line in whole.splitlines()]
        return [
            write for write in found if write.user_agent.startswith(user_agent) and namespace in {"", write.namespace}
        ]


def _parse(event: Mapping[str, Any]) -> AuditedWrite:
    about = event.get("objectRef", {})
    return AuditedWrite(
        user_agent=event.get("userAgent", ""),
        user=event["user"].get("username", ""),
        verb=event["verb"],
        resource=about.get("resource", ""),
        subresource=about.get("subresource", ""),
        namespace=about.get("namespace", ""),
        name=about.get("name", ""),
        status=event.get("responseStatus", {}).get("code", 0),
    )


def deploy(kubectl: Kubectl) -> None:
    """Apply `deploy/kustomize`: namespace, CRDs, ServiceAccount, ClusterRole, and a Deployment that nothing runs."""
    kubectl("apply", "-k", str(DEPLOY))
    kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")


def operator_kubeconfig(control_plane: ControlPlane, path: Path) -> Path:
    """A kubeconfig of the ServiceAccount that `deploy` made, with the rights of its ClusterRole and no others."""
    service_account_kubeconfig(control_plane, path, "headwater", "headwater-operator")
    return path
