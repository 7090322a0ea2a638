"""Building the programs from their Go modules, only those that are missing.

Surprise: without the version linked in, the API server calls itself v0.0.0 and clients take it for ancient.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tools.controlplane.programs import (
    KUBERNETES,
    MODULES,
    PROGRAMS,
    ControlPlaneError,
    Program,
    cache_folder,
    missing,
    place_of,
)

STAGES = "kwok-stages.yaml"


def build(names: Sequence[str]) -> None:
    """Build what is missing of `names`; a build that runs already is waited for.

    Raises:
        ControlPlaneError: there is no Go, or it fails.
    """
    with _alone():
        wanted = [PROGRAMS[name] for name in missing(tuple(names))]
        for module, programs in groupby(sorted(wanted, key=_module), key=_module):
            _build_module(module, list(programs))


def lock() -> None:
    """Write `modules/*/go.mod` and `go.sum` anew for the releases that `programs` names."""
    for module in sorted({program.module for program in PROGRAMS.values()}):
        _lock_module(module)


def _module(program: Program) -> str:
    return program.module


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    folder = cache_folder() / "controlplane"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _build_module(module: str, programs: list[Program]) -> None:
    """One call of Go for all programs of a module, which share most of their packages."""
    target = place_of(programs[0]).parent
    target.mkdir(parents=True, exist_ok=True)
    print("building", *[program.name for program in programs], f"in {target}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(dir=target) as made:
        packages = [program.package for program in programs]
        _go(module, "build", "-mod=readonly", "-ldflags", _link_flags(module), "-o", made + os.sep, *packages)
        if module == "kwok":
            _write_stages(target)
        for program in programs:
            (Path(made) / _name_by_go(program)).rename(place_of(program))


def _name_by_go(program: Program) -> str:
    """Go names an executable after the last part of its package that is no version."""
    parts = program.package.split("/")
    return parts[-2] if re.fullmatch(r"v\d+", parts[-1]) else parts[-1]


def _link_flags(module: str) -> str:
    if module != "kubernetes":
        return "-s -w"
    major, minor, _ = KUBERNETES.split(".")
    said = {"gitVersion": f"v{KUBERNETES}", "gitMajor": major, "gitMinor": minor}
    return " ".join(["-s -w", *(f"-X k8s.io/component-base/version.{name}={value}" for name, value in said.items())])


def _write_stages(target: Path) -> None:
    """Without stages kwok does nothing; these are its own fast ones."""
    module = json.loads(_go("kwok", "list", "-mod=readonly", "-m", "-json", "sigs.k8s.io/kwok"))
    stages = Path(module["Dir"]) / "kustomize" / "stage"
    files = [
        path
        for pattern in ("node/fast/node-*.yaml", "node/heartbeat-with-lease/node-*.yaml", "pod/fast/pod-*.yaml")
        for path in sorted(stages.glob(pattern))
    ]
    (target / STAGES).write_text(
        "".join(f"---\n{path.read_text(encoding='utf-8')}" for path in files), encoding="utf-8"
    )


def _lock_module(module: str) -> None:
    folder = MODULES / module
    for name in ("go.mod", "go.sum"):
        (folder / name).unlink(missing_ok=True)
    _go(module, "mod", "init", f"headwater.invalid/controlplane/{module}")
    if module == "kubernetes":
        _replace_staging()
    else:
        root = {"etcd": "go.etcd.io/etcd/server/v3", "kwok": "sigs.k8s.io/kwok"}[module]
        release = next(program.release for program in PROGRAMS.values() if program.module == module)
        _go(module, "mod", "edit", f"-require={root}@v{release}")
    _go(module, "mod", "tidy")


def _replace_staging() -> None:
    """k8s.io/kubernetes names its own parts by folder; each has a published twin, v1.36.3's being v0.36.3."""
    _go("kubernetes", "mod", "edit", f"-require=k8s.io/kubernetes@v{KUBERNETES}")
    found = json.loads(_go("kubernetes", "mod", "download", "-json", f"k8s.io/kubernetes@v{KUBERNETES}"))
    parts = re.findall(r"(k8s\.io/[a-z0-9-]+) => \./staging", Path(found["GoMod"]).read_text(encoding="utf-8"))
    twin = "v0." + KUBERNETES.split(".", 1)[1]
    _go("kubernetes", "mod", "edit", *(f"-replace={part}={part}@{twin}" for part in sorted(set(parts))))


def _go(module: str, *arguments: str) -> str:
    program = shutil.which("go")
    if program is None:
        raise ControlPlaneError("there is no go on the PATH: install Go 1.26 or newer")
    environ = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}
    done = subprocess.run(
        [program, *arguments], cwd=MODULES / module, env=environ, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise ControlPlaneError(f"go {arguments[0]} failed in {MODULES / module}: its own words are above")
    return done.stdout
