"""Server, cluster and operator, up and loaded: what quickstart shows, and what `--check` tries out."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from headwater import __version__
from headwater.cli.context import Connection
from headwater.cli.quickstart import apps
from headwater.cli.quickstart.folder import Folder, UnfitFolderError, find_token, write_privately
from headwater.cli.quickstart.loading import ClusterLoader, load_server
from headwater.cli.quickstart.preflight import check_cluster
from headwater.cli.quickstart.programs import Started, beside, started
from headwater.cli.quickstart.screen import Screen
from headwater.cli.quickstart.settings import QuickstartSettings
from headwater.client.api import Api
from headwater.client.client import Client
from headwater.client.endpoint import read_endpoint
from headwater.client.transport import Transport
from headwater.devcluster import program as devcluster
from headwater.devcluster.listener import is_loopback
from headwater.devcluster.settings import DevclusterSettings
from headwater.domain.errors import StartupError
from headwater.domain.hidden import Hidden
from headwater.kube.client import KubeClient
from headwater.kube.kubeconfig import load_access
from headwater.operator import program as operator
from headwater.operator.settings import OperatorSettings
from headwater.process.clock import system_clock
from headwater.process.health import split_address
from headwater.server import program as server
from headwater.server.initialise import initialise
from headwater.server.settings import ServerSettings, StoreSettings

USER_AGENT = f"headwater-quickstart/{__version__}"

BASE_URL = "DOPPLER_BASE_URL"
"""Where the operator finds the server of stores that name none, as the seed's does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """All of it, loaded; `kube` is of the cluster that is used."""

    url: str
    kubeconfig: Path
    connection: Connection
    kube: KubeClient
    loader: ClusterLoader
    programs: list[Started]
    is_guest: bool
    """Whether the cluster was brought."""


@asynccontextmanager
async def running_system(settings: QuickstartSettings, folder: Folder, screen: Screen) -> AsyncIterator[System]:
    """Start everything and load it; in the end all is stopped.

    What was made in a cluster that was brought is taken away again, unless `loader.keep` was called.

    Raises:
        StartupError and its like: what to do about it.
    """
    async with AsyncExitStack() as stack:
        start = _Starter(stack, settings, folder, screen)
        for flag, listen in (("--listen", settings.listen), ("--cluster-listen", settings.cluster_listen)):
            check_private(flag, listen)
        token = await asyncio.to_thread(_owner_token, folder)
        url = await start.server()
        kubeconfig = await start.cluster()
        kube = await start.kube(kubeconfig)
        connection = start.connection(url, token)
        loader = start.loader(kube)
        await beside(start.load(connection.api, loader, kubeconfig), *start.programs)
        write_privately(folder.cli_settings, cli_settings(url, token))
        yield System(
            url=url,
            kubeconfig=kubeconfig,
            connection=connection,
            kube=kube,
            loader=loader,
            programs=start.programs,
            is_guest=settings.kubeconfig is not None,
        )


@dataclass(slots=True)
class _Starter:
    """Starts one part after the other; the stack stops them the other way round."""

    stack: AsyncExitStack
    settings: QuickstartSettings
    folder: Folder
    screen: Screen
    programs: list[Started] = field(default_factory=list)

    async def server(self) -> str:
        """Its URL, which is from now on that of stores without one."""
        check_free("--listen", self.settings.listen)
        settings = ServerSettings(data=self.folder.server, listen=self.settings.listen, drain_seconds=1)
        up = await self.stack.enter_async_context(started("server", server.run, settings))
        self.programs.append(up)
        url = os.environ[BASE_URL] = up.address.url()
        self.screen.step(f"the server is ready at {url}")
        return url

    async def cluster(self) -> Path:
        """The kubeconfig of the cluster to use."""
        if self.settings.kubeconfig is not None:
            return self.settings.kubeconfig.absolute()
        check_free("--cluster-listen", self.settings.cluster_listen)
        settings = DevclusterSettings(
            listen=self.settings.cluster_listen,
            write_kubeconfig=self.folder.kubeconfig,
            data=self.folder.cluster,
        )
        up = await self.stack.enter_async_context(started("cluster", devcluster.run, settings))
        self.programs.append(up)
        self.screen.step(f"the cluster is ready at {up.address.url()}")
        return self.folder.kubeconfig

    async def kube(self, kubeconfig: Path) -> KubeClient:
        access = load_access(kubeconfig, os.environ)
        kube = await self.stack.enter_async_context(KubeClient(access, user_agent=USER_AGENT))
        if self.settings.kubeconfig is not None:
            await check_cluster(kube)
            self.screen.step(f"the cluster at {access.server} can be used")
        return kube

    def connection(self, url: str, token: Hidden[str]) -> Connection:
        transport, endpoint = Transport(USER_AGENT), read_endpoint(url)
        self.stack.push_async_callback(transport.close)
        return Connection(api=Api(transport, endpoint, token), client=Client(transport, endpoint, token))

    def loader(self, kube: KubeClient) -> ClusterLoader:
        """On the stack before the operator, so that it unloads once that has stopped."""
        own = self.settings.kubeconfig is None
        loader = ClusterLoader(kube, kept=own, complete=own, resumes=not self.settings.check)

        async def unload() -> None:
            if removed := await loader.unload():
                self.screen.step(f"{removed} objects are taken out of the cluster again; events it forgets by itself")

        self.stack.push_async_callback(unload)
        return loader

    async def load(self, api: Api, loader: ClusterLoader, kubeconfig: Path) -> None:
        store_token = await load_server(api, self.folder)
        environments = ", ".join(apps.ENVIRONMENTS)
        self.screen.step(f"project {apps.PROJECT} is loaded, with {environments}")
        await loader.load_definitions()
        self.screen.step("the cluster knows the kinds of external-secrets.io")
        settings = OperatorSettings(kubeconfig=kubeconfig)
        self.programs.append(await self.stack.enter_async_context(started("operator", operator.run, settings)))
        self.screen.step("the operator follows the cluster")
        await loader.load_objects(store_token)
        self.screen.step(f"the store, {len(apps.APPS)} ExternalSecrets and {len(apps.APPS)} Deployments are applied")


class ExposedError(StartupError):
    """Quickstart has neither TLS nor users: what it starts is for its own machine."""

    code = "quickstart_exposed"


def check_private(flag: str, listen: str) -> None:
    """Raises: ExposedError, or StartupError for what is no address."""
    host, _ = split_address(listen)
    if not is_loopback(host):
        raise ExposedError(
            f"{flag} {listen} is reachable from outside, and quickstart is for this machine alone",
            hint="listen on 127.0.0.1; to serve others, see headwater server",
        )


def check_free(flag: str, listen: str) -> None:
    """Raises: StartupError, which names the flag to give another address by."""
    host, port = split_address(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
            tried.listen(1)
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise StartupError(f"cannot listen on {listen}: {reason}", hint=f"give another by {flag}") from error


def cli_settings(url: str, token: Hidden[str]) -> str:
    """A file for `--settings` of our own commands; TOML."""
    values = {"url": url, "token": token.reveal(), "project": apps.PROJECT, "config": apps.CONFIG}
    return "\n".join(['["/"]', *(f'{name} = "{value}"' for name, value in values.items()), ""])


def _owner_token(folder: Folder) -> Hidden[str]:
    """Of the server in the folder, which is made if there is none. Blocking."""
    token = find_token(folder.owner_token)
    if token is None:
        if folder.server.exists():
            raise UnfitFolderError(f"{folder.path} is half made", hint="remove it, or name another by --dir")
        token = initialise(StoreSettings(data=folder.server), system_clock())
        write_privately(folder.owner_token, f"{token.reveal()}\n")
    return token
