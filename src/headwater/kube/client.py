"""The verbs of the Kubernetes API on typed objects.

Surprise: an object that does not decode into its struct is logged by name and left out of lists, and told of as odd by
watches, so that it does not hide all the others; `get` and writes raise instead.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, Self

import msgspec

from headwater import __version__
from headwater.kube import tokens
from headwater.kube.access import Access
from headwater.kube.encoding import (
    JSON_BODY,
    Event,
    Page,
    accept,
    name_in,
    parse_events,
    parse_object,
    parse_page,
)
from headwater.kube.errors import ObjectNotFoundError
from headwater.kube.resource import EVERYTHING, ObjectKey, ResourceType, Selection, T
from headwater.kube.tokens import IssuedToken
from headwater.kube.transport import Call, Timeouts, Transport
from headwater.kube.writes import ANY_STATE, Patch, Preconditions

USER_AGENT = f"headwater-operator/{__version__}"

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """Objects as they were at one moment, which `resource_version` names."""

    items: Sequence[T]
    resource_version: str


class KubeClient:
    """One cluster, as one identity. Every method raises a `KubeError` for what the API server does not do."""

    def __init__(self, access: Access, *, user_agent: str = USER_AGENT, timeouts: Timeouts | None = None) -> None:
        self.access = access
        self._transport = Transport(access, user_agent=user_agent, timeouts=timeouts)

    async def close(self) -> None:
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def get(self, resource: ResourceType[T], key: ObjectKey) -> T:
        call = Call(method="GET", path=resource.path(key), doing=f"get {resource} {key}", headers=accept(resource))
        return parse_object(resource, await self._transport.call(call), call.doing)

    async def find(self, resource: ResourceType[T], key: ObjectKey) -> T | None:
        try:
            return await self.get(resource, key)
        except ObjectNotFoundError:
            return None

    async def create(self, resource: ResourceType[T], namespace: str, body: object, *, field_manager: str = "") -> T:
        """The object as it was stored; `body` is anything that msgspec encodes.

        Raises:
            AlreadyExistsError, ObjectRefusedError, AccessForbiddenError, ApiUnavailableError
        """
        call = Call(
            method="POST",
            path=resource.collection(namespace),
            doing=f"create {resource} {ObjectKey(namespace, name_in(body))}".rstrip(),
            query=_query({"fieldManager": field_manager}),
            headers={**accept(resource), **JSON_BODY},
            body=msgspec.json.encode(body),
        )
        return parse_object(resource, await self._transport.call(call), call.doing)

    async def update(
        self, resource: ResourceType[T], key: ObjectKey, body: object, *, field_manager: str = "", subresource: str = ""
    ) -> T:
        """Replace an object, or only its `status`; a resourceVersion in `body` must be the current one.

        Raises:
            StaleObjectError, ObjectNotFoundError, ObjectRefusedError
        """
        call = Call(
            method="PUT",
            path=resource.path(key, subresource),
            doing=f"update {resource} {key}",
            query=_query({"fieldManager": field_manager}),
            headers={**accept(resource), **JSON_BODY},
            body=msgspec.json.encode(body),
        )
        return parse_object(resource, await self._transport.call(call), call.doing)

    async def patch(
        self, resource: ResourceType[T], key: ObjectKey, patch: Patch, *, field_manager: str = "", subresource: str = ""
    ) -> T:
        """Change an object, or only its `status`; an apply needs a `field_manager`, and creates what is absent.

        Raises:
            StaleObjectError: a resourceVersion in the patch is not the current one, or an apply conflicts.
            ObjectNotFoundError, ObjectRefusedError
        """
        call = Call(
            method="PATCH",
            path=resource.path(key, subresource),
            doing=f"patch {resource} {key}",
            query=_query({"fieldManager": field_manager, "force": "true" if patch.force else ""}),
            headers={**accept(resource), "Content-Type": patch.type},
            body=msgspec.json.encode(patch.body),
        )
        return parse_object(resource, await self._transport.call(call), call.doing)

    async def delete(
        self,
        resource: ResourceType[Any],
        key: ObjectKey,
        *,
        preconditions: Preconditions = ANY_STATE,
        propagation: str = "Background",
    ) -> None:
        """Raises ObjectNotFoundError, and StaleObjectError if a precondition does not hold."""
        call = Call(
            method="DELETE",
            path=resource.path(key),
            doing=f"delete {resource} {key}",
            headers=JSON_BODY,
            body=msgspec.json.encode(preconditions.to_options(propagation)),
        )
        await self._transport.call(call)

    async def page(
        self, resource: ResourceType[T], selection: Selection = EVERYTHING, *, limit: int = PAGE_SIZE, after: str = ""
    ) -> Page[T]:
        """At most `limit` objects (0: all), those that follow the page whose `next` is `after`.

        Raises:
            ExpiredError: the pages before this one are too old to go on; start again.
        """
        call = Call(
            method="GET",
            path=resource.collection(selection.namespace),
            doing=f"list {resource}",
            query=_query({**selection.query(), "limit": str(limit) if limit else "", "continue": after}),
            headers={**accept(resource, many=True), "Accept-Encoding": "gzip"},
        )
        return parse_page(resource, await self._transport.call(call))

    async def list(self, resource: ResourceType[T], selection: Selection = EVERYTHING) -> Listing[T]:
        """All selected objects, fetched in pages.

        Raises:
            ExpiredError: it took too long.
        """
        page = await self.page(resource, selection)
        found = [*page.items]
        while page.next:
            page = await self.page(resource, selection, after=page.next)
            found += page.items
        return Listing(items=found, resource_version=page.resource_version)

    @asynccontextmanager
    async def watch(
        self, resource: ResourceType[T], since: str, selection: Selection = EVERYTHING, *, seconds: int = 300
    ) -> AsyncIterator[AsyncIterator[Event[T]]]:
        """What happened after resource version `since`, as it happens, for `seconds` at most.

        Raises:
            ExpiredError: `since` is too old; list again. Also raised while events are read.
            ApiUnavailableError: the stream is lost or silent.
        """
        wanted = {"watch": "true", "allowWatchBookmarks": "true", "resourceVersion": since}
        call = Call(
            method="GET",
            path=resource.collection(selection.namespace),
            doing=f"watch {resource}",
            query=_query({**selection.query(), **wanted, "timeoutSeconds": str(seconds)}),
            headers=accept(resource),
        )
        async with self._transport.stream(call) as lines:
            yield parse_events(resource, lines)

    async def create_token(self, key: ObjectKey, audiences: Sequence[str] = (), *, seconds: int = 600) -> IssuedToken:
        """A token of ServiceAccount `key` for `audiences` (none: the API server), for at least 600 seconds."""
        call = Call(
            method="POST",
            path=f"/api/v1/namespaces/{key.namespace}/serviceaccounts/{key.name}/token",
            doing=f"create a token of serviceaccount {key}",
            headers=JSON_BODY,
            body=tokens.to_request(audiences, seconds),
        )
        return tokens.parse_answer(await self._transport.call(call))


def _query(parameters: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in parameters.items() if value}
