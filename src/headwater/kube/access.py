"""How to reach a cluster: where its API is, whom to trust, and who we are.

Surprise: who we are is asked anew for each call (`Credential.identity`), since tokens and certificates rotate under
a running program.
"""

import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden


class NoClusterError(StartupError):
    """Nothing says how to reach a cluster, or what does is broken."""

    code = "no_cluster"


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate and its key, both PEM."""

    certificate: bytes
    key: Hidden[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are at one moment: a bearer token, a client certificate, both, or neither."""

    bearer: Hidden[str] | None = None
    certificate: ClientCertificate | None = None


class Credential(Protocol):
    """Where an identity comes from."""

    async def identity(self, *, refused: bool = False) -> Identity:
        """The identity to use now; `refused` says that the last one was answered 401, so look again.

        Raises:
            KubeError: it cannot be had right now.
        """


@dataclass(frozen=True, slots=True)
class FixedCredential:
    """An identity that never changes."""

    fixed: Identity

    async def identity(self, *, refused: bool = False) -> Identity:  # noqa: ARG002 - it has no other
        return self.fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """All that a client needs to know of a cluster."""

    server: str
    """Its URL, without a slash at the end."""
    credential: Credential
    authorities: bytes | None = None
    """Trusted certificates, PEM; None for the system's."""
    verify: bool = True
    server_name: str | None = None
    """The name that the server's certificate must have, if not the URL's."""
    proxy: str | None = None
    namespace: str = "default"
    """What a person means when they name none."""


def tls_context(access: Access, certificate: ClientCertificate | None) -> ssl.SSLContext:
    """Raises NoClusterError if a certificate or key does not parse."""
    try:
        authorities = access.authorities.decode("ascii") if access.authorities is not None else None
        context = ssl.create_default_context(cadata=authorities)
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # on by default since 3.13; the CAs of most clusters fail it
        if not access.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if certificate is not None:
            _load(context, certificate)
    except (ssl.SSLError, ValueError, OSError) as error:
        raise NoClusterError("the certificates for the cluster cannot be used", hint="check the kubeconfig") from error
    return context


def _load(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """OpenSSL reads keys from files only, so they are in one of ours, which none else may read, for a moment."""
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        pair = Path(folder) / "pair.pem"
        pair.touch(mode=0o600)
        pair.write_bytes(certificate.certificate + b"\n" + certificate.key.reveal())
        context.load_cert_chain(pair)
