"""Starting and stopping a control plane on loopback: etcd, the API server with RBAC, the controller manager.

Surprise: etcd stops last, because an API server without its etcd hangs. Every write that is answered is in `audit.log`
with its user agent.
"""

import base64
import contextlib
import http.client
import json
import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.controlplane.build import STAGES
from tools.controlplane.flags import api_server_flags, controller_flags, etcd_flags
from tools.controlplane.pki import make_keys
from tools.controlplane.processes import Noted, Processes
from tools.controlplane.programs import BUILD_COMMAND, PROGRAMS, USUAL, ControlPlaneError, missing, place_of

_WITH_PODS = ("kube-scheduler", "kwok")
_READY_WITHIN = 60.0
_STEP = 0.05

_NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {
        "name": "fake-0",
        "annotations": {"kwok.x-k8s.io/node": "fake"},
        "labels": {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": "fake-0"},
    },
    "status": {name: {"cpu": "32", "memory": "256Gi", "pods": "500"} for name in ("allocatable", "capacity")},
}


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """A control plane whose state is in `folder`."""

    folder: Path

    @property
    def kubeconfig(self) -> Path:
        """Of an administrator."""
        return self.folder / "kubeconfig"

    @property
    def kubectl(self) -> Path:
        return place_of(PROGRAMS["kubectl"])

    @property
    def authority(self) -> Path:
        return self.folder / "pki" / "ca.crt"

    @property
    def audit_log(self) -> Path:
        """One JSON object a line per write that was answered. Source: audit.k8s.io/v1 Event."""
        return self.folder / "audit.log"

    @property
    def server(self) -> str:
        return (self.folder / "server").read_text(encoding="ascii").strip()


def start(folder: Path, *, port: int = 0, pods: bool = False, tied: bool = False) -> ControlPlane:
    """Start a control plane and wait until it is ready; port 0 is any free one.

    With `pods`, also what makes Deployments' pods run that are not there. One that is `tied` ends with this process.

    Raises:
        ControlPlaneError: a program is not built, one runs in `folder` already, or it does not come up.
    """
    _check(folder, pods=pods)
    plane = ControlPlane(folder.resolve())
    plane.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_keys(plane.folder / "pki")
    runner = _Runner(plane, tied=tied)
    try:
        runner.start(port or free_port(), pods=pods)
    except BaseException:
        stop(plane.folder)
        raise
    return plane


def stop(folder: Path) -> None:
    """End exactly what was started in `folder`; its state stays."""
    processes = Processes(folder.resolve())
    processes.stop([name for name in PROGRAMS if name != "etcd"])
    processes.stop(["etcd"])
    processes.forget()


def status(folder: Path) -> list[Noted]:
    return Processes(folder.resolve()).noted()


def free_port() -> int:
    """A port that nothing listens on, below those that the kernel gives to outgoing connections meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def write_kubeconfig(plane: ControlPlane, path: Path, user: dict[str, str]) -> None:
    """A kubeconfig for `plane` whose one user is `user`, in kubeconfig's own field names."""
    authority = base64.b64encode(plane.authority.read_bytes()).decode("ascii")
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": plane.server, "certificate-authority-data": authority}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")


def service_account_kubeconfig(plane: ControlPlane, path: Path, namespace: str, name: str) -> None:
    """A kubeconfig of a ServiceAccount that exists, with a token that lasts an hour."""
    issued = _kubectl(plane, "create", "token", name, "--namespace", namespace, "--duration", "1h")
    write_kubeconfig(plane, path, {"token": issued.strip()})


class _Runner:
    """Starts the programs of one control plane, one after another."""

    def __init__(self, plane: ControlPlane, *, tied: bool) -> None:
        self._plane = plane
        self._tied = tied
        self._processes = Processes(plane.folder)

    def start(self, port: int, *, pods: bool) -> None:
        (self._plane.folder / "server").write_text(f"https://127.0.0.1:{port}", encoding="ascii")
        self._write_admin()
        etcd = f"http://127.0.0.1:{free_port()}"
        self._run("etcd", etcd_flags(self._plane.folder, etcd, f"http://127.0.0.1:{free_port()}"))
        api_server = self._run("kube-apiserver", api_server_flags(self._plane.folder, etcd, port))
        self._await_ready(api_server)
        self._run("kube-controller-manager", controller_flags(self._plane.folder))
        if pods:
            self._start_pods()

    def _run(self, name: str, flags: Sequence[str]) -> Noted:
        return self._processes.start(name, [str(place_of(PROGRAMS[name])), *flags], tied=self._tied)

    def _write_admin(self) -> None:
        pair = {"client-certificate-data": "admin.crt", "client-key-data": "admin.key"}
        pki = self._plane.folder / "pki"
        user = {field: base64.b64encode((pki / name).read_bytes()).decode("ascii") for field, name in pair.items()}
        write_kubeconfig(self._plane, self._plane.kubeconfig, user)

    def _await_ready(self, api_server: Noted) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        while not _is_ready(self._plane):
            if not api_server.is_up() or time.monotonic() > deadline:
                log = self._processes.log_of("kube-apiserver")
                raise ControlPlaneError(f"the API server did not become ready: see {log}")
            time.sleep(_STEP)

    def _start_pods(self) -> None:
        kubeconfig = str(self._plane.kubeconfig)
        self._run("kube-scheduler", ["--kubeconfig", kubeconfig, "--leader-elect=false", "--secure-port", "0"])
        _kubectl(self._plane, "apply", "-f", "-", text=json.dumps(_NODE))
        # admission taints a new node, and only the controller of real nodes would take that away
        _kubectl(self._plane, "taint", "nodes", "fake-0", "node.kubernetes.io/not-ready-")
        stages = place_of(PROGRAMS["kwok"]).parent / STAGES
        flags = [
            "--kubeconfig",
            kubeconfig,
            "--manage-all-nodes=true",
            "--node-ip",
            "10.0.0.1",
            "--cidr",
            "10.0.0.1/24",
        ]
        self._run("kwok", [*flags, "--config", str(stages)])


def _check(folder: Path, *, pods: bool) -> None:
    absent = missing(USUAL + _WITH_PODS if pods else USUAL)
    if absent:
        names = f" {' '.join(absent)}" if pods else ""
        raise ControlPlaneError(f"not built yet: {', '.join(absent)}; run {BUILD_COMMAND}{names}")
    if any(noted.is_up() for noted in status(folder)):
        raise ControlPlaneError(f"a control plane runs in {folder} already; stop it first")


def _is_ready(plane: ControlPlane) -> bool:
    context = ssl.create_default_context(cafile=str(plane.authority))
    pki = plane.folder / "pki"
    context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
    connection = http.client.HTTPSConnection(plane.server.removeprefix("https://"), context=context, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False


def _kubectl(plane: ControlPlane, *arguments: str, text: str = "") -> str:
    command = [str(plane.kubectl), "--kubeconfig", str(plane.kubeconfig), *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ControlPlaneError(f"kubectl {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout
