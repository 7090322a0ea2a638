"""The provider `fake`: values that stand in the store itself, for trying things out and for tests of the operator.

Source: external-secrets providers/v1/fake. Surprise: of a name with several versions, `find` takes the one whose
version is the greatest as text.
"""

from collections.abc import Mapping
from typing import ClassVar, assert_never

from headwater.domain.hidden import Hidden
from headwater.operator.providers.picking import extract_members, matches
from headwater.operator.providers.protocol import (
    Body,
    BodyForm,
    Credential,
    DataRef,
    EntryAbsentError,
    EntryId,
    ETag,
    ExtractRef,
    FeedKey,
    FindRef,
    Picked,
    PickError,
    ProviderConfigError,
    Ref,
    Store,
    Unchanged,
    Validation,
)
from headwater.resources.secret_store import FakeProvider as FakeSettings

_READY, _UNKNOWN = 0, 1


def new_provider(_environ: Mapping[str, str]) -> "FakeProvider":
    return FakeProvider()


class FakeProvider:
    """Needs no credential and no connection; a body changes when the store does."""

    name: ClassVar[str] = "fake"

    def credential_ref(self, store: Store) -> None:
        for entry in _settings(store).data:
            if not entry.key or not entry.value:
                raise ProviderConfigError("key and value of every fake.data entry must be set")

    async def validate(self, store: Store, _credential: Credential) -> Validation:
        result = _settings(store).validation_result
        if result not in {_READY, _UNKNOWN}:
            raise ProviderConfigError("unable to validate")
        return Validation.UNKNOWN if result == _UNKNOWN else Validation.READY

    def host(self, _store: Store) -> str:
        return ""

    def requests(self, _store: Store, _ref: Ref) -> BodyForm:
        return BodyForm()

    async def fetch(self, key: FeedKey, _known: ETag | None) -> Body | Unchanged:
        entries = {
            EntryId(entry.key, entry.version or ""): Hidden(entry.value.encode()) for entry in _settings(key.store).data
        }
        return Body(etag=None, entries=entries)

    def watch(self, _store: Store, _credential: Credential) -> None:
        return None

    def pick(self, body: Body, ref: Ref) -> Picked:
        match ref:
            case DataRef(key=key):
                return {key: _get(body, ref)}
            case ExtractRef(key=key):
                return extract_members(key, _get(body, ref))
            case FindRef():
                return _find(body, ref)
            case _:
                assert_never(ref)

    async def close(self) -> None:
        """Nothing is held."""


def _settings(store: Store) -> FakeSettings:
    if not isinstance(store.settings, FakeSettings):
        raise TypeError(f"the store {store.name} is not of the provider fake")
    return store.settings


def _get(body: Body, ref: DataRef | ExtractRef) -> Hidden[bytes]:
    if ref.property:
        raise PickError("not supported: remoteRef.property")
    value = body.entries.get(EntryId(ref.key, ref.version))
    if value is None:
        raise EntryAbsentError
    return value


def _find(body: Body, ref: FindRef) -> Picked:
    if ref.name_regexp is None:
        raise PickError("unsupported find operator", hint="the provider fake finds by name.regexp alone")
    found = [entry for entry in sorted(body.entries) if matches(ref.name_regexp, entry.name)]
    return {entry.name: body.entries[entry] for entry in found}
