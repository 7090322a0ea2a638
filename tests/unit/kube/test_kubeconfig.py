"""Which cluster is found, and as whom."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from headwater.domain.hidden import Hidden
from headwater.kube.access import Access, ClientCertificate, FixedCredential, Identity, NoClusterError
from headwater.kube.credentials import ExecCredential, TokenFile
from headwater.kube.kubeconfig import access_in_pod, load_access
from tests.support.canary import secret

SERVER = "https://k8s.example:6443"
IN_POD = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def write(
    path: Path, cluster: Mapping[str, Any] | None = None, user: Mapping[str, Any] | None = None, **more: Any
) -> Path:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "preferences": {},
        "clusters": [{"name": "c", "cluster": {"server": SERVER, **(cluster or {})}}],
        "users": [{"name": "u", "user": user or {}}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
        **more,
    }
    path.write_text(json.dumps(config))
    return path


def fixed(access: Access) -> Identity:
    assert isinstance(access.credential, FixedCredential)
    return access.credential.fixed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config"


def test_a_token_and_an_authority(path: Path) -> None:
    write(path, {"certificate-authority-data": encoded("PEM")}, {"token": secret("t")})
    access = load_access(path, {})
    assert (access.server, access.authorities, access.verify, access.namespace) == (SERVER, b"PEM", True, "default")
    assert fixed(access) == Identity(bearer=Hidden(secret("t")))


def test_files_are_found_from_where_the_kubeconfig_stands(path: Path) -> None:
    for name in ("ca", "cert", "key"):
        (path.parent / name).write_text(secret(name))
    write(path, {"certificate-authority": "ca"}, {"client-certificate": "cert", "client-key": str(path.parent / "key")})
    access = load_access(path, {})
    assert access.authorities == secret("ca").encode()
    assert fixed(access).certificate == ClientCertificate(secret("cert").encode(), Hidden(secret("key").encode()))


def test_data_goes_before_a_file(path: Path) -> None:
    write(path, {"certificate-authority": "absent", "certificate-authority-data": encoded("PEM")})
    assert load_access(path, {}).authorities == b"PEM"


def test_empty_data_is_none(path: Path) -> None:
    write(path, {"certificate-authority-data": ""}, {"client-certificate-data": "", "client-key-data": "", "token": ""})
    access = load_access(path, {})
    assert (access.authorities, fixed(access)) == (None, Identity())


def test_what_else_a_cluster_says(path: Path) -> None:
    cluster = {"insecure-skip-tls-verify": True, "tls-server-name": "kubernetes", "proxy-url": "http://proxy:1"}
    contexts = [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "web"}}]
    access = load_access(write(path, {**cluster, "server": f"{SERVER}/k8s/clusters/c1/"}, contexts=contexts), {})
    assert access.server == f"{SERVER}/k8s/clusters/c1"
    assert (access.verify, access.server_name, access.proxy) == (False, "kubernetes", "http://proxy:1")
    assert access.namespace == "web"


def test_a_token_file_goes_before_a_token(path: Path) -> None:
    write(path, user={"token": secret("t"), "tokenFile": "token"})
    credential = load_access(path, {}).credential
    assert isinstance(credential, TokenFile)
    assert credential._path == path.parent / "token"


def test_a_plugin_has_our_environ_and_its_own(path: Path) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "get-token",
        "args": ["--for", "us"],
        "env": [{"name": "REGION", "value": "r1"}],
        "installHint": "install it",
        "interactiveMode": "IfAvailable",
        "provideClusterInfo": True,
    }
    write(path, {"certificate-authority-data": encoded("PEM")}, {"exec": plugin})
    credential = load_access(path, {"PATH": "/bin"}).credential
    assert isinstance(credential, ExecCredential)
    found = credential._plugin
    assert (found.command, found.arguments, found.hint) == ("get-token", ("--for", "us"), "install it")
    assert found.environ == {"PATH": "/bin", "REGION": "r1"}
    assert found.cluster == {"server": SERVER, "certificate-authority-data": encoded("PEM")}


def test_a_context_can_be_named(path: Path) -> None:
    contexts = [
        {"name": "c", "context": {"cluster": "c", "user": "u"}},
        {"name": "other", "context": {"cluster": "c", "namespace": "web"}},
    ]
    write(path, user={"token": secret("t")}, contexts=contexts)
    access = load_access(path, {}, context="other")
    assert (access.namespace, fixed(access)) == ("web", Identity())


def test_of_several_files_the_first_that_has_an_entry_decides(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "ca").write_text("PEM")
    first = write(tmp_path / "a" / "config", user={"token": secret("first")}, clusters=[])
    second = write(tmp_path / "b" / "config", {"certificate-authority": "ca"}, {"token": secret("second")})
    environ = {"KUBECONFIG": f"{tmp_path / 'absent'}:{first}:{second}"}
    access = load_access(None, environ)
    assert fixed(access) == Identity(bearer=Hidden(secret("first")))
    assert (access.server, access.authorities) == (SERVER, b"PEM")


@pytest.fixture
def pod(tmp_path: Path) -> Path:
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    for name, text in {"token": secret("t"), "ca.crt": "PEM", "namespace": "headwater\n"}.items():
        (folder / name).write_text(text)
    return folder


def test_in_a_pod_its_service_account_is_used(pod: Path) -> None:
    access = access_in_pod(IN_POD, pod)
    assert (access.server, access.authorities, access.namespace) == ("https://10.0.0.1:443", b"PEM", "headwater")
    assert isinstance(access.credential, TokenFile)


def test_an_address_of_version_six_is_bracketed(pod: Path) -> None:
    assert access_in_pod({**IN_POD, "KUBERNETES_SERVICE_HOST": "fd00::1"}, pod).server == "https://[fd00::1]:443"


def test_a_kubeconfig_that_is_named_goes_before_the_pod(path: Path) -> None:
    assert load_access(None, {**IN_POD, "KUBECONFIG": str(write(path))}).server == SERVER
    assert load_access(path, IN_POD).server == SERVER


def test_last_comes_the_usual_place(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    write(tmp_path / ".kube" / "config")
    assert load_access(None, {"HOME": str(tmp_path)}).server == SERVER


PROXIES: dict[str, tuple[dict[str, str], str | None]] = {
    "named": ({"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
    "named in small letters": ({"https_proxy": "http://p:1", "HTTPS_PROXY": "http://q:1"}, "http://p:1"),
    "for another scheme": ({"HTTP_PROXY": "http://p:1"}, None),
    "not for this host": ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, None),
    "for no host": ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
    "not for another host": ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.example"}, "http://p:1"),
}


@pytest.mark.parametrize("case", PROXIES)
def test_a_proxy_of_the_environ_is_used(case: str, path: Path) -> None:
    environ, proxy = PROXIES[case]
    assert load_access(write(path), environ).proxy == proxy


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no context": ({"current-context": ""}, "no current-context"),
    "an unknown context": ({"current-context": "other"}, "no context other"),
    "an unknown cluster": ({"clusters": []}, "no cluster c"),
    "an unknown user": ({"users": []}, "no user u"),
    "no server": ({"clusters": [{"name": "c", "cluster": {}}]}, "no server that can be called"),
    "another scheme": ({"clusters": [{"name": "c", "cluster": {"server": "ftp://x"}}]}, "no server that can be called"),
    "a missing authority": (
        {"clusters": [{"name": "c", "cluster": {"server": SERVER, "certificate-authority": "none"}}]},
        "cannot read",
    ),
    "a certificate without a key": (
        {"users": [{"name": "u", "user": {"client-certificate-data": "aGk="}}]},
        "only one",
    ),
    "a key without a certificate": ({"users": [{"name": "u", "user": {"client-key-data": "aGk="}}]}, "only one"),
    "a password": ({"users": [{"name": "u", "user": {"username": "u", "password": "p"}}]}, "username and password"),
    "an auth provider": ({"users": [{"name": "u", "user": {"auth-provider": {"name": "gcp"}}}]}, "auth-provider"),
    "impersonation": ({"users": [{"name": "u", "user": {"as": "admin"}}]}, "impersonation"),
    "no base64": ({"users": [{"name": "u", "user": {"client-key-data": secret("%")}}]}, "is not a kubeconfig"),
    "another shape": ({"users": secret("text")}, "is not a kubeconfig"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_work_is_refused_in_a_line(case: str, path: Path) -> None:
    more, words = REFUSED[case]
    with pytest.raises(NoClusterError, match=words) as caught:
        load_access(write(path, **more), {})
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_kubeconfig_is_not_quoted(path: Path) -> None:
    path.write_text(f"{secret('token')}: [")
    with pytest.raises(NoClusterError, match="is not a kubeconfig") as caught:
        load_access(path, {})
    assert caught.value.__cause__ is None
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(NoClusterError, match="it is not text"):
        load_access(path, {})


def test_a_file_that_is_absent_is_named(path: Path) -> None:
    with pytest.raises(NoClusterError, match=f"cannot read the kubeconfig {path}: no such file or directory") as caught:
        load_access(path, {})
    assert caught.value.hint == "name another by --kubeconfig"
    with pytest.raises(NoClusterError, match="cannot read the kubeconfig"):
        load_access(None, {"KUBECONFIG": str(path)})


def test_no_cluster_at_all_says_how_to_name_one(tmp_path: Path) -> None:
    for environ in ({}, {"HOME": str(tmp_path)}):
        with pytest.raises(NoClusterError, match=r"no Kubernetes cluster is known.*--kubeconfig or KUBECONFIG"):
            load_access(None, environ)


def test_a_pod_without_a_service_account_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoClusterError, match="no ServiceAccount mounted"):
        access_in_pod(IN_POD, tmp_path)
