"""Waiting for an object of the cluster to be as it should, by a watch."""

import asyncio
from collections.abc import AsyncIterator, Callable

from headwater.kube.client import KubeClient
from headwater.kube.encoding import Changed
from headwater.kube.errors import ApiUnavailableError, ExpiredError, ObjectNotFoundError
from headwater.kube.resource import ObjectKey, ResourceType, Selection, T

PATIENCE = 120.0
"""Seconds for what takes one: far from any machine's pace, so that only what never comes is given up."""


_BEFORE_LISTING_AGAIN = 0.1


async def until(
    client: KubeClient, resource: ResourceType[T], key: ObjectKey, holds: Callable[[T | None], bool]
) -> T | None:
    """The object once `holds` says so of it; absent is None.

    Raises:
        TimeoutError: it never did.
        KubeError: the cluster does not say; ObjectNotFoundError if it does not serve the kind.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            async for seen in _states(client, resource, key):
                if holds(seen):
                    return seen


async def _states(client: KubeClient, resource: ResourceType[T], key: ObjectKey) -> AsyncIterator[T | None]:
    """How it is, then each change, until the stream ends or is lost; a list that fails raises."""
    selection = Selection(namespace=key.namespace, fields=f"metadata.name={key.name}")
    listing = await client.list(resource, selection)
    yield listing.items[0] if listing.items else None
    try:
        async with client.watch(resource, listing.resource_version, selection) as events:
            async for event in events:
                if isinstance(event, Changed):
                    yield None if event.gone else event.object
    except (ApiUnavailableError, ExpiredError, ObjectNotFoundError):
        await asyncio.sleep(_BEFORE_LISTING_AGAIN)
