import pytest

from headwater.kube.resource import ObjectKey
from headwater.operator.external_secret.request import RefusedError, read_request
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import DataRef, ExtractRef, FindRef
from headwater.resources.external_secret import (
    DataEntry,
    DataFromEntry,
    ExternalSecret,
    ExternalSecretSpec,
    Find,
    FindName,
    RefreshPolicy,
    RemoteRef,
    Rewrite,
    Target,
    TargetManifest,
)
from headwater.resources.meta import ObjectMeta
from headwater.resources.references import GeneratorRef, SourceRef, StoreKind, StoreRef
from headwater.resources.template import Template

DATA = DataEntry(secret_key="A", remote_ref=RemoteRef(key="a", property="p", version="2"))
EXTRACT = DataFromEntry(extract=RemoteRef(key="all"))
FIND = DataFromEntry(find=Find(path="DB_", name=FindName(regexp="PASS"), tags={"b": "2", "a": "1"}))
STORE = StoreRef(name="store")
CLUSTER_STORE = StoreRef(name="wide", kind=StoreKind.CLUSTER_SECRET_STORE)


def made_of(**spec: object) -> ExternalSecret:
    meta = ObjectMeta(namespace="default", name="app")
    return ExternalSecret(metadata=meta, spec=ExternalSecretSpec(**{"secret_store_ref": STORE, **spec}))  # type: ignore[arg-type]


def test_data_from_comes_before_data_in_order() -> None:
    request = read_request(made_of(data=(DATA,), data_from=(EXTRACT, FIND)))
    assert [entry.ref for entry in request.entries] == [
        ExtractRef(key="all"),
        FindRef(name_regexp="PASS", path="DB_", tags=(("a", "1"), ("b", "2"))),
        DataRef(key="a", property="p", version="2"),
    ]


def test_what_an_entry_leaves_out_is_taken_from_the_default() -> None:
    request = read_request(made_of(data=(DATA,)))
    assert request.target == ObjectKey("default", "app")
    assert (request.refresh, request.interval) == (RefreshPolicy.PERIODIC, 3600.0)
    assert request.entries[0].store == StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "store"))


def test_a_cluster_store_has_no_namespace() -> None:
    request = read_request(made_of(secret_store_ref=CLUSTER_STORE, data=(DATA,)))
    assert request.entries[0].store == StoreId(StoreKind.CLUSTER_SECRET_STORE, ObjectKey("", "wide"))


def test_an_entry_may_name_a_store_of_its_own() -> None:
    own = DataEntry(secret_key="A", remote_ref=RemoteRef(key="a"), source_ref=SourceRef(store_ref=CLUSTER_STORE))
    request = read_request(made_of(data=(own,)))
    assert request.entries[0].store.key.name == "wide"


POLLS = {"1m": True, "0": False, "0s": False, "-5m": False}


@pytest.mark.parametrize("interval", POLLS)
def test_an_interval_of_zero_or_less_fetches_once(interval: str) -> None:
    assert read_request(made_of(data=(DATA,), refresh_interval=interval)).polls is POLLS[interval]


GET = "could not get secret data from provider: "
REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "nothing at all": ({}, f"{GET}either data or dataFrom should be specified"),
    "no store": ({"secret_store_ref": None, "data": (DATA,)}, f"{GET}spec.data[0] (key: a): no store is named"),
    "an interval of words": ({"data": (DATA,), "refresh_interval": "soon"}, f"{GET}spec.refreshInterval: 'soon'"),
    "extract and find": (
        {"data_from": (DataFromEntry(extract=RemoteRef(key="a"), find=Find()),)},
        f"{GET}spec.dataFrom[0]: exactly one",
    ),
    "neither extract nor find": ({"data_from": (DataFromEntry(),)}, f"{GET}spec.dataFrom[0]: exactly one"),
    "a rewrite": (
        {"data_from": (DataFromEntry(find=Find(), rewrite=(Rewrite(),)),)},
        f"{GET}not supported: spec.dataFrom[0].rewrite",
    ),
    "a generator": (
        {"data_from": (DataFromEntry(source_ref=SourceRef(generator_ref=GeneratorRef(kind="UUID", name="u"))),)},
        f"{GET}not supported: spec.dataFrom[0].sourceRef.generatorRef",
    ),
    "a template": (
        {"data": (DATA,), "target": Target(template=Template())},
        "could not update secret: not supported: spec.target.template",
    ),
    "a target of another kind": (
        {"data": (DATA,), "target": Target(manifest=TargetManifest(api_version="v1", kind="ConfigMap"))},
        "invalid generic target: not supported: spec.target.manifest",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_with_the_sentence_of_external_secrets_operator(case: str) -> None:
    spec, message = REFUSED[case]
    with pytest.raises(RefusedError) as refused:
        read_request(made_of(**spec))
    assert refused.value.message.startswith(message)
