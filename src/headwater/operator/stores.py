"""A store of the cluster as its provider sees it."""

from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import ProviderConfigError, Store
from headwater.resources.secret_store import SecretStore, chosen_provider
from headwater.resources.unsupported import unsupported_in_store


def store_for_provider(store_id: StoreId, store: SecretStore) -> Store:
    """Raises InvalidStoreError for what names no provider, ProviderConfigError for what we do not do yet."""
    settings = chosen_provider(store.spec)
    for path in unsupported_in_store(settings):
        raise ProviderConfigError(f"not supported: {path}", unsupported=path)
    [name] = store.spec.provider
    return Store(
        uid=store.metadata.uid,
        generation=store.metadata.generation,
        kind=store_id.kind,
        name=store_id.key.name,
        provider=name,
        settings=settings,
    )
