"""The kubeconfig of a devcluster: an address, and no credential, since none is asked for."""

import json
import os
from pathlib import Path

from headwater.domain.errors import StartupError
from headwater.process.program import Address

NAME = "devcluster"


def to_kubeconfig(address: Address) -> str:
    """JSON, which is YAML too."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": NAME, "cluster": {"server": address.url()}}],
            "users": [{"name": NAME, "user": {}}],
            "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": NAME}}],
            "current-context": NAME,
        },
        indent=2,
    )


def write_kubeconfig(path: Path, address: Address) -> None:
    """Whole or not at all. Raises: StartupError."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting.touch(mode=0o600)
        waiting.write_text(to_kubeconfig(address) + "\n", encoding="utf-8")
        waiting.replace(path)
    except OSError as error:
        raise StartupError(f"cannot write {path}: {error.strerror}", hint="name another file") from error
