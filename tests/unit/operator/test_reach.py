"""Each reference is made from the wrong place once; the access log shows that nothing was read there."""

import pytest

from headwater.domain.errors import HeadwaterError
from headwater.kube.resource import ObjectKey
from headwater.operator.links import Links
from headwater.operator.names import StoreId
from headwater.operator.providers.protocol import NO_CREDENTIAL, CredentialRef
from headwater.operator.reach import AbsentError, MalformedReferenceError, OutOfReachError, Reach, Rules
from headwater.resources.kube_secret import KubeSecret, TargetMeta, TargetMetadata
from headwater.resources.meta import LabelRequirement, LabelSelector, Namespace, ObjectMeta
from headwater.resources.references import StoreKind
from headwater.resources.secret_store import SecretStore, SecretStoreSpec, StoreCondition
from tests.support.canary import secret

OWN = StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "own"))
WIDE = StoreId(StoreKind.CLUSTER_SECRET_STORE, ObjectKey("", "wide"))
TOKEN = secret("token")


class SmallCluster:
    """A cluster in memory that notes which Secrets were read."""

    def __init__(self, *conditions: StoreCondition, version: str = "1", data: dict[str, bytes] | None = None) -> None:
        spec = SecretStoreSpec(provider={}, conditions=conditions)
        self.stores = {
            OWN: SecretStore(metadata=ObjectMeta(name="own", namespace="default"), spec=spec),
            WIDE: SecretStore(metadata=ObjectMeta(name="wide"), spec=spec),
        }
        self.version = version
        self.data = {"dopplerToken": TOKEN.encode()} if data is None else data
        self.read: list[ObjectKey] = []

    def find_store(self, store: StoreId) -> SecretStore | None:
        return self.stores.get(store)

    def find_namespace(self, name: str) -> Namespace | None:
        return Namespace(metadata=ObjectMeta(name=name, labels={"team": "a"}))

    def find_secret_metadata(self, key: ObjectKey) -> TargetMetadata | None:
        meta = TargetMeta(name=key.name, namespace=key.namespace, uid="u", resource_version=self.version)
        return TargetMetadata(metadata=meta)

    async def read_secret(self, key: ObjectKey) -> KubeSecret | None:
        self.read.append(key)
        if key.name == "absent":
            return None
        meta = ObjectMeta(name=key.name, namespace=key.namespace, uid="u", resource_version=self.version)
        return KubeSecret(metadata=meta, data=self.data)


def reach(cluster: SmallCluster, *, strict: bool = False) -> Reach:
    return Reach(cluster, Rules(require_store_conditions=strict), Links())


def ref(name: str = "token", namespace: str | None = None) -> CredentialRef:
    return CredentialRef(name=name, key="dopplerToken", namespace=namespace, path="provider.doppler.auth.secretRef")


def labelled(**labels: str) -> StoreCondition:
    return StoreCondition(namespace_selector=LabelSelector(match_labels=labels))


SERVED: dict[str, tuple[tuple[StoreCondition, ...], bool]] = {
    "no conditions": ((), True),
    "a listed namespace": ((StoreCondition(namespaces=("default",)),), True),
    "a namespace that is not listed": ((StoreCondition(namespaces=("other",)),), False),
    "several names": ((StoreCondition(namespaces=("other", "default")),), True),
    "several entries": ((StoreCondition(namespaces=("other",)), StoreCondition(namespaces=("default",))), True),
    "labels": ((labelled(team="a"),), True),
    "other labels": ((labelled(team="b"),), False),
    "only some labels": ((labelled(team="a", stage="live"),), False),
    "one of many": ((labelled(team="b"), labelled(team="a")), True),
    "none of many": ((labelled(team="b"), labelled(team="c")), False),
    "names or labels": (
        (StoreCondition(namespaces=("other",), namespace_selector=LabelSelector(match_labels={"team": "a"})),),
        True,
    ),
    "a pattern": ((StoreCondition(namespace_regexes=("^def",)),), True),
    "a pattern anywhere": ((StoreCondition(namespace_regexes=("faul",)),), True),
    "a pattern that does not match": ((StoreCondition(namespace_regexes=("^fault$",)),), False),
    "an empty condition": ((StoreCondition(),), False),
}


@pytest.mark.parametrize("case", SERVED)
def test_a_cluster_store_serves_the_namespaces_of_its_conditions(case: str) -> None:
    conditions, served = SERVED[case]
    cluster = SmallCluster(*conditions)
    if served:
        assert reach(cluster).store("default", WIDE) is cluster.stores[WIDE]
    else:
        with pytest.raises(OutOfReachError, match=r'not allowed from namespace "default": denied by spec\.condition'):
            reach(cluster).store("default", WIDE)


def test_conditions_are_not_asked_of_a_store_in_the_namespace() -> None:
    cluster = SmallCluster(StoreCondition(namespaces=("other",)))
    assert reach(cluster).store("default", OWN) is cluster.stores[OWN]


def test_a_strict_installation_needs_conditions() -> None:
    with pytest.raises(OutOfReachError, match="it has no conditions"):
        reach(SmallCluster(), strict=True).store("default", WIDE)


def test_an_absent_store_is_named() -> None:
    absent = StoreId(StoreKind.SECRET_STORE, ObjectKey("default", "absent"))
    with pytest.raises(AbsentError, match='could not get SecretStore "absent"'):
        reach(SmallCluster()).store("default", absent)


MALFORMED = {
    "a pattern that is none": StoreCondition(namespace_regexes=("(",)),
    "an operator that does not exist": StoreCondition(
        namespace_selector=LabelSelector(match_expressions=(LabelRequirement(key="a", operator="Like"),))
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_condition_that_means_nothing_serves_nobody(case: str) -> None:
    with pytest.raises(MalformedReferenceError, match=r"spec\.conditions"):
        reach(SmallCluster(MALFORMED[case])).store("default", WIDE)


READ = {
    "a store in a namespace reads there": (OWN, ref(), ObjectKey("default", "token")),
    "and may say so": (OWN, ref(namespace="default"), ObjectKey("default", "token")),
    "a cluster store reads where it says": (WIDE, ref(namespace="vault"), ObjectKey("vault", "token")),
}


@pytest.mark.parametrize("case", READ)
async def test_a_credential_is_read_within_reach(case: str) -> None:
    store, credential_ref, key = READ[case]
    cluster = SmallCluster()
    credential = await reach(cluster).credential(store, credential_ref)
    assert credential.value.reveal() == TOKEN
    assert cluster.read == [key]


REFUSED: dict[str, tuple[StoreId, CredentialRef, type[HeadwaterError]]] = {
    "a store in a namespace names another": (OWN, ref(namespace="vault"), OutOfReachError),
    "a cluster store names none": (WIDE, ref(), MalformedReferenceError),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_credential_out_of_reach_is_refused_and_not_read(case: str) -> None:
    store, credential_ref, error = REFUSED[case]
    cluster = SmallCluster()
    with pytest.raises(error):
        await reach(cluster).credential(store, credential_ref)
    assert cluster.read == []


async def test_a_credential_is_read_again_only_when_its_secret_changes() -> None:
    cluster = SmallCluster()
    following = reach(cluster)
    await following.credential(OWN, ref())
    await following.credential(OWN, ref())
    assert len(cluster.read) == 1
    cluster.version = "2"
    credential = await following.credential(OWN, ref())
    assert credential.resource_version == "2"
    assert len(cluster.read) == 2


ABSENT: dict[str, tuple[CredentialRef, dict[str, bytes], str]] = {
    "no Secret": (ref("absent"), {}, 'cannot get Kubernetes secret "absent" from namespace "default": not found'),
    "no key": (ref(), {}, 'cannot find secret data for key: "dopplerToken"'),
}


@pytest.mark.parametrize("case", ABSENT)
async def test_an_absent_credential_is_named(case: str) -> None:
    credential_ref, data, message = ABSENT[case]
    with pytest.raises(AbsentError, match=message):
        await reach(SmallCluster(data=data)).credential(OWN, credential_ref)


async def test_a_credential_that_is_no_text_is_refused() -> None:
    with pytest.raises(MalformedReferenceError, match="is not text"):
        await reach(SmallCluster(data={"dopplerToken": b"\xff"})).credential(OWN, ref())


async def test_a_provider_may_need_no_credential() -> None:
    assert await reach(SmallCluster()).credential(OWN, None) is NO_CREDENTIAL


async def test_a_credential_that_no_store_rests_on_is_not_kept() -> None:
    following = reach(SmallCluster())
    await following.credential(OWN, ref())
    await following.credential(OWN, ref("another"))
    assert [place.name for place, _ in following._credentials] == ["another"]
    following.forget(OWN)
    assert not following._credentials
