"""Which programs there are, of which releases, and where they are kept once built.

Releases are pinned with all they depend on, by hash, in `modules/`; `python -m tools.controlplane lock` writes those
files anew.
"""

import os
from dataclasses import dataclass
from pathlib import Path

KUBERNETES = "1.36.3"
ETCD = "3.7.3"
KWOK = "0.8.0"

MODULES = Path(__file__).parent / "modules"


class ControlPlaneError(Exception):
    """What a person can do something about; the message says what."""


@dataclass(frozen=True, slots=True)
class Program:
    """One executable, and the Go module (a folder of `modules/`) and package that it is built from."""

    name: str
    module: str
    package: str
    release: str


def _of_kubernetes(name: str) -> Program:
    return Program(name, "kubernetes", f"k8s.io/kubernetes/cmd/{name}", KUBERNETES)


PROGRAMS = {
    program.name: program
    for program in (
        Program("etcd", "etcd", "go.etcd.io/etcd/server/v3", ETCD),
        _of_kubernetes("kube-apiserver"),
        _of_kubernetes("kube-controller-manager"),
        _of_kubernetes("kubectl"),
        _of_kubernetes("kube-scheduler"),
        Program("kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok", KWOK),
    )
}

USUAL = ("kube-apiserver", "kube-controller-manager", "kubectl", "etcd")
"""What the tests need; kube-scheduler and kwok are for running pods that are not there."""

BUILD_COMMAND = "python -m tools.controlplane build"


def cache_folder() -> Path:
    """Kept between runs: `$HEADWATER_CACHE`, or `headwater` in the user's cache folder."""
    named = os.environ.get("HEADWATER_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "headwater"


def place_of(program: Program) -> Path:
    """Where the executable is once it is built; another release stands elsewhere."""
    return cache_folder() / "controlplane" / f"{program.module}-{program.release}" / program.name


def missing(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not place_of(PROGRAMS[name]).exists()]
