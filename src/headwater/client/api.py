"""The calls by which people administer a server: projects and service tokens, secrets read and written.

Bodies and replies are the structs of `wire`, which the server answers with; what only programs call is in `client`.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec
from aiohttp import hdrs

from headwater.client.answers import check_answer, read_body
from headwater.client.client import ConfigAddress
from headwater.client.endpoint import Endpoint
from headwater.client.errors import BadReplyError
from headwater.client.transport import Request, Transport
from headwater.domain.hidden import Hidden
from headwater.wire import codec
from headwater.wire.projects import CreateProjectInput, Project, ProjectsReply
from headwater.wire.secrets import Secret, SecretNamesReply, SecretsReply, UpdateSecretsInput
from headwater.wire.service_tokens import CreatedServiceTokenReply, CreateServiceTokenInput

T = TypeVar("T", bound=msgspec.Struct)

_SECRETS = "/v3/configs/config/secrets"
_JSON = "application/json"
_ALL = "1000"


class Api:
    """A server as one token sees it. Every method raises a HeadwaterError of `client.errors`."""

    def __init__(self, transport: Transport, endpoint: Endpoint, token: Hidden[str]) -> None:
        self._transport = transport
        self._endpoint = endpoint
        self._token = token

    async def list_projects(self) -> list[Project]:
        reply = await self._get("/v3/projects", {"per_page": _ALL}, ProjectsReply)
        return reply.projects

    async def create_project(self, name: str, description: str = "") -> None:
        """With the environments dev, stg and prd, and a root config in each."""
        asked = CreateProjectInput(name=name, description=description)
        await self._call(self._request("POST", "/v3/projects", body=codec.encode(asked)))

    async def create_service_token(self, address: ConfigAddress, name: str, access: str = "read") -> Hidden[str]:
        """A token of one config; shown this once."""
        asked = CreateServiceTokenInput(project=address.project, config=address.config, name=name, access=access)
        body = await self._call(self._request("POST", "/v3/configs/config/tokens", body=codec.encode(asked)))
        return self._read(body, CreatedServiceTokenReply).token.key

    async def list_secrets(
        self, address: ConfigAddress, names: Sequence[str] = (), *, managed: bool = True
    ) -> Mapping[str, Secret]:
        """Name → secret, of all or of those `names` that there are; without `managed`, only what somebody set."""
        query = address.to_parameters() | {"include_managed_secrets": "true" if managed else "false"}
        if names:
            query["secrets"] = ",".join(names)
        reply = await self._get(_SECRETS, query, SecretsReply)
        return reply.secrets

    async def list_secret_names(self, address: ConfigAddress, *, managed: bool = True) -> list[str]:
        """Names alone: the server reveals nothing, and records no access."""
        query = address.to_parameters() | {"include_managed_secrets": "true" if managed else "false"}
        reply = await self._get(f"{_SECRETS}/names", query, SecretNamesReply)
        return reply.names

    async def update_secrets(self, address: ConfigAddress, values: Mapping[str, Hidden[str] | None]) -> None:
        """Set each name to its value, or delete it where that is None: all of it or nothing."""
        asked = UpdateSecretsInput(project=address.project or None, config=address.config or None, secrets=dict(values))
        await self._call(self._request("POST", _SECRETS, body=codec.encode(asked)))

    async def _get(self, path: str, query: Mapping[str, str], shape: type[T]) -> T:
        return self._read(await self._call(self._request("GET", path, query)), shape)

    async def _call(self, request: Request) -> bytes:
        async with self._transport.call(request, self._token) as response:
            await check_answer(response, self._endpoint.host, self._token)
            return await read_body(response, self._endpoint.host)

    def _request(
        self, method: str, path: str, query: Mapping[str, str] | None = None, *, body: bytes | None = None
    ) -> Request:
        headers: dict[str, str] = {hdrs.ACCEPT: _JSON}
        if body is not None:
            headers[hdrs.CONTENT_TYPE] = _JSON
        return Request(
            method=method,
            endpoint=self._endpoint,
            path=path,
            query=query or {},
            headers=headers,
            body=None if body is None else Hidden(body),
        )

    def _read(self, body: bytes, shape: type[T]) -> T:
        try:
            return codec.decode(shape, body)
        except codec.MalformedBodyError:
            # the cause is not chained: it speaks of a body that the caller sent
            raise BadReplyError(f"the reply of {self._endpoint.host} is not what this API answers") from None
