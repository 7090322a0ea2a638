"""The provider `doppler`: one config of a server that speaks Doppler's API, ours or Doppler's own.

Unlike External Secrets Operator, which downloads one key per request, everything that one store serves is downloaded
as a whole, in at most two forms. Surprise: `nameTransformer` and `format` hold for `find` alone; `data` and `extract`
always read plain names.

Source: external-secrets providers/v1/doppler.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import ClassVar, assert_never

from headwater import __version__
from headwater.client.client import Client, ConfigAddress, DownloadQuery, WatchEvent
from headwater.client.download import Download, NotModified, read_json_values
from headwater.client.endpoint import Endpoint, InvalidEndpointError, read_endpoint
from headwater.client.errors import (
    AccessRefusedError,
    RateLimitedError,
    RequestRefusedError,
    TokenRefusedError,
    UnreachableError,
    UpstreamNotFoundError,
)
from headwater.client.transport import Transport
from headwater.domain.errors import HeadwaterError, StartupError
from headwater.domain.hidden import Hidden
from headwater.operator.providers.picking import extract_members, matches
from headwater.operator.providers.protocol import (
    Body,
    BodyForm,
    Credential,
    CredentialRef,
    DataRef,
    EntryId,
    ETag,
    ExtractRef,
    FailureKind,
    FeedKey,
    FetchFailedError,
    FindRef,
    Hint,
    Picked,
    PickError,
    ProviderConfigError,
    Ref,
    Store,
    Unchanged,
    Validation,
)
from headwater.resources.secret_store import DopplerProvider as DopplerSettings

FILE_ENTRY = EntryId("DOPPLER_SECRETS_FILE")
"""The one entry of a body whose store sets `format`: the whole config as a file."""

DEFAULT_BASE_URL = "https://api.doppler.com"
DEFAULT_KEY = "dopplerToken"

_JSON_FORMATS = {"", "json", "dotnet-json"}
_FORMATS = {"json", "dotnet-json", "env", "yaml", "docker"}
_TRANSFORMERS = {"upper-camel", "camel", "lower-snake", "tf-var", "dotnet-env", "lower-kebab"}
_GO_TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_GO_FALSE = {"0", "f", "F", "FALSE", "false", "False"}

_REFUSALS = (TokenRefusedError, AccessRefusedError, UpstreamNotFoundError, RequestRefusedError)


def new_provider(environ: Mapping[str, str]) -> "DopplerProvider":
    """The provider with the defaults that External Secrets Operator reads from its environ.

    Raises:
        StartupError: `DOPPLER_BASE_URL` or `DOPPLER_VERIFY_TLS` makes no sense.
    """
    verify_tls = environ.get("DOPPLER_VERIFY_TLS") or "true"
    if verify_tls not in _GO_TRUE | _GO_FALSE:
        raise StartupError("DOPPLER_VERIFY_TLS is not true or false")
    try:
        default = read_endpoint(environ.get("DOPPLER_BASE_URL") or DEFAULT_BASE_URL, verify_tls=verify_tls in _GO_TRUE)
    except InvalidEndpointError as error:
        raise StartupError(f"DOPPLER_BASE_URL is {error.message}", hint=error.hint) from error
    return DopplerProvider(default)


class DopplerProvider:
    """Speaks for every store of this kind over one pair of connection pools."""

    name: ClassVar[str] = "doppler"

    def __init__(self, default: Endpoint, transport: Transport | None = None) -> None:
        self._default = default
        self._transport = transport or Transport(f"headwater-operator/{__version__}")

    def credential_ref(self, store: Store) -> CredentialRef:
        auth = _settings(store).auth
        if auth.oidc_config is not None and auth.secret_ref is None:
            raise ProviderConfigError("not supported: doppler.auth.oidcConfig", unsupported="doppler.auth.oidcConfig")
        if auth.secret_ref is None or auth.oidc_config is not None:
            raise ProviderConfigError("exactly one of 'secretRef' or 'oidcConfig' must be specified in doppler.auth")
        selector = auth.secret_ref.doppler_token
        if not selector.name:
            raise ProviderConfigError("dopplerToken.name cannot be empty")
        return CredentialRef(
            name=selector.name,
            key=selector.key or DEFAULT_KEY,
            namespace=selector.namespace,
            path="doppler.auth.secretRef.dopplerToken",
        )

    async def validate(self, store: Store, credential: Credential) -> Validation:
        self.requests(store, FindRef())
        try:
            await self._client(store, credential).check_token()
        except HeadwaterError as error:
            raise _to_failure(error) from error
        return Validation.READY

    def host(self, store: Store) -> str:
        return self._endpoint(store).base_url

    def requests(self, store: Store, ref: Ref) -> BodyForm:
        settings = _settings(store)
        form = BodyForm(settings.format or "", settings.name_transformer or "")
        if form.format and form.format not in _FORMATS:
            raise ProviderConfigError("doppler.format is none that is known", hint=", ".join(sorted(_FORMATS)))
        if form.name_transformer and form.name_transformer not in _TRANSFORMERS:
            raise ProviderConfigError(
                "doppler.nameTransformer is none that is known", hint=", ".join(sorted(_TRANSFORMERS))
            )
        return form if isinstance(ref, FindRef) else BodyForm()

    async def fetch(self, key: FeedKey, known: ETag | None) -> Body | Unchanged:
        query = DownloadQuery(
            address=_address(key.store), format=key.form.format, name_transformer=key.form.name_transformer
        )
        try:
            reply = await self._client(key.store, key.credential).download(query, known)
            return Unchanged() if isinstance(reply, NotModified) else _to_body(reply, key.form)
        except HeadwaterError as error:
            raise _to_failure(error) from error

    async def watch(self, store: Store, credential: Credential) -> AsyncGenerator[Hint, None]:
        client = self._client(store, credential)
        try:
            async with aclosing(client.watch(_address(store))) as events:
                async for event in events:
                    yield Hint.CHANGED if event is WatchEvent.CHANGED else Hint.CONNECTED
        except HeadwaterError as error:
            raise _to_failure(error) from error

    def pick(self, body: Body, ref: Ref) -> Picked:
        match ref:
            case DataRef(key=key):
                return {key: _get(body, key)}
            case ExtractRef(key=key):
                return extract_members(key, _get(body, key))
            case FindRef():
                return {entry.name: value for entry, value in body.entries.items() if _is_found(entry.name, ref)}
            case _:
                assert_never(ref)

    async def close(self) -> None:
        await self._transport.close()

    def _client(self, store: Store, credential: Credential) -> Client:
        return Client(self._transport, self._endpoint(store), credential.value)

    def _endpoint(self, store: Store) -> Endpoint:
        host = _settings(store).host
        if not host:
            return self._default
        try:
            return read_endpoint(host, verify_tls=self._default.verify_tls)
        except InvalidEndpointError as error:
            raise ProviderConfigError(f"doppler.host is {error.message}", hint=error.hint) from error


def _settings(store: Store) -> DopplerSettings:
    if not isinstance(store.settings, DopplerSettings):
        raise TypeError(f"the store {store.name} is not of the provider doppler")
    return store.settings


def _address(store: Store) -> ConfigAddress:
    settings = _settings(store)
    return ConfigAddress(project=settings.project or "", config=settings.config or "")


def _to_body(reply: Download, form: BodyForm) -> Body:
    etag = None if reply.etag is None else ETag(reply.etag)
    values = read_json_values(reply.body) if form.format in _JSON_FORMATS else {}
    if form.format:
        return Body(etag=etag, entries={FILE_ENTRY: reply.body})
    return Body(etag=etag, entries={EntryId(name): Hidden(value.reveal().encode()) for name, value in values.items()})


def _get(body: Body, key: str) -> Hidden[bytes]:
    """The value of one name; property, version and metadataPolicy mean nothing to Doppler.

    A missing one is an error, not `EntryAbsentError`: so deletionPolicy never applies, as in External Secrets Operator.
    """
    value = body.entries.get(EntryId(key))
    if value is None:
        raise PickError(f"secret '{key}' not found")
    return value


def _is_found(name: str, ref: FindRef) -> bool:
    """Both conditions hold, as far as given; tags mean nothing to Doppler."""
    return name.startswith(ref.path or "") and (ref.name_regexp is None or matches(ref.name_regexp, name))


def _to_failure(error: HeadwaterError) -> FetchFailedError:
    match error:
        case RateLimitedError():
            return FetchFailedError(str(error), FailureKind.RATE_LIMITED, retry_after=error.retry_after)
        case UnreachableError():
            return FetchFailedError(str(error), FailureKind.UNREACHABLE)
        case _ if isinstance(error, _REFUSALS):
            return FetchFailedError(str(error), FailureKind.REFUSED)
        case _:
            return FetchFailedError(str(error), FailureKind.BROKEN)
