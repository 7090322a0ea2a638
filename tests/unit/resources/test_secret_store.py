from typing import Any

import msgspec
import pytest

from headwater.resources.meta import ObjectMeta
from headwater.resources.secret_store import (
    ClusterSecretStore,
    DopplerProvider,
    FakeProvider,
    InvalidStoreError,
    OtherProvider,
    SecretStoreSpec,
    chosen_provider,
)
from tests.support.canary import CANARY, secret

DOPPLER = {"auth": {"secretRef": {"dopplerToken": {"name": "token"}}}, "host": "https://headwater.example"}


def test_doppler_is_read() -> None:
    provider = chosen_provider(SecretStoreSpec(provider={"doppler": DOPPLER}))
    assert isinstance(provider, DopplerProvider)
    assert provider.auth.secret_ref is not None
    assert (provider.auth.secret_ref.doppler_token.name, provider.host) == ("token", "https://headwater.example")


def test_fake_is_read_and_does_not_show_its_values() -> None:
    entry = {"key": "A", "value": secret("a")}
    provider = chosen_provider(SecretStoreSpec(provider={"fake": {"data": [entry]}}))
    assert isinstance(provider, FakeProvider)
    assert provider.data[0].value == secret("a")
    assert CANARY not in repr(provider)


def test_a_provider_that_does_not_exist_here_keeps_its_name() -> None:
    assert chosen_provider(SecretStoreSpec(provider={"vault": {"server": "x"}})) == OtherProvider("vault")


INVALID: dict[str, dict[str, Any]] = {
    "no provider": {},
    "two providers": {"doppler": DOPPLER, "fake": {"data": []}},
    "doppler without auth": {"doppler": {}},
    "fake whose data is a text": {"fake": {"data": secret("x")}},
}


@pytest.mark.parametrize("case", INVALID)
def test_a_provider_of_another_shape_is_refused_without_showing_values(case: str) -> None:
    with pytest.raises(InvalidStoreError, match=r"spec\.provider"):
        chosen_provider(SecretStoreSpec(provider=INVALID[case]))


def test_settings_of_any_provider_survive_reading_and_writing() -> None:
    wire = {
        "apiVersion": "external-secrets.io/v1",
        "spec": {"provider": {"aws": {"service": "x", "deep": [{"er": 1}]}}},
    }
    store = msgspec.json.decode(msgspec.json.encode(wire), type=ClusterSecretStore)
    assert msgspec.to_builtins(store) | {"metadata": {}} == wire | {"metadata": {}}


def test_a_store_shows_no_value_that_stands_in_it() -> None:
    spec = SecretStoreSpec(provider={"fake": {"data": [{"key": "A", "value": secret("a")}]}})
    meta = ObjectMeta(name="s", annotations={"kubectl.kubernetes.io/last-applied-configuration": secret("a")})
    shown = repr(ClusterSecretStore(metadata=meta, spec=spec))
    assert "fake" in shown
    assert CANARY not in shown
