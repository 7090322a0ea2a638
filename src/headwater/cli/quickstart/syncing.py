"""Awaiting what the operator makes of what was loaded, and saying what is missing if it never comes."""

import asyncio
from collections.abc import Mapping

from headwater.cli.quickstart import apps
from headwater.cli.quickstart.waiting import until
from headwater.cli.quickstart.workloads import DEPLOYMENTS, Workload
from headwater.domain.errors import UnavailableError
from headwater.kube.client import KubeClient
from headwater.kube.resource import ObjectKey
from headwater.operator.report import ready_of
from headwater.operator.resource_types import EXTERNAL_SECRETS, SECRETS
from headwater.resources.kube_secret import KubeSecret


class NeverCameError(UnavailableError):
    """Everything runs, and what should have followed did not."""

    code = "never_came"


async def until_synced(kube: KubeClient) -> None:
    """Return once every app's Secret has all of its keys.

    Raises:
        NeverCameError: with what the operator says about it.
    """
    await asyncio.gather(*(_until_made(kube, app) for app in apps.APPS))


async def until_available(kube: KubeClient) -> None:
    """Return once every app's Deployment has its pod running: in the cluster that quickstart brings."""
    for app in apps.APPS:
        try:
            await until(kube, DEPLOYMENTS, ObjectKey(apps.NAMESPACE, app.name), _is_available)
        except TimeoutError:
            raise NeverCameError(f"no pod of the Deployment {app.name} runs") from None


async def until_holds(kube: KubeClient, name: str, data: Mapping[str, bytes]) -> None:
    """Return once the Secret has these values among its own."""
    try:
        await until(kube, SECRETS, ObjectKey(apps.NAMESPACE, name), lambda found: _holds(found, data))
    except TimeoutError:
        raise NeverCameError(f"the Secret {name} never changed: {await _said(kube, name)}") from None


async def _until_made(kube: KubeClient, app: apps.App) -> None:
    def has_all(found: KubeSecret | None) -> bool:
        return found is not None and app.keys.keys() <= found.data.keys()

    try:
        await until(kube, SECRETS, ObjectKey(apps.NAMESPACE, app.secret), has_all)
    except TimeoutError:
        raise NeverCameError(f"the Secret {app.secret} was not made: {await _said(kube, app.secret)}") from None


async def _said(kube: KubeClient, name: str) -> str:
    """What stands in the Ready condition of an ExternalSecret; values are masked there."""
    found = await kube.find(EXTERNAL_SECRETS, ObjectKey(apps.NAMESPACE, name))
    ready = ready_of(found.status.conditions) if found is not None else None
    return ready.message if ready is not None else "the operator has not said why"


def _holds(found: KubeSecret | None, data: Mapping[str, bytes]) -> bool:
    return found is not None and data.items() <= found.data.items()


def _is_available(found: Workload | None) -> bool:
    return found is not None and found.status.available_replicas > 0
