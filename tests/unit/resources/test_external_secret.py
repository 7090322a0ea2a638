from importlib.resources import files
from typing import Any

import msgspec
import pytest
import yaml

import headwater.resources
from headwater.resources.external_secret import CreationPolicy, DeletionPolicy, ExternalSecret, ExternalSecretSpec
from headwater.resources.meta import ObjectMeta
from headwater.resources.references import StoreKind, StoreRef
from headwater.resources.secret_store import ClusterSecretStore

SEED = files(headwater.resources) / "seed"


def seed(name: str) -> Any:
    return yaml.safe_load((SEED / name).read_text(encoding="utf-8"))


def test_the_seeds_external_secret_is_read() -> None:
    read = msgspec.convert(seed("externalsecret-bookmarked.yaml"), ExternalSecret)
    assert [entry.remote_ref.key for entry in read.spec.data] == ["DATABASE_URL", "JWT_SECRET"]
    assert (read.target_name, read.spec.refresh_interval) == ("bookmarked-secrets", "1m")
    assert read.spec.target.creation_policy is CreationPolicy.OWNER


@pytest.mark.parametrize(
    ("name", "struct"),
    [("externalsecret-bookmarked.yaml", ExternalSecret), ("clustersecretstore.yaml", ClusterSecretStore)],
)
def test_what_is_read_from_the_seed_is_written_back_save_defaults(name: str, struct: type[msgspec.Struct]) -> None:
    written = msgspec.json.decode(msgspec.json.encode(msgspec.convert(seed(name), struct)))
    expected = seed(name)
    expected["spec"].get("target", {}).pop("creationPolicy", None)
    assert written == expected


def test_a_target_takes_the_external_secrets_name_by_default() -> None:
    assert ExternalSecret(metadata=ObjectMeta(name="db")).target_name == "db"


def test_an_absent_spec_means_esos_defaults() -> None:
    spec = msgspec.json.decode(b"{}", type=ExternalSecret).spec
    assert (spec.refresh_interval, spec.target.deletion_policy) == ("1h0m0s", DeletionPolicy.RETAIN)
    assert spec == ExternalSecretSpec()


def test_a_store_without_kind_is_a_secret_store() -> None:
    assert StoreRef(name="a").resolved_kind is StoreKind.SECRET_STORE
