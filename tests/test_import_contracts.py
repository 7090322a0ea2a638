"""Each import contract bites: a tree that breaks it, and nothing else, is refused by that contract alone."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACTS = ROOT / ".importlinter"
PACKAGES = [
    *("cli", "server", "operator", "devcluster", "usecases", "storage", "client", "kube"),
    *("crypto", "wire", "gotemplate", "formats", "resources", "process", "domain", "operator/thing"),
]

# contract → where an offending import stands, and the line
BREAKS = {
    "layers": ("domain/sneaky.py", "import headwater.storage"),
    "no-rings": ("kube/a.py", "import headwater.kube.sub.b"),
    "pure": ("formats/clocked.py", "import time"),
    "database-door": ("usecases/shortcut.py", "import sqlalchemy"),
    "web-door": ("usecases/shortcut.py", "import starlette"),
    "http-client-door": ("usecases/shortcut.py", "import aiohttp"),
    "cryptography-door": ("usecases/shortcut.py", "import cryptography"),
    "cluster-carries-no-database": ("operator/shortcut.py", "import headwater.usecases"),
}
# what a break needs beside it
COMPANIONS = {
    "no-rings": {"kube/sub/__init__.py": "", "kube/sub/b.py": "import headwater.kube.a"},
}


def test_the_contracts_hold_in_this_repository() -> None:
    checked = _lint(ROOT, ROOT / "src")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_a_contract_bites(contract: str, tmp_path: Path) -> None:
    _skeleton(tmp_path)
    where, line = BREAKS[contract]
    for path, text in {where: line, **COMPANIONS.get(contract, {})}.items():
        target = tmp_path / "headwater" / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text + "\n")
    checked = _lint(tmp_path, tmp_path)
    assert checked.returncode == 1, checked.stdout
    assert _broken(checked.stdout) == [_names()[contract]]


@pytest.mark.parametrize("path", ["domain/later.py", "operator/thing/plan.py"])
def test_purity_holds_at_any_distance(path: str, tmp_path: Path) -> None:
    _skeleton(tmp_path)
    package = tmp_path / "headwater"
    (package / path).write_text("import headwater.domain.near\n")
    (package / "domain/near.py").write_text("import headwater.domain.far\n")
    (package / "domain/far.py").write_text("import socket\n")
    assert _names()["pure"] in _broken(_lint(tmp_path, tmp_path).stdout)


def test_every_contract_is_broken_once() -> None:
    assert set(BREAKS) == set(_names())


def _skeleton(root: Path) -> None:
    for package in ("", *PACKAGES):
        folder = root / "headwater" / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    (root / "headwater/operator/thing/plan.py").touch()
    shutil.copy(CONTRACTS, root)


def _lint(root: Path, source: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200"}
    return subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)


def _names() -> dict[str, str]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS)
    head = "importlinter:contract:"
    return {name.removeprefix(head): parser[name]["name"] for name in parser.sections() if name.startswith(head)}


def _broken(output: str) -> list[str]:
    return [line.removesuffix(" BROKEN").strip() for line in output.splitlines() if line.rstrip().endswith("BROKEN")]
