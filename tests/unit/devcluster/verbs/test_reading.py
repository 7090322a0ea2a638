"""Lists: pages that show one moment, selectors, Tables."""

import json

from tests.support.devcluster import MAPS, Devcluster, config_map

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
PARTIAL = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


def names(found: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [item["metadata"]["name"] for item in found["items"]]


def with_five(dev: Devcluster) -> None:
    for number in range(5):
        dev.create("/api/v1/namespaces", {"metadata": {"name": f"n{number}"}})
        dev.create(MAPS, config_map(f"c{number}", x=str(number)))


def test_pages_show_the_moment_of_the_first(dev: Devcluster) -> None:
    with_five(dev)
    first = dev.get(MAPS, limit="2")
    dev.delete(f"{MAPS}/c4")
    dev.create(MAPS, config_map("c2a"))
    second = dev.get(MAPS, limit="3", **{"continue": first["metadata"]["continue"]})
    third = dev.get(MAPS, limit="3", **{"continue": second["metadata"]["continue"]})
    assert names(first) + names(second) + names(third) == ["c0", "c1", "c2", "c3", "c4", "kube-root-ca.crt"]
    assert {page["metadata"]["resourceVersion"] for page in (first, second, third)} == {
        first["metadata"]["resourceVersion"]
    }
    assert first["metadata"]["remainingItemCount"] == 4
    assert "continue" not in third["metadata"]


def test_a_page_that_was_never_given_out_is_refused(dev: Devcluster) -> None:
    assert dev.status("GET", MAPS, **{"continue": "nonsense"}) == (400, "BadRequest")


def test_pages_that_are_too_old_are_gone(dev: Devcluster) -> None:
    with_five(dev)
    token = dev.get(MAPS, limit="1")["metadata"]["continue"]
    for _ in range(100):
        dev.get(MAPS, limit="1")
    assert dev.status("GET", MAPS, **{"continue": token}) == (410, "Expired")


def test_selectors_choose_by_labels_and_fields(dev: Devcluster) -> None:
    with_five(dev)
    dev.settle()
    dev.patch(f"{MAPS}/c1", {"metadata": {"labels": {"tier": "web"}}})
    assert names(dev.get(MAPS, labelSelector="tier=web")) == ["c1"]
    assert names(dev.get(MAPS, fieldSelector="metadata.name=c2")) == ["c2"]
    assert names(dev.get("/api/v1/configmaps", fieldSelector="metadata.namespace=n1")) == ["kube-root-ca.crt"]


def test_a_table_has_the_columns_of_its_kind(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("c", x="1", y="2"))
    found = json.loads(dev.ask("GET", f"{MAPS}/c", accept=TABLE).body)
    assert [column["name"] for column in found["columnDefinitions"]] == ["Name", "Data", "Age"]
    assert found["rows"][0]["cells"] == ["c", 2, "0s"]
    assert found["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_who_wants_metadata_gets_nothing_else(dev: Devcluster) -> None:
    dev.create(MAPS, config_map("c", x="1"))
    found = json.loads(dev.ask("GET", MAPS, accept=PARTIAL).body)
    assert found["kind"] == "PartialObjectMetadataList"
    assert all(set(item) == {"kind", "apiVersion", "metadata"} for item in found["items"])
