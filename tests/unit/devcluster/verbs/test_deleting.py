"""Deleting: finalizers, preconditions, and what becomes of dependents and namespaces."""

from typing import Any

import pytest

from tests.support.devcluster import MAPS, Devcluster, config_map

SECRETS = MAPS.replace("configmaps", "secrets")


def owned(dev: Devcluster, name: str, *owners: str) -> None:
    found = [dev.get(f"{MAPS}/{owner}") for owner in owners]
    references = [
        {"apiVersion": "v1", "kind": "ConfigMap", "name": each["metadata"]["name"], "uid": each["metadata"]["uid"]}
        for each in found
    ]
    dev.create(SECRETS, {"metadata": {"name": name, "ownerReferences": references}})


def test_an_object_with_finalizers_is_marked_and_goes_with_the_last(dev: Devcluster) -> None:
    body = config_map("c")
    body["metadata"]["finalizers"] = ["example.com/a"]
    dev.create(MAPS, body)
    marked = dev.delete(f"{MAPS}/c")
    assert marked["metadata"]["deletionTimestamp"]
    dev.patch(f"{MAPS}/c", {"metadata": {"finalizers": []}})
    assert not dev.exists(f"{MAPS}/c")


@pytest.mark.parametrize("condition", [{"uid": "another"}, {"resourceVersion": "1"}])
def test_a_precondition_that_fails_keeps_the_object(dev: Devcluster, condition: dict[str, str]) -> None:
    dev.create(MAPS, config_map("c"))
    body = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": condition}
    assert dev.status("DELETE", f"{MAPS}/c", body) == (409, "Conflict")
    assert dev.exists(f"{MAPS}/c")


def test_dependents_go_in_the_background(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("owner"))
    owned(dev, "mine", "owner")
    dev.delete(f"{MAPS}/owner")
    dev.settle()
    assert not dev.exists(f"{SECRETS}/mine")


def test_a_dependent_of_two_stays_while_one_is_there(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("one"))
    dev.create(MAPS, config_map("two"))
    owned(dev, "shared", "one", "two")
    dev.delete(f"{MAPS}/one")
    dev.settle()
    assert dev.exists(f"{SECRETS}/shared")
    dev.delete(f"{MAPS}/two")
    dev.settle()
    assert not dev.exists(f"{SECRETS}/shared")


def test_orphans_stay_without_their_owner(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("owner"))
    owned(dev, "mine", "owner")
    dev.delete(f"{MAPS}/owner", propagationPolicy="Orphan")
    dev.settle()
    assert not dev.exists(f"{MAPS}/owner")
    assert "ownerReferences" not in dev.get(f"{SECRETS}/mine")["metadata"]


def test_an_owner_waits_in_the_foreground_for_its_dependents(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("owner"))
    owned(dev, "mine", "owner")
    dev.patch(f"{SECRETS}/mine", {"metadata": {"finalizers": ["example.com/hold"]}})
    dev.delete(f"{MAPS}/owner", propagationPolicy="Foreground")
    dev.settle()
    assert dev.exists(f"{MAPS}/owner")
    dev.patch(f"{SECRETS}/mine", {"metadata": {"finalizers": []}})
    dev.settle()
    assert not dev.exists(f"{MAPS}/owner")


def test_who_is_born_to_an_owner_that_is_gone_goes_too(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("owner"))
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": "00000999-0000"}
    dev.create(SECRETS, {"metadata": {"name": "late", "ownerReferences": [reference]}})
    dev.settle()
    assert not dev.exists(f"{SECRETS}/late")


def test_many_are_deleted_by_label(dev: Devcluster) -> None:
    for number in range(3):
        dev.create(MAPS, config_map(f"c{number}"))
        dev.patch(f"{MAPS}/c{number}", {"metadata": {"labels": {"gone": str(number < 2)}}})
    dev.delete(MAPS, labelSelector="gone=True")
    assert [dev.exists(f"{MAPS}/c{number}") for number in range(3)] == [False, False, True]


def test_a_namespace_takes_everything_with_it_and_nothing_new(dev: Devcluster) -> None:
    dev.create("/api/v1/namespaces", {"metadata": {"name": "team"}})
    dev.settle()
    held: dict[str, Any] = config_map("held", "team")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    maps = "/api/v1/namespaces/team/configmaps"
    dev.create(maps, held)
    assert dev.delete("/api/v1/namespaces/team")["status"]["phase"] == "Terminating"
    dev.settle()
    assert dev.status("POST", maps, config_map("new", "team")) == (403, "Forbidden")
    assert dev.exists(f"{maps}/held")
    dev.patch(f"{maps}/held", {"metadata": {"finalizers": []}})
    dev.settle()
    assert not dev.exists("/api/v1/namespaces/team")
    assert not dev.exists(f"{maps}/kube-root-ca.crt")


def test_the_first_namespace_stays(dev: Devcluster) -> None:
    assert dev.status("DELETE", "/api/v1/namespaces/default") == (403, "Forbidden")
