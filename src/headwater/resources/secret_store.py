"""SecretStore and ClusterSecretStore: where values come from, and with which credential.

`spec.provider` names one provider by its key. The schema lists only those that exist here and keeps every other whole,
so that a store written for a provider that we lack survives, and can be refused by name.
"""

from typing import Annotated, Any, TypeAlias

import msgspec

from headwater.domain.errors import InvalidInputError
from headwater.resources.meta import Condition, ObjectMeta
from headwater.resources.references import SecretKeySelector, Selector, ServiceAccountSelector
from headwater.resources.schema import EXACTLY_ONE, OPEN, KubeStruct, NamespaceName, doc, one_of, rule


class InvalidStoreError(InvalidInputError):
    """A store whose `spec.provider` cannot be read."""

    code = "invalid_store"


class DopplerOidc(KubeStruct, frozen=True, kw_only=True):
    """Signs in with a token of a service account."""

    identity: Annotated[str, doc("the id of the service account identity at the server")]
    service_account_ref: Annotated[ServiceAccountSelector, doc("whose token is shown to the server")]
    expiration_seconds: Annotated[int, doc("how long the token lives", format="int64")] = 600


class DopplerSecretRef(KubeStruct, frozen=True, kw_only=True):
    """Signs in with a token that a Secret holds."""

    doppler_token: Annotated[SecretKeySelector, doc("the Secret's key; without one, `dopplerToken`")]


class DopplerAuth(KubeStruct, frozen=True, kw_only=True):
    """How to sign in; exactly one way."""

    secret_ref: Annotated[DopplerSecretRef | None, doc("with a token from a Secret")] = None
    oidc_config: Annotated[DopplerOidc | None, doc("with a service account's own token")] = None


class DopplerProvider(KubeStruct, frozen=True, kw_only=True):
    """Reads one config over the Doppler API v3: Headwater's server or Doppler's own."""

    auth: Annotated[
        DopplerAuth,
        doc(
            "how to sign in",
            **rule(
                "has(self.secretRef) != has(self.oidcConfig)",
                "Exactly one of 'secretRef' or 'oidcConfig' must be specified",
            ),
        ),
    ]
    project: Annotated[str | None, doc("the project; needed unless the token is of one config")] = None
    config: Annotated[str | None, doc("the config; needed unless the token is of one config")] = None
    name_transformer: Annotated[
        str | None,
        doc(
            "how names are rewritten by the server",
            **one_of("upper-camel", "camel", "lower-snake", "tf-var", "dotnet-env", "lower-kebab"),
        ),
    ] = None
    format: Annotated[
        str | None,
        doc(
            "fetch the config as one file of this format, under the key DOPPLER_SECRETS_FILE",
            **one_of("json", "dotnet-json", "env", "yaml", "docker"),
        ),
    ] = None
    host: Annotated[
        str | None, doc("the server's address, such as `https://headwater.example`; goes before DOPPLER_BASE_URL")
    ] = None


class FakeEntry(KubeStruct, frozen=True, kw_only=True):
    """A value written down in the store, for trying things out."""

    key: Annotated[str, doc("its name")]
    value: Annotated[str, doc("the value itself; readable by whoever may read the store")]
    version: Annotated[str | None, doc("its version")] = None

    def __repr__(self) -> str:
        return f"FakeEntry({self.key})"


class FakeProvider(KubeStruct, frozen=True, kw_only=True):
    """Values written down in the store itself; not for real secrets."""

    data: Annotated[tuple[FakeEntry, ...], doc("the values")]
    validation_result: Annotated[int, doc("how the store's validation comes out: 0 ready, 1 unknown, 2 error")] = 0


class OtherProvider(KubeStruct, frozen=True):
    """A provider that does not exist here; its settings are kept but not read."""

    name: str


Provider: TypeAlias = DopplerProvider | FakeProvider | OtherProvider

PROVIDERS: dict[str, type[DopplerProvider | FakeProvider]] = {"doppler": DopplerProvider, "fake": FakeProvider}


class RetrySettings(KubeStruct, frozen=True, kw_only=True):
    """How calls to the provider are tried again."""

    max_retries: Annotated[int | None, doc("how often", format="int32")] = None
    retry_interval: Annotated[str | None, doc("the pause in between, such as `10s`")] = None


class StoreCondition(KubeStruct, frozen=True, kw_only=True):
    """Which namespaces may use a ClusterSecretStore; any of the three suffices."""

    namespace_selector: Annotated[Selector | None, doc("namespaces with these labels")] = None
    namespaces: Annotated[tuple[NamespaceName, ...], doc("namespaces by name")] = ()
    namespace_regexes: Annotated[tuple[str, ...], doc("namespaces whose name holds a match of an RE2 pattern")] = ()


class SecretStoreSpec(KubeStruct, frozen=True, kw_only=True):
    """The provider, and who may use it."""

    controller: Annotated[str | None, doc("the class of the operator that serves this store")] = None
    provider: Annotated[
        dict[str, Any],
        msgspec.Meta(
            extra_json_schema={"description": "exactly one provider, by its key", **EXACTLY_ONE, **OPEN},
            extra={"properties": PROVIDERS},
        ),
    ]
    retry_settings: Annotated[RetrySettings | None, doc("how calls to the provider are tried again")] = None
    refresh_interval: Annotated[
        int | str | None, doc("how often the store is validated: seconds, or a duration such as `5m`")
    ] = None
    conditions: Annotated[
        tuple[StoreCondition, ...],
        doc("for a ClusterSecretStore: which namespaces may use it; without any, all may"),
    ] = ()

    def __repr__(self) -> str:
        """Settings may hold values (provider fake), so only the provider's name is shown."""
        return f"SecretStoreSpec({', '.join(self.provider)})"


class SecretStoreStatus(KubeStruct, frozen=True, kw_only=True):
    """Whether the store works."""

    conditions: Annotated[tuple[Condition, ...], doc("the state, one aspect each")] = ()
    capabilities: Annotated[str | None, doc("`ReadOnly`, `WriteOnly` or `ReadWrite`")] = None


class SecretStore(KubeStruct, frozen=True, kw_only=True):
    """A provider and its credential, for the ExternalSecrets of its namespace."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = ObjectMeta()
    spec: Annotated[SecretStoreSpec, doc("the provider, and who may use it")] = SecretStoreSpec(provider={})
    status: Annotated[SecretStoreStatus, doc("whether the store works")] = SecretStoreStatus()


class ClusterSecretStore(SecretStore, frozen=True):
    """A provider and its credential, for the ExternalSecrets of every namespace that its conditions allow."""


def chosen_provider(spec: SecretStoreSpec) -> Provider:
    """The one provider that `spec` names.

    Raises:
        InvalidStoreError: there is none, more than one, or its settings are not of its shape.
    """
    if len(spec.provider) != 1:
        raise InvalidStoreError("spec.provider must name exactly one provider")
    [(name, settings)] = spec.provider.items()
    shape = PROVIDERS.get(name)
    if shape is None:
        return OtherProvider(name)
    try:
        return msgspec.convert(settings, shape)
    except msgspec.ValidationError as error:
        raise InvalidStoreError(f"spec.provider.{name}: {error}") from error
