"""The kinds that quickstart applies, and the objects in a cluster that it has made, told by their field manager.

Surprise: objects are applied without any mark of ours, since the seed's files are to be verbatim; who made them is
what the API server itself noted.
"""

import contextlib
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from headwater.cli.quickstart.apps import Manifest
from headwater.cli.quickstart.waiting import until
from headwater.domain.errors import ConflictError, StartupError
from headwater.kube.client import KubeClient
from headwater.kube.errors import ObjectNotFoundError
from headwater.kube.resource import ObjectKey, ResourceType
from headwater.kube.writes import Patch, Preconditions
from headwater.resources.crds import KINDS, custom_resource_definition
from headwater.resources.meta import Condition, PartialObjectMetadata
from headwater.resources.schema import KubeStruct

MANAGER = "headwater-quickstart"
"""The field manager under which quickstart applies."""

AnyType: TypeAlias = ResourceType[PartialObjectMetadata]


class NotOursError(ConflictError):
    """The cluster has an object of that name, which quickstart did not make."""

    code = "not_ours"


class CrdStatus(KubeStruct, frozen=True):
    conditions: tuple[Condition, ...] | None = None
    """Null right after it was created."""


class Crd(PartialObjectMetadata, frozen=True, kw_only=True):
    """A CustomResourceDefinition, as far as one waits for it."""

    status: CrdStatus = msgspec.field(default_factory=CrdStatus)


CRDS = ResourceType(
    group="apiextensions.k8s.io",
    version="v1",
    plural="customresourcedefinitions",
    kind="CustomResourceDefinition",
    struct=Crd,
    namespaced=False,
)


def _plain(api_version: str, kind: str, plural: str, *, namespaced: bool = True) -> AnyType:
    group, _, version = api_version.rpartition("/")
    return ResourceType(
        group=group,
        version=version,
        plural=plural,
        kind=kind,
        struct=PartialObjectMetadata,
        namespaced=namespaced,
        metadata_only=True,
    )


NAMESPACES = _plain("v1", "Namespace", "namespaces", namespaced=False)
SECRETS = _plain("v1", "Secret", "secrets")
APPLIED = (
    NAMESPACES,
    SECRETS,
    _plain("external-secrets.io/v1beta1", "ClusterSecretStore", "clustersecretstores", namespaced=False),
    _plain("external-secrets.io/v1beta1", "ExternalSecret", "externalsecrets"),
    _plain("apps/v1", "Deployment", "deployments"),
)
_TYPES = {(each.api_version, each.kind): each for each in APPLIED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An object that was not there before."""

    resource: ResourceType[PartialObjectMetadata] | ResourceType[Crd]
    key: ObjectKey
    uid: str

    def __str__(self) -> str:
        return f"{self.resource.kind} {self.key}"


def definitions(*names: str) -> list[Manifest]:
    """The CustomResourceDefinitions of these kinds; without any, of all."""
    return [custom_resource_definition(kind) for kind in KINDS if not names or kind.name in names]


async def create_definition(client: KubeClient, definition: Manifest) -> Made | None:
    """None if the cluster has it already, in whatever form: what others use is left as it is."""
    key = ObjectKey("", definition["metadata"]["name"])
    if await client.find(CRDS, key) is not None:
        return None
    created = await client.create(CRDS, "", definition, field_manager=MANAGER)
    return Made(resource=CRDS, key=key, uid=created.metadata.uid)


async def apply(client: KubeClient, manifest: Manifest, *, resumes: bool = True) -> Made | None:
    """Bring an object to what `manifest` says; None if it was there, and an earlier quickstart's.

    Raises:
        NotOursError: it was there, and somebody else's, or anybody's unless this one `resumes`.
        StartupError: the cluster does not serve its kind.
    """
    resource, key = _TYPES[manifest["apiVersion"], manifest["kind"]], _key_of(manifest)
    before = await client.find(resource, key)
    if before is not None and not (resumes and _is_ours(before)):
        raise NotOursError(
            f"the cluster has a {resource.kind} {key} already, which this quickstart did not make",
            hint="choose another cluster, or leave --kubeconfig out",
        )
    try:
        # taking over what a person edited meanwhile: started again, quickstart is what it says it is
        applied = await client.patch(resource, key, Patch.apply(manifest, force=True), field_manager=MANAGER)
    except ObjectNotFoundError as error:
        raise StartupError(
            f"the cluster does not serve {resource.kind} {resource.api_version}",
            hint="its CustomResourceDefinition is of another release: see headwater crds",
        ) from error
    return Made(resource=resource, key=key, uid=applied.metadata.uid) if before is None else None


async def find_target(client: KubeClient, made: Made) -> Made | None:
    """The Secret that the operator made for an ExternalSecret.

    Named, since the cluster's garbage collector takes half a minute to get to know a new kind, and then does not find
    the way from a Secret to an owner of a kind that is gone.
    """
    if made.resource.kind != "ExternalSecret":
        return None
    found = await client.find(SECRETS, made.key)
    if found is None or made.uid not in {owner.uid for owner in found.metadata.owner_references}:
        return None
    return Made(resource=SECRETS, key=made.key, uid=found.metadata.uid)


async def remove(client: KubeClient, made: Made) -> None:
    """Delete what was made, if it is still the same object; a Deployment once its pods are gone."""
    propagation = "Foreground" if made.resource.kind == "Deployment" else "Background"
    try:
        await client.delete(made.resource, made.key, preconditions=Preconditions(uid=made.uid), propagation=propagation)
    except (ObjectNotFoundError, ConflictError):
        return


async def until_gone(client: KubeClient, made: Made) -> None:
    """Return once what was deleted is not there any more: finalizers may take their time."""
    resource: AnyType = made.resource  # type: ignore[assignment]  # of which no field is read
    with contextlib.suppress(ObjectNotFoundError):  # its kind is gone, and it with it
        await until(client, resource, made.key, lambda found: found is None or found.metadata.uid != made.uid)


def _is_ours(found: PartialObjectMetadata) -> bool:
    return MANAGER in {entry.manager for entry in found.metadata.managed_fields}


def _key_of(manifest: Manifest) -> ObjectKey:
    metadata = manifest["metadata"]
    return ObjectKey(metadata.get("namespace", ""), metadata["name"])
