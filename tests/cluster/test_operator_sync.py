"""ExternalSecrets fed by provider fake, on a real API server: what is made, merged, undone, refused and healed."""

import msgspec
import pytest

from headwater.kube.resource import ObjectKey
from headwater.operator.resource_types import EXTERNAL_SECRETS, SECRETS
from headwater.resources.kube_secret import KubeSecret
from headwater.resources.marks import (
    CERT_MANAGER_LABEL,
    CREATED_BY_LABEL,
    DATA_HASH_ANNOTATION,
    EXTERNAL_SECRET_FINALIZER,
    MANAGED_LABEL,
    created_by,
    data_hash,
    field_manager,
)
from tests.support.canary import secret
from tests.support.operator_cluster import ClusterDesk
from tests.support.operator_manifests import external_secret, fake_store, kube_secret

pytestmark = pytest.mark.needs("controlplane")

VALUES = {"DATABASE_URL": secret("url"), "JWT_SECRET": secret("jwt")}
GET = "could not get secret data from provider: "


async def test_a_first_sync_makes_the_secret_in_three_writes(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES))
    await desk.until_event("store", "Valid")
    desk.audit_log.restart()
    await desk.apply(external_secret(desk, VALUES))
    made = await desk.until_holds("app", VALUES)
    found = await desk.until_reported("app", "True", "secret synced")
    data = {key: value.encode() for key, value in VALUES.items()}
    assert made.metadata.annotations[DATA_HASH_ANNOTATION] == data_hash(data)
    assert made.metadata.labels[MANAGED_LABEL] == "true"
    assert made.metadata.labels[CREATED_BY_LABEL] == created_by(desk.namespace, "app")
    assert made.metadata.controller is not None
    assert made.metadata.controller.uid == found.metadata.uid
    assert {entry.manager for entry in made.metadata.managed_fields} == {field_manager("app")}
    assert (found.status.binding.name if found.status.binding else None) == "app"
    await desk.until_event("app", "Created")
    assert await desk.writes() == ["create secrets", "patch externalsecrets/status", "create events"]
    assert await desk.events("app") == [("Created", "secret created")]


async def test_a_hand_edit_is_undone_at_once(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_holds("app", VALUES)
    await desk.patch("secret", "app", {"stringData": {"JWT_SECRET": "by hand", "EXTRA": "by hand"}})
    await desk.until_holds("app", VALUES, within=2)


async def test_a_deleted_secret_is_made_again_at_once(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    first = await desk.until_holds("app", VALUES)
    await desk.delete("secret", "app")
    await desk.until(
        SECRETS, desk.key("app"), lambda found: found is not None and found.metadata.uid != first.metadata.uid, within=2
    )


async def test_a_removed_label_is_set_again(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_holds("app", VALUES)
    await desk.patch("secret", "app", {"metadata": {"labels": {MANAGED_LABEL: None}}})
    await desk.until(
        SECRETS,
        desk.key("app"),
        lambda found: found is not None and found.metadata.labels.get(MANAGED_LABEL) == "true",
        within=2,
    )


async def test_a_changed_value_is_written(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_holds("app", VALUES)
    rotated = {**VALUES, "JWT_SECRET": secret("rotated")}
    await desk.apply(fake_store(desk, rotated))
    await desk.until_holds("app", rotated, within=3)
    await desk.until_event("app", "Updated")


async def test_owner_adopts_a_secret_and_takes_the_keys_of_others_out(desk: ClusterDesk) -> None:
    await desk.apply(kube_secret(desk, "app", {"OTHER": "x"}, labels={"team": "a"}))
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    made = await desk.until_holds("app", VALUES)
    assert made.metadata.labels["team"] == "a"


async def test_an_owned_secret_is_collected_with_its_external_secret(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_holds("app", VALUES)
    await desk.delete("externalsecret", "app")
    await desk.until(SECRETS, desk.key("app"), lambda found: found is None, within=60)


async def test_an_orphan_outlives_its_external_secret(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES, creation="Orphan"))
    made = await desk.until_holds("app", VALUES)
    assert made.metadata.owner_references == ()
    assert CREATED_BY_LABEL not in made.metadata.labels
    await desk.delete("externalsecret", "app")
    await desk.until(EXTERNAL_SECRETS, desk.key("app"), lambda found: found is None)
    assert await desk.secret("app") is not None


async def test_merge_waits_for_the_secret_and_adds_to_it(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES, creation="Merge"))
    await desk.until_reported("app", "True", "secret will not be created due to CreationPolicy=Merge")
    assert await desk.secret("app") is None
    await desk.apply(kube_secret(desk, "app", {"OTHER": "x"}))
    merged = await desk.until_holds("app", {**VALUES, "OTHER": "x"})
    assert merged.metadata.owner_references == ()
    assert merged.metadata.annotations[DATA_HASH_ANNOTATION] == data_hash(merged.data)


async def test_two_that_merge_into_one_secret_leave_it_to_each_other(desk: ClusterDesk) -> None:
    """Their marks differ at least by kubectl's own annotation, and here they want one key with two values as well."""
    await desk.apply(kube_secret(desk, "shared", {"OTHER": "x"}), fake_store(desk, VALUES))
    for name, key in (("one", "DATABASE_URL"), ("two", "JWT_SECRET")):
        manifest = external_secret(desk, {key: ""}, name=name, target="shared", creation="Merge")
        manifest["spec"]["data"].append({"secretKey": "FOUGHT_OVER", "remoteRef": {"key": key}})
        await desk.apply(manifest)
    for name in ("one", "two"):
        await desk.until_reported(name, "True", "secret synced")
    await desk.apply(external_secret(desk, VALUES, name="later"))
    await desk.until_holds("later", VALUES)
    assert (await desk.writes()).count("update secrets") == 2
    shared = await desk.secret("shared")
    assert shared is not None
    assert shared.data.keys() == {*VALUES, "OTHER", "FOUGHT_OVER"}


async def test_merge_prunes_the_keys_that_it_no_longer_wants(desk: ClusterDesk) -> None:
    await desk.apply(kube_secret(desk, "app", {"OTHER": "x"}), fake_store(desk, VALUES))
    await desk.apply(external_secret(desk, VALUES, creation="Merge"))
    await desk.until_holds("app", {**VALUES, "OTHER": "x"})
    fewer = {"JWT_SECRET": VALUES["JWT_SECRET"]}
    await desk.apply(external_secret(desk, fewer, creation="Merge"))
    await desk.until_holds("app", {**fewer, "OTHER": "x"})


async def test_policy_none_touches_nothing(desk: ClusterDesk) -> None:
    await desk.apply(kube_secret(desk, "app", {"OTHER": "x"}), fake_store(desk, VALUES))
    before = await desk.secret("app")
    assert before is not None
    await desk.apply(external_secret(desk, VALUES, creation="None"))
    found = await desk.until_reported("app", "True", "secret synced")
    assert found.status.binding is None
    assert await desk.is_untouched(before)


async def test_a_renamed_target_takes_the_old_secret_away(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_holds("app", VALUES)
    await desk.apply(external_secret(desk, VALUES, target="renamed"))
    await desk.until_holds("renamed", VALUES)
    await desk.until(SECRETS, desk.key("app"), lambda found: found is None)
    await desk.until_event("app", "Deleted")


async def test_marks_are_copied_and_pruned(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES, labels={"tier": "web"}))
    await desk.until_holds("app", VALUES)
    await desk.apply(external_secret(desk, VALUES))
    await desk.until(SECRETS, desk.key("app"), lambda found: found is not None and "tier" not in found.metadata.labels)


async def test_find_takes_what_matches_under_converted_names(desk: ClusterDesk) -> None:
    values = {"db/url": secret("url"), "db/user": secret("user"), "other": secret("other")}
    manifest = external_secret(desk, {})
    manifest["spec"]["dataFrom"] = [{"find": {"name": {"regexp": "^db/"}}}]
    await desk.apply(fake_store(desk, values), manifest)
    await desk.until_holds("app", {"db_url": values["db/url"], "db_user": values["db/user"]})


async def test_extract_takes_the_members_of_an_object(desk: ClusterDesk) -> None:
    object_ = {"user": "admin", "password": secret("password")}
    manifest = external_secret(desk, {})
    manifest["spec"]["dataFrom"] = [{"extract": {"key": "db"}}]
    await desk.apply(fake_store(desk, {"db": msgspec.json.encode(object_).decode()}), manifest)
    await desk.until_holds("app", object_)


async def test_a_missing_store_is_said_and_heals_when_it_comes(desk: ClusterDesk) -> None:
    await desk.apply(external_secret(desk, VALUES))
    await desk.until_reported("app", "False", f'{GET}could not get SecretStore "store", it does not exist')
    assert await desk.secret("app") is None
    assert [reason for reason, _ in await desk.events("app")] == ["UpdateFailed"]
    await desk.apply(fake_store(desk, VALUES))
    await desk.until_holds("app", VALUES, within=5)
    await desk.until_reported("app", "True", within=5)


async def test_a_store_that_says_no_keeps_the_secret_and_heals(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    before = await desk.until_holds("app", VALUES)
    await desk.apply(fake_store(desk, {**VALUES, "JWT_SECRET": secret("other")}, validation=2))
    await desk.until_store_reported("store", "False", "unable to validate store")
    await desk.until_reported("app", "False", f'{GET}SecretStore "store" is not ready')
    assert await desk.is_untouched(before)
    await desk.apply(fake_store(desk, VALUES))
    await desk.until_reported("app", "True", within=5)


async def test_a_provider_that_we_lack_is_refused_by_name(desk: ClusterDesk) -> None:
    store = fake_store(desk, {})
    store["spec"]["provider"] = {"vault": {"server": "https://vault.example"}}
    await desk.apply(store, external_secret(desk, VALUES))
    await desk.until_store_reported("store", "False", "unable to create client: not supported: spec.provider.vault")
    await desk.until_reported(
        "app", "False", f'{GET}SecretStore "store" is not ready: not supported: spec.provider.vault'
    )


async def test_what_we_lack_in_an_external_secret_is_refused_by_path(desk: ClusterDesk) -> None:
    manifest = external_secret(desk, VALUES)
    manifest["spec"]["target"]["template"] = {"data": {"a": "{{ .JWT_SECRET }}"}}
    await desk.apply(fake_store(desk, VALUES), manifest)
    await desk.until_reported("app", "False", "could not update secret: not supported: spec.target.template")
    assert await desk.secret("app") is None


async def test_an_absurd_object_gets_a_condition_and_stops_nobody(desk: ClusterDesk) -> None:
    absurd = external_secret(desk, VALUES, name="absurd", interval="soon")
    empty = external_secret(desk, {}, name="empty")
    await desk.apply(absurd, empty, fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_holds("app", VALUES, within=5)
    await desk.until_reported("absurd", "False", f"{GET}spec.refreshInterval: 'soon' is no duration")
    await desk.until_reported("empty", "False", f"{GET}either data or dataFrom should be specified")


async def test_a_missing_key_keeps_the_secret(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES))
    before = await desk.until_holds("app", VALUES)
    await desk.apply(fake_store(desk, {"DATABASE_URL": VALUES["DATABASE_URL"]}))
    await desk.until_reported(
        "app", "False", f"{GET}error processing spec.data[1] (key: JWT_SECRET), err: Secret does not exist"
    )
    assert await desk.is_untouched(before)
    assert ("UpdateFailed" in {reason for reason, _ in await desk.events("app")}) is True


async def test_the_secret_of_cert_manager_is_not_touched(desk: ClusterDesk) -> None:
    await desk.apply(kube_secret(desk, "app", {"tls.crt": "x"}, labels={CERT_MANAGER_LABEL: "true"}))
    before = await desk.secret("app")
    assert before is not None
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES, creation="Merge"))
    await desk.until_reported("app", "False", "could not update secret: the Secret app is cert-manager's")
    assert await desk.is_untouched(before)


async def test_a_secret_that_grants_rights_is_not_touched(desk: ClusterDesk) -> None:
    token = kube_secret(desk, "app", {}, annotations={"kubernetes.io/service-account.name": "default"})
    await desk.apply({**token, "type": "kubernetes.io/service-account-token"})
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES, creation="Merge"))
    await desk.until_reported(
        "app", "False", "could not update secret: a Secret of type kubernetes.io/service-account-"
    )
    found = await desk.secret("app")
    assert found is not None
    assert not VALUES.keys() & found.data.keys()


async def test_anothers_target_is_left_until_it_is_given_up(desk: ClusterDesk) -> None:
    await desk.apply(fake_store(desk, VALUES), external_secret(desk, VALUES, name="first", target="shared"))
    await desk.until_holds("shared", VALUES)
    await desk.apply(external_secret(desk, VALUES, name="second", target="shared"))
    await desk.until_reported("second", "False", "target is owned by another ExternalSecret: first")
    await desk.delete("externalsecret", "first")
    await desk.until_reported("second", "True", within=60)


async def test_a_cluster_store_serves_a_namespace_once_its_labels_allow(desk: ClusterDesk) -> None:
    name = f"for-{desk.namespace}"
    store = fake_store(desk, VALUES, name=name, cluster=True)
    store["spec"]["conditions"] = [{"namespaceSelector": {"matchLabels": {"served": "yes"}}}]
    await desk.apply(store, external_secret(desk, VALUES, store=name, cluster=True))
    denied = f'{GET}using cluster store "{name}" is not allowed from namespace "{desk.namespace}"'
    await desk.until_reported("app", "False", denied)
    await desk.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": desk.namespace, "labels": {"served": "yes"}}}
    )
    await desk.until_holds("app", VALUES, within=5)


async def test_a_store_of_another_class_is_anothers(desk: ClusterDesk) -> None:
    store = fake_store(desk, VALUES)
    store["spec"]["controller"] = "theirs"
    await desk.apply(store, external_secret(desk, VALUES))
    await desk.apply(fake_store(desk, VALUES, name="ours"), external_secret(desk, VALUES, name="ours", store="ours"))
    await desk.until_holds("ours", VALUES)
    found = await desk.until(EXTERNAL_SECRETS, desk.key("app"), lambda found: found is not None)
    assert found is not None
    assert found.status.conditions == ()
    assert await desk.secret("app") is None


async def test_a_finalizer_of_external_secrets_operator_is_taken_off(desk: ClusterDesk) -> None:
    manifest = external_secret(desk, VALUES)
    manifest["metadata"]["finalizers"] = [EXTERNAL_SECRET_FINALIZER]
    await desk.apply(fake_store(desk, VALUES), manifest)
    await desk.until_holds("app", VALUES)
    found = await desk.until(
        EXTERNAL_SECRETS, desk.key("app"), lambda found: found is not None and not found.metadata.finalizers
    )
    assert isinstance(found.metadata.uid if found else None, str)


async def test_an_immutable_secret_is_said_to_be_so(desk: ClusterDesk) -> None:
    fixed = {**kube_secret(desk, "app", {"JWT_SECRET": "old"}), "immutable": True}
    await desk.apply(fixed, fake_store(desk, VALUES), external_secret(desk, VALUES))
    await desk.until_reported("app", "False", "could not update secret, target is immutable")


async def test_a_secret_in_another_namespace_is_never_seen(desk: ClusterDesk) -> None:
    """O10: a store that names another namespace's Secret is refused before anything is read there."""
    store = fake_store(desk, {})
    reference = {"name": "token", "key": "dopplerToken", "namespace": "kube-system"}
    store["spec"]["provider"] = {"doppler": {"auth": {"secretRef": {"dopplerToken": reference}}}}
    await desk.apply(store, external_secret(desk, VALUES))
    await desk.until_store_reported("store", "False", "unable to create client: ")
    found = await desk.until_reported("app", "False", GET)
    assert "namespace should either be empty or match" in found.status.conditions[0].message
    assert isinstance(await desk.client.find(SECRETS, ObjectKey("kube-system", "token")), KubeSecret | None)
