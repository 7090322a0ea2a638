"""`headwater operator` where there is no cluster: one line, exit 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEADWATER = Path(sys.executable).parent / "headwater"

LINES = {
    "a kubeconfig that does not exist": (
        ["--kubeconfig", "/no/such"],
        "headwater: cannot read the kubeconfig /no/such: no such file or directory (name another by --kubeconfig)\n",
    ),
    "nothing that names a cluster": (
        [],
        "headwater: no Kubernetes cluster is known (name a kubeconfig by --kubeconfig or KUBECONFIG)\n",
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_without_a_cluster_it_says_so_in_one_line(case: str, tmp_path: Path) -> None:
    arguments, line = LINES[case]
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        [HEADWATER, "operator", *arguments], env=environ, capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)
