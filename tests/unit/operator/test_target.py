import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.domain.hidden import Hidden
from headwater.operator.target import ImmutableError, UntouchableError, is_current, joined, target_of_metadata
from headwater.resources.external_secret import CreationPolicy as C
from headwater.resources.kube_secret import KubeSecret, TargetMetadata
from headwater.resources.managed_fields import OwnedFields
from headwater.resources.marks import (
    CERT_MANAGER_ANNOTATION,
    CREATED_BY_LABEL,
    DATA_HASH_ANNOTATION,
    MANAGED_LABEL,
    data_hash,
    field_manager,
)
from headwater.resources.meta import ObjectMeta
from tests.support.canary import secret
from tests.support.operator_builders import DIGEST, NEW, external_secret, managed_by, stored, target, wanted, written

OWNER = external_secret(labels={"app": "web"})
MERGE = external_secret(creation=C.MERGE)
VALUE = NEW["PASSWORD"].reveal()


def live(data: dict[str, bytes], *, manager: str = "kubectl", **fields: object) -> KubeSecret:
    meta = ObjectMeta(namespace="default", name="app", labels={"team": "a"}, annotations={"note": "kept"})
    return stored(KubeSecret(metadata=meta, data=data, **fields), manager=manager)  # type: ignore[arg-type]


def test_a_created_target_carries_the_marks_of_external_secrets_operator() -> None:
    made = joined(None, wanted(OWNER, NEW))
    assert made.type == "Opaque"
    assert made.metadata.labels.keys() == {"app", MANAGED_LABEL, CREATED_BY_LABEL}
    assert made.metadata.annotations == {DATA_HASH_ANNOTATION: data_hash({"PASSWORD": VALUE})}
    assert [(owner.uid, owner.controller) for owner in made.metadata.owner_references] == [("uid-of-app", True)]


def test_owner_takes_the_data_of_others_out_and_leaves_their_marks() -> None:
    result = joined(live({"other": b"x"}), wanted(OWNER, NEW))
    assert result.data == {"PASSWORD": VALUE}
    assert result.metadata.labels["team"] == "a"
    assert result.metadata.annotations["note"] == "kept"


def test_merge_keeps_the_data_of_others_and_hashes_all_of_it() -> None:
    result = joined(live({"other": b"x"}), wanted(MERGE, NEW))
    assert result.data == {"other": b"x", "PASSWORD": VALUE}
    assert result.metadata.annotations[DATA_HASH_ANNOTATION] == data_hash(result.data)
    assert result.metadata.owner_references == ()
    assert CREATED_BY_LABEL not in result.metadata.labels


def test_merge_wins_over_a_key_of_others() -> None:
    assert joined(live({"PASSWORD": b"theirs"}), wanted(MERGE, NEW)).data == {"PASSWORD": VALUE}


def test_merge_prunes_what_it_wrote_before_and_no_longer_wants() -> None:
    before = live({"other": b"x", "STALE": b"y"})
    ours = managed_by(field_manager("app"), OwnedFields(data=frozenset({"STALE"})))
    meta = msgspec.structs.replace(before.metadata, managed_fields=(ours,))
    result = joined(msgspec.structs.replace(before, metadata=meta), wanted(MERGE, NEW))
    assert result.data == {"other": b"x", "PASSWORD": VALUE}


def test_marks_that_the_external_secret_lost_are_pruned() -> None:
    result = joined(written(OWNER, NEW), wanted(external_secret(), NEW))
    assert "app" not in result.metadata.labels


def test_a_policy_that_does_not_own_gives_the_target_up() -> None:
    result = joined(written(external_secret(), NEW), wanted(MERGE, NEW))
    assert result.metadata.owner_references == ()
    assert CREATED_BY_LABEL not in result.metadata.labels


def test_the_owner_of_a_former_life_makes_room_for_the_present_one() -> None:
    before = written(OWNER, NEW)
    [owner] = before.metadata.owner_references
    former = msgspec.structs.replace(owner, uid="uid-of-a-former-life")
    meta = msgspec.structs.replace(before.metadata, owner_references=(former,))
    result = joined(msgspec.structs.replace(before, metadata=meta), wanted(OWNER, NEW))
    assert result.metadata.owner_references == (owner,)


def test_the_label_of_ownership_is_taken_off_whoever_put_it_there() -> None:
    made = stored(joined(None, wanted(external_secret(), NEW)), manager="kubectl")
    assert CREATED_BY_LABEL not in joined(made, wanted(MERGE, NEW)).metadata.labels


UNTOUCHABLE = {
    "a service account's token": live({}, type="Kubernetes.io/Service-Account-Token"),
    "a bootstrap token": live({}, type="bootstrap.kubernetes.io/token"),
    "a certificate": msgspec.structs.replace(
        live({}), metadata=ObjectMeta(name="app", annotations={CERT_MANAGER_ANNOTATION: "web"})
    ),
}


@pytest.mark.parametrize("case", UNTOUCHABLE)
def test_some_secrets_are_never_written(case: str) -> None:
    with pytest.raises(UntouchableError):
        joined(UNTOUCHABLE[case], wanted(MERGE, NEW))


def test_an_immutable_target_takes_no_other_data() -> None:
    with pytest.raises(ImmutableError):
        joined(live({"PASSWORD": b"old"}, immutable=True), wanted(OWNER, NEW))


def test_an_immutable_target_with_the_same_data_takes_marks() -> None:
    assert joined(live({"PASSWORD": VALUE}, immutable=True), wanted(OWNER, NEW)).metadata.labels["app"] == "web"


def test_a_secret_that_is_not_managed_is_never_current() -> None:
    meta = msgspec.convert({"metadata": {"name": "app", "namespace": "default"}}, TargetMetadata)
    assert not is_current(target_of_metadata(meta), wanted(OWNER, NEW), DIGEST)


def test_what_is_kept_of_a_target_holds_no_value() -> None:
    kept = target(written(OWNER, NEW))
    assert secret("new") not in repr(kept)
    assert VALUE not in msgspec.msgpack.encode(repr(kept))


def test_a_written_target_is_as_written_until_somebody_edits_it() -> None:
    made = written(OWNER, NEW)
    assert target(made).is_as_written
    assert not target(msgspec.structs.replace(made, data={})).is_as_written


names = st.sampled_from(["a", "b", "c"])
datas = st.dictionaries(names, st.sampled_from([b"1", b"2"]))
marks = st.dictionaries(names, st.sampled_from(["1", "2"]))
policies = st.sampled_from([C.OWNER, C.ORPHAN, C.MERGE])


@given(datas, marks, policies, datas, marks, policies, st.booleans())
def test_is_current_says_whether_joining_would_change_anything(  # noqa: PLR0917 - a table's columns
    live_data: dict[str, bytes],
    live_marks: dict[str, str],
    live_policy: C,
    data: dict[str, bytes],
    labels: dict[str, str],
    policy: C,
    ours: bool,
) -> None:
    before = joined(None, wanted(external_secret(creation=live_policy, labels=live_marks), _hidden(live_data)))
    present = stored(before, manager=field_manager("app") if ours else "kubectl")
    want = wanted(external_secret(creation=policy, labels=labels), _hidden(data))
    assert is_current(target(present), want, DIGEST) == (joined(present, want) == present)


@given(datas, marks, policies, datas, policies)
def test_what_was_joined_is_current(
    live_data: dict[str, bytes], live_marks: dict[str, str], live_policy: C, data: dict[str, bytes], policy: C
) -> None:
    before = joined(None, wanted(external_secret(creation=live_policy, labels=live_marks), _hidden(live_data)))
    want = wanted(external_secret(creation=policy), _hidden(data))
    after = joined(stored(before, manager="kubectl"), want)
    assert is_current(target(after), want, DIGEST)


def _hidden(data: dict[str, bytes]) -> dict[str, Hidden[bytes]]:
    return {key: Hidden(value) for key, value in data.items()}
