"""The certificates and keys of one control plane, made by openssl: an authority, the server's, an administrator's.

Surprise: there is no lasting secret here. All keys are made for one control plane and stay in its folder.
"""

import shutil
import subprocess
from pathlib import Path

from tools.controlplane.programs import ControlPlaneError

_DAYS = "3650"
_SERVER = (
    "subjectAltName=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,"
    "DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:10.96.0.1\nextendedKeyUsage=serverAuth\n"
)
_CLIENT = "extendedKeyUsage=clientAuth\n"


def make_keys(folder: Path) -> None:
    """Files in `folder`: ca, apiserver and admin (`.crt`, `.key`), and `sa.key`, `sa.pub` for ServiceAccounts' tokens.

    Raises:
        ControlPlaneError: there is no openssl.
    """
    if (folder / "sa.pub").exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = ("-subj", "/CN=headwater-controlplane", "-keyout", "ca.key", "-out", "ca.crt")
    _openssl(folder, "req", "-x509", *_NEW_KEY, "-days", _DAYS, *authority)
    _sign(folder, "apiserver", "/CN=kube-apiserver", _SERVER)
    _sign(folder, "admin", "/O=system:masters/CN=admin", _CLIENT)
    _openssl(folder, "ecparam", "-genkey", "-noout", "-name", "prime256v1", "-out", "sa.key")
    _openssl(folder, "ec", "-in", "sa.key", "-pubout", "-out", "sa.pub")


_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def _sign(folder: Path, name: str, subject: str, extensions: str) -> None:
    (folder / f"{name}.ext").write_text(extensions, encoding="ascii")
    _openssl(folder, "req", "-new", *_NEW_KEY, "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.csr")
    signing = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", _DAYS, "-extfile", f"{name}.ext")
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.crt")


def _openssl(folder: Path, *arguments: str) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise ControlPlaneError("there is no openssl on the PATH: install the package openssl")
    subprocess.run([program, *arguments], cwd=folder, check=True, capture_output=True)
