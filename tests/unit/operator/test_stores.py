import pytest

from headwater.domain.errors import HeadwaterError
from headwater.kube.resource import ObjectKey
from headwater.operator.names import StoreId
from headwater.operator.stores import store_for_provider
from headwater.resources.meta import ObjectMeta
from headwater.resources.references import StoreKind
from headwater.resources.secret_store import SecretStore, SecretStoreSpec

ID = StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "store"))


def store(**provider: object) -> SecretStore:
    meta = ObjectMeta(name="store", namespace="default", uid="u", generation=3)
    return SecretStore(metadata=meta, spec=SecretStoreSpec(provider=provider))


def test_a_provider_gets_its_own_settings() -> None:
    found = store_for_provider(ID, store(fake={"data": [{"key": "a", "value": "b"}]}))
    assert (found.uid, found.generation, found.provider) == ("u", 3, "fake")


REFUSED = {
    "no provider": (store(), "exactly one provider"),
    "two providers": (store(fake={"data": []}, vault={}), "exactly one provider"),
    "one that we lack": (store(vault={}), r"not supported: spec\.provider\.vault"),
    "settings of another shape": (store(fake={"data": "x"}), r"spec\.provider\.fake"),
    "a way to sign in that we lack": (
        store(doppler={"auth": {"oidcConfig": {"identity": "i", "serviceAccountRef": {"name": "s"}}}}),
        r"not supported: spec\.provider\.doppler\.auth\.oidcConfig",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_served_is_refused(case: str) -> None:
    found, message = REFUSED[case]
    with pytest.raises(HeadwaterError, match=message):
        store_for_provider(ID, found)
