"""Filling server and cluster; what is there already is left as it is, so that a second start goes on."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from headwater.cli.quickstart import apps
from headwater.cli.quickstart.folder import Folder, find_token, write_privately
from headwater.cli.quickstart.objects import (
    CRDS,
    NAMESPACES,
    Crd,
    Made,
    apply,
    create_definition,
    definitions,
    find_target,
    remove,
    until_gone,
)
from headwater.cli.quickstart.waiting import until
from headwater.client.api import Api
from headwater.client.client import ConfigAddress
from headwater.domain.errors import UnavailableError
from headwater.domain.hidden import Hidden
from headwater.kube.client import KubeClient
from headwater.kube.errors import KubeError
from headwater.kube.resource import ObjectKey

STORE_CONFIG = ConfigAddress(project=apps.PROJECT, config=apps.CONFIG)


USED = ("ExternalSecret", "SecretStore", "ClusterSecretStore")
"""The kinds that the operator follows."""


class LeftBehindError(UnavailableError):
    """A cluster that was brought could not be left as it was found."""

    code = "left_behind"


async def load_server(api: Api, folder: Folder) -> Hidden[str]:
    """The project, its values, and the token of the store, which is given back."""
    if apps.PROJECT not in {project.name for project in await api.list_projects()}:
        await api.create_project(apps.PROJECT, "the three apps of headwater quickstart")
    for environment in apps.ENVIRONMENTS:
        await _load_values(api, environment)
    return find_token(folder.store_token) or await _create_store_token(api, folder)


async def _load_values(api: Api, environment: str) -> None:
    address = ConfigAddress(project=apps.PROJECT, config=environment)
    there = await api.list_secret_names(address, managed=False)
    if not there:  # later a person may have deleted some, and wants them gone
        await api.update_secrets(address, {**apps.new_values(environment, _random_text)})


async def _create_store_token(api: Api, folder: Folder) -> Hidden[str]:
    token = await api.create_service_token(STORE_CONFIG, "quickstart's store")
    write_privately(folder.store_token, f"{token.reveal()}\n")
    return token


def _random_text() -> str:
    return secrets.token_hex(16)


@dataclass(slots=True)
class ClusterLoader:
    """Applies to one cluster, and remembers what was not there before, so that it can be taken away again."""

    client: KubeClient
    kept: bool
    complete: bool
    """Whether it gets every kind there is, or, as a guest, those that are used."""
    resumes: bool = True
    """Whether it goes on with what an earlier quickstart made here."""
    made: list[Made] = field(default_factory=list)

    async def load_definitions(self) -> None:
        """The CustomResourceDefinitions that the cluster lacks, until it serves them."""
        wanted = definitions(*(() if self.complete else USED))
        created = await asyncio.gather(*(create_definition(self.client, each) for each in wanted))
        new = [made for made in created if made is not None]
        self.made += new
        await asyncio.gather(*(until(self.client, CRDS, made.key, _is_established) for made in new))

    async def load_objects(self, token: Hidden[str]) -> None:
        """Raises: NotOursError, StartupError, KubeError."""
        if await self.client.find(NAMESPACES, ObjectKey("", apps.STORE_NAMESPACE)) is None:
            self._note(await apply(self.client, apps.store_namespace()))
        for manifest in apps.manifests(token):
            self._note(await apply(self.client, manifest, resumes=self.resumes))

    def keep(self) -> None:
        self.kept = True

    async def unload(self) -> int:
        """Take away what was made, the last first, unless it is to be kept; how many objects.

        Raises:
            LeftBehindError: it could not be done.
        """
        if self.kept or not self.made:
            return 0
        removed = [*reversed(self.made)]
        try:
            targets = await asyncio.gather(*(find_target(self.client, made) for made in removed))
            removed += filter(None, targets)
            for made in removed:
                await remove(self.client, made)
        except KubeError as error:
            raise _left_behind(removed) from error
        ends = await asyncio.gather(*(until_gone(self.client, made) for made in removed), return_exceptions=True)
        if left := [made for made, end in zip(removed, ends, strict=True) if end is not None]:
            raise _left_behind(left)
        return len(removed)

    def _note(self, made: Made | None) -> None:
        if made is not None:
            self.made.append(made)


def _left_behind(left: Sequence[Made]) -> LeftBehindError:
    named = ", ".join(map(str, left))
    return LeftBehindError(f"the cluster still has {named}", hint="delete them there")


def _is_established(crd: Crd | None) -> bool:
    return crd is not None and any(
        condition.type == "Established" and condition.status == "True" for condition in crd.status.conditions or ()
    )
