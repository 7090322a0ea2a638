"""What a cluster that somebody brought must allow before anything is written to it."""

import asyncio

import msgspec

from headwater.cli.quickstart.objects import APPLIED, CRDS
from headwater.cli.quickstart.workloads import DEPLOYMENTS, WORKLOADS
from headwater.domain.errors import StartupError
from headwater.kube.client import KubeClient
from headwater.kube.errors import ApiUnavailableError, CredentialRefusedError
from headwater.kube.resource import ResourceType, Selection
from headwater.resources.meta import ObjectMeta
from headwater.resources.schema import KubeStruct

OPERATORS = {
    "External Secrets Operator": "app.kubernetes.io/name=external-secrets",
    "an operator of Headwater": "app.kubernetes.io/name=headwater,app.kubernetes.io/component=operator",
}
"""Whoever serves external-secrets.io, and the labels that its Deployment has as it is installed."""

_WRITES = ("get", "create", "patch", "delete")
_READS = ("list", "watch")


class UnusableClusterError(StartupError):
    """No cluster that answers to this kubeconfig."""

    code = "unusable_cluster"


class OtherOperatorError(StartupError):
    """Another operator serves this cluster already."""

    code = "other_operator"


class RightsMissingError(StartupError):
    """The kubeconfig's user may not do what quickstart does."""

    code = "rights_missing"


class AccessStatus(KubeStruct, frozen=True):
    allowed: bool = False


class AccessReview(KubeStruct, frozen=True, kw_only=True):
    """May I do this, in every namespace? Source: authorization.k8s.io/v1 SelfSubjectAccessReview."""

    metadata: ObjectMeta = ObjectMeta()
    status: AccessStatus = msgspec.field(default_factory=AccessStatus)


REVIEWS = ResourceType(
    group="authorization.k8s.io",
    version="v1",
    plural="selfsubjectaccessreviews",
    kind="SelfSubjectAccessReview",
    struct=AccessReview,
    namespaced=False,
)


async def check_cluster(client: KubeClient) -> None:
    """Raises: UnusableClusterError, RightsMissingError, OtherOperatorError."""
    try:
        await _check_rights(client)
        await _check_alone(client)
    except ApiUnavailableError as error:
        raise UnusableClusterError(
            f"the cluster at {client.access.server} does not answer", hint="is it up? name another by --kubeconfig"
        ) from error
    except CredentialRefusedError as error:
        raise UnusableClusterError(
            f"the cluster at {client.access.server} does not know the kubeconfig's user", hint="sign in to it anew"
        ) from error


async def _check_rights(client: KubeClient) -> None:
    wanted = [
        *((resource.group, resource.plural, verb) for resource in (CRDS, *APPLIED) for verb in _WRITES),
        *((resource.group, resource.plural, verb) for resource in (*APPLIED, *WORKLOADS) for verb in _READS),
        ("", "events", "create"),
        ("external-secrets.io", "externalsecrets/status", "patch"),
    ]
    allowed = await asyncio.gather(*(_is_allowed(client, *each) for each in wanted))
    for (group, plural, verb), yes in zip(wanted, allowed, strict=True):
        if not yes:
            named = f"{plural}.{group}" if group else plural
            raise RightsMissingError(
                f"the kubeconfig's user may not {verb} {named}", hint="name one of an administrator by --kubeconfig"
            )


async def _is_allowed(client: KubeClient, group: str, resource: str, verb: str) -> bool:
    asked = {
        "apiVersion": REVIEWS.api_version,
        "kind": REVIEWS.kind,
        "spec": {"resourceAttributes": {"group": group, "resource": resource, "verb": verb}},
    }
    return (await client.create(REVIEWS, "", asked)).status.allowed


async def _check_alone(client: KubeClient) -> None:
    for name, selector in OPERATORS.items():
        for found in (await client.list(DEPLOYMENTS, Selection(labels=selector))).items:
            if found.status.available_replicas > 0:
                where = f"{found.metadata.namespace}/{found.metadata.name}"
                raise OtherOperatorError(
                    f"{name} runs in this cluster already ({where})",
                    hint="choose another cluster, or leave --kubeconfig out",
                )
