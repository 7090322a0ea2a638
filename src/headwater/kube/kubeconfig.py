"""Finding the cluster: a kubeconfig that was named, `$KUBECONFIG`, the pod that we run in, or `~/.kube/config`.

Surprise: what a kubeconfig asks for and we do not do (basic auth, auth providers, impersonation) is refused rather
than left out, since without it we would act as somebody else.
"""

import base64
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # typeshed lacks it

from headwater.domain.hidden import Hidden
from headwater.kube.access import Access, ClientCertificate, Credential, FixedCredential, Identity, NoClusterError
from headwater.kube.credentials import ExecCredential, ExecPlugin, TokenFile
from headwater.kube.kubeconfig_file import Cluster, Exec, Kubeconfig, Placed, User

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")

_HOST = "KUBERNETES_SERVICE_HOST"
_PORT = "KUBERNETES_SERVICE_PORT"


def load_access(kubeconfig: Path | None, environ: Mapping[str, str], *, context: str = "") -> Access:
    """How to reach the cluster that `context` (the current one by default) or the pod's surroundings name.

    Raises:
        NoClusterError: none is named, or what names it is broken.
    """
    if kubeconfig is not None:
        return access_of([kubeconfig], environ, context=context)
    if environ.get("KUBECONFIG"):
        named = [Path(part) for part in environ["KUBECONFIG"].split(os.pathsep) if part]
        return access_of([path for path in named if path.exists()] or named, environ, context=context)
    if _HOST in environ:
        return access_in_pod(environ)
    usual = Path(environ.get("HOME", "/nonexistent")) / ".kube" / "config"
    if usual.exists():
        return access_of([usual], environ, context=context)
    raise NoClusterError("no Kubernetes cluster is known", hint="name a kubeconfig by --kubeconfig or KUBECONFIG")


def access_of(paths: Sequence[Path], environ: Mapping[str, str], *, context: str = "") -> Access:
    """The access that the context of the kubeconfig files describes.

    Raises:
        NoClusterError
    """
    config = Kubeconfig(paths)
    chosen = config.context(context or config.current_context)
    cluster, user = config.cluster(chosen.cluster), config.user(chosen.user)
    server = _checked_server(cluster.entry.server)
    return Access(
        server=server,
        credential=_credential(user, cluster, environ),
        authorities=cluster.read(cluster.entry.certificate_authority_data, cluster.entry.certificate_authority),
        verify=not cluster.entry.insecure_skip_tls_verify,
        server_name=cluster.entry.tls_server_name,
        proxy=cluster.entry.proxy_url or _proxy(server, environ),
        namespace=chosen.namespace or "default",
    )


def access_in_pod(environ: Mapping[str, str], folder: Path = SERVICE_ACCOUNT) -> Access:
    """The access of the pod's ServiceAccount, whose token the kubelet rewrites.

    Raises:
        NoClusterError: no ServiceAccount is mounted.
    """
    host = environ[_HOST]
    bracketed = f"[{host}]" if ":" in host else host
    server = f"https://{bracketed}:{environ.get(_PORT, '443')}"
    try:
        authorities = (folder / "ca.crt").read_bytes()
        namespace = (folder / "namespace").read_text(encoding="ascii").strip()
    except OSError as error:
        hint = "set automountServiceAccountToken, or name a kubeconfig by --kubeconfig"
        raise NoClusterError(f"this pod has no ServiceAccount mounted at {folder}", hint=hint) from error
    return Access(
        server=server,
        credential=TokenFile(folder / "token"),
        authorities=authorities,
        proxy=_proxy(server, environ),
        namespace=namespace,
    )


def _checked_server(server: str) -> str:
    parts = urlsplit(server)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise NoClusterError(f"the kubeconfig names no server that can be called: {server!r}")
    return server.rstrip("/")


def _credential(user: Placed[User], cluster: Placed[Cluster], environ: Mapping[str, str]) -> Credential:
    entry = user.entry
    _refuse_unknown_ways(entry)
    certificate = _certificate(user)
    if entry.exec is not None:
        return ExecCredential(_plugin(entry.exec, user.folder, cluster, environ))
    if entry.token_file:
        return TokenFile(user.folder / entry.token_file, certificate)
    bearer = Hidden(entry.token) if entry.token else None
    return FixedCredential(Identity(bearer=bearer, certificate=certificate))


def _refuse_unknown_ways(user: User) -> None:
    asked = {
        "username and password": user.username,
        "an auth-provider": user.auth_provider,
        "impersonation (as)": user.impersonate,
    }
    for way, wanted in asked.items():
        if wanted:
            raise NoClusterError(f"the kubeconfig asks for {way}, which is not supported", hint="use an exec plugin")


def _certificate(user: Placed[User]) -> ClientCertificate | None:
    certificate = user.read(user.entry.client_certificate_data, user.entry.client_certificate)
    key = user.read(user.entry.client_key_data, user.entry.client_key)
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise NoClusterError("the kubeconfig has only one of client-certificate and client-key")
    return ClientCertificate(certificate, Hidden(key))


def _plugin(entry: Exec, folder: Path, cluster: Placed[Cluster], environ: Mapping[str, str]) -> ExecPlugin:
    return ExecPlugin(
        command=entry.command,
        arguments=entry.args or (),
        environ={**environ, **{variable.name: variable.value for variable in entry.env or ()}},
        folder=folder,
        api_version=entry.api_version,
        cluster=_told(cluster) if entry.provide_cluster_info else None,
        hint=entry.install_hint,
    )


def _told(cluster: Placed[Cluster]) -> Mapping[str, Any]:
    """What a plugin is told of the cluster. Source: client.authentication.k8s.io/v1 Cluster."""
    entry = cluster.entry
    authorities = cluster.read(entry.certificate_authority_data, entry.certificate_authority)
    said = {
        "server": entry.server,
        "tls-server-name": entry.tls_server_name,
        "insecure-skip-tls-verify": entry.insecure_skip_tls_verify,
        "certificate-authority-data": base64.b64encode(authorities).decode() if authorities else None,
        "proxy-url": entry.proxy_url,
    }
    return {name: value for name, value in said.items() if value}


def _proxy(server: str, environ: Mapping[str, str]) -> str | None:
    """The proxy that the environ names for `server`, as curl and Go understand it."""
    parts = urlsplit(server)
    name = f"{parts.scheme}_proxy"
    proxy = environ.get(name) or environ.get(name.upper())
    excepted = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if not proxy or proxy_bypass_environment(parts.netloc, {"no": excepted}):
        return None
    return proxy
