"""What `kubectl get --watch` prints on devcluster is what it prints on a real API server."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import pytest

from tests.support.controlplane import Kubectl
from tools.controlplane.plane import ControlPlane

pytestmark = pytest.mark.needs("controlplane")

_WITHIN = 20.0


@contextmanager
def watching(plane: ControlPlane, *arguments: str) -> Iterator["Queue[str]"]:
    """Lines of `kubectl get … --watch` as they come."""
    command = [str(plane.kubectl), "--kubeconfig", str(plane.kubeconfig), "get", *arguments, "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    lines: Queue[str] = Queue()

    def follow() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(" ".join(line.split()))

    reading = threading.Thread(target=follow, daemon=True)
    reading.start()
    try:
        yield lines
    finally:
        process.terminate()
        process.wait(10)
        reading.join(10)
        assert process.stdout is not None
        process.stdout.close()


def seen(plane: ControlPlane) -> list[str]:
    """The lines of three watches of one namespace while things happen in it, each after the one before was told."""
    kubectl = Kubectl(plane.kubectl, plane.kubeconfig)
    kubectl("create", "namespace", "t-watch")
    in_it = ("--namespace", "t-watch")
    kubectl("create", "configmap", "a", "--from-literal=x=1", *in_it)
    told = []
    events = ("configmap", "--output-watch-events", "--field-selector=metadata.name=a", *in_it, "--no-headers")
    labelled = ("configmap", "-l", "on=yes", *in_it, "-o", "jsonpath={.metadata.name} {.data.x}\n")
    with watching(plane, *events) as everything, watching(plane, *labelled) as chosen:
        told.append(everything.get(timeout=_WITHIN))
        for command, queue in (
            (("label", "configmap", "a", "on=yes"), chosen),
            (("patch", "configmap", "a", "-p", '{"data":{"x":"2"}}'), chosen),
            (("label", "configmap", "a", "on=no", "--overwrite"), everything),
            (("delete", "configmap", "a"), everything),
        ):
            kubectl(*command, *in_it)
            told.append(queue.get(timeout=_WITHIN))
        told += [everything.get(timeout=_WITHIN) for _ in range(2)]
        assert everything.empty()
    return [" ".join(word for word in line.split() if not word[:-1].isdecimal()) for line in told]


def test_kubectl_sees_the_same_changes_on_both(real_plane: ControlPlane, control_plane: ControlPlane) -> None:
    assert seen(control_plane) == seen(real_plane)
