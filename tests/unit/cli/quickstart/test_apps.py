from importlib.resources import files
from itertools import count

import pytest
import yaml

from headwater.cli.quickstart import apps
from headwater.domain.hidden import Hidden
from tests.support.canary import secret

SEED = files("headwater.resources") / "seed"


def _of_seed(name: str) -> object:
    return yaml.safe_load((SEED / name).read_text(encoding="utf-8"))


def test_the_seeds_objects_are_verbatim() -> None:
    assert apps.store() == _of_seed("clustersecretstore.yaml")
    assert apps.external_secret(apps.BOOKMARKED) == _of_seed("externalsecret-bookmarked.yaml")


@pytest.mark.parametrize("app", apps.APPS, ids=lambda app: app.name)
def test_every_app_reads_from_the_one_store_what_the_config_has(app: apps.App) -> None:
    values = apps.new_values("prd", lambda: secret("x"))
    spec = apps.external_secret(app)["spec"]
    assert spec["secretStoreRef"] == {"name": apps.STORE, "kind": "ClusterSecretStore"}
    assert {entry["secretKey"]: entry["remoteRef"]["key"] for entry in spec["data"]} == app.keys
    assert set(app.keys.values()) <= values.keys()


@pytest.mark.parametrize("app", apps.APPS, ids=lambda app: app.name)
def test_every_apps_pods_take_its_secret_as_their_environ(app: apps.App) -> None:
    pod = apps.deployment(app)["spec"]["template"]["spec"]
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": app.secret}}]


def test_no_two_names_have_one_value() -> None:
    numbers = count()
    values = [value.reveal() for value in apps.new_values("prd", lambda: secret(str(next(numbers)))).values()]
    assert len(values) == len(set(values))


def test_the_token_stands_in_one_object_alone() -> None:
    shown = [manifest["kind"] for manifest in apps.manifests(Hidden(secret("token"))) if "data" in manifest]
    assert shown == ["Secret"]
