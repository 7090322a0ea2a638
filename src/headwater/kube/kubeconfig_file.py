"""The kubeconfig format: its structs, and reading one or several files of it.

Surprise: of several files the first that has an entry decides, and relative paths start at the file that names them.
Source: client-go's loading rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import yaml

from headwater.kube.access import NoClusterError

_ANOTHER = "name another by --kubeconfig"


class Cluster(msgspec.Struct, frozen=True, rename="kebab"):
    """Where an API server is and whom to trust for it; `…_data` is PEM, base64 in the file."""

    server: str = ""
    certificate_authority: str | None = None
    certificate_authority_data: bytes | None = None
    insecure_skip_tls_verify: bool = False
    tls_server_name: str | None = None
    proxy_url: str | None = None


class ExecVariable(msgspec.Struct, frozen=True):
    """One variable of a plugin's environ."""

    name: str
    value: str = ""

    def __repr__(self) -> str:
        return f"ExecVariable({self.name})"


class Exec(msgspec.Struct, frozen=True, rename="camel"):
    """A program that knows who we are."""

    command: str
    api_version: str = "client.authentication.k8s.io/v1"
    args: tuple[str, ...] | None = None
    env: tuple[ExecVariable, ...] | None = None
    install_hint: str | None = None
    provide_cluster_info: bool = False


class User(msgspec.Struct, frozen=True, rename="kebab"):
    """Who we are, in one of several ways."""

    token: str | None = None
    token_file: str | None = msgspec.field(default=None, name="tokenFile")
    client_certificate: str | None = None
    client_certificate_data: bytes | None = None
    client_key: str | None = None
    client_key_data: bytes | None = None
    exec: Exec | None = None
    username: str | None = None
    auth_provider: dict[str, Any] | None = None
    impersonate: str | None = msgspec.field(default=None, name="as")

    def __repr__(self) -> str:
        return "User(…)"


class Context(msgspec.Struct, frozen=True):
    """A cluster and a user that go together."""

    cluster: str = ""
    user: str = ""
    namespace: str | None = None


class _NamedCluster(msgspec.Struct, frozen=True):
    name: str
    cluster: Cluster


class _NamedUser(msgspec.Struct, frozen=True):
    name: str
    user: User = User()


class _NamedContext(msgspec.Struct, frozen=True):
    name: str
    context: Context


class _Config(msgspec.Struct, frozen=True, rename="kebab"):
    current_context: str | None = None
    clusters: tuple[_NamedCluster, ...] | None = None
    users: tuple[_NamedUser, ...] | None = None
    contexts: tuple[_NamedContext, ...] | None = None


E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Placed(Generic[E]):
    """An entry, and the folder where the relative paths in it start."""

    entry: E
    folder: Path

    def read(self, data: bytes | None, path: str | None) -> bytes | None:
        """What the entry holds itself, or else the file that it names, or else None.

        Raises:
            NoClusterError: the file cannot be read.
        """
        if data or not path:
            return data or None
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise NoClusterError(f"cannot read {self.folder / path}, which the kubeconfig names") from error


class Kubeconfig:
    """One or several files, as if they were one."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises NoClusterError if a file cannot be read or is no kubeconfig."""
        configs = [(_read(path), path.parent) for path in paths]
        self.current_context = next((config.current_context for config, _ in configs if config.current_context), "")
        self._clusters: dict[str, Placed[Cluster]] = {}
        self._users: dict[str, Placed[User]] = {}
        self._contexts: dict[str, Context] = {}
        for config, folder in configs:
            for cluster in config.clusters or ():
                self._clusters.setdefault(cluster.name, Placed(cluster.cluster, folder))
            for user in config.users or ():
                self._users.setdefault(user.name, Placed(user.user, folder))
            for context in config.contexts or ():
                self._contexts.setdefault(context.name, context.context)

    def context(self, name: str) -> Context:
        """Raises NoClusterError if there is none of that name."""
        if not name:
            raise NoClusterError("the kubeconfig has no current-context", hint="kubectl config use-context NAME")
        if name not in self._contexts:
            raise NoClusterError(f"the kubeconfig has no context {name}", hint="kubectl config get-contexts lists them")
        return self._contexts[name]

    def cluster(self, name: str) -> Placed[Cluster]:
        if name not in self._clusters:
            raise NoClusterError(f"the kubeconfig has no cluster {name}")
        return self._clusters[name]

    def user(self, name: str) -> Placed[User]:
        """A context without a user is anonymous."""
        if name and name not in self._users:
            raise NoClusterError(f"the kubeconfig has no user {name}")
        return self._users.get(name, Placed(User(), Path()))


def _read(path: Path) -> _Config:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "it is not text"
        raise NoClusterError(f"cannot read the kubeconfig {path}: {reason}", hint=_ANOTHER) from error
    try:
        return msgspec.convert(yaml.safe_load(text) or {}, _Config)
    except (yaml.YAMLError, msgspec.ValidationError):
        # not chained: both quote the file, which holds keys
        raise NoClusterError(f"{path} is not a kubeconfig", hint=_ANOTHER) from None
