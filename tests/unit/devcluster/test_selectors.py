"""Label and field selectors."""

from typing import Any

import pytest

from headwater.devcluster.selectors import field_test, label_test, selects
from headwater.devcluster.status import RefusedError

LABELS = {"app": "web", "tier": "front", "n": "5"}
LABEL_CASES = {
    "": True,
    "app=web": True,
    "app==web": True,
    "app=db": False,
    "app!=db": True,
    "none!=x": True,
    "app": True,
    "!app": False,
    "!none": True,
    "app in (web, db)": True,
    "app in (db)": False,
    "none in (a)": False,
    "app notin (db)": True,
    "none notin (a)": True,
    "app=web,tier=front": True,
    "app=web,tier in (back,front),!none": True,
    "app=web,tier=back": False,
    "n>4": True,
    "n<4": False,
    "app>4": False,
}


@pytest.mark.parametrize("selector", LABEL_CASES)
def test_a_label_selector_lets_through(selector: str) -> None:
    assert label_test(selector)({"metadata": {"labels": LABELS}}) is LABEL_CASES[selector]


@pytest.mark.parametrize("selector", ["a==b==c", "=x", "a in b", "(a)"])
def test_what_is_no_label_selector_is_refused(selector: str) -> None:
    with pytest.raises(RefusedError) as refused:
        label_test(selector)
    assert refused.value.code == 400


FIELD_CASES = {
    "metadata.name=a": True,
    "metadata.name==a": True,
    "metadata.name=b": False,
    "metadata.name!=b": True,
    "spec.on=true": True,
    "spec.none=": True,
    "metadata.name=a,spec.on=false": False,
}


@pytest.mark.parametrize("selector", FIELD_CASES)
def test_a_field_selector_lets_through(selector: str) -> None:
    found = {"metadata": {"name": "a"}, "spec": {"on": True}}
    assert field_test(selector, ("spec.on", "spec.none"))(found) is FIELD_CASES[selector]


def test_a_field_that_cannot_be_asked_for_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="not a known field selector"):
        field_test("data.x=1", ())
    with pytest.raises(RefusedError, match=r"field label not supported: spec\.x"):
        field_test("spec.x=1", ("spec.y",))


SELECTS: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing asked": ({}, True),
    "labels that match": ({"matchLabels": {"app": "web"}}, True),
    "labels that differ": ({"matchLabels": {"app": "db"}}, False),
    "In": ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, True),
    "NotIn": ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
    "Exists": ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True),
    "DoesNotExist": ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
}


@pytest.mark.parametrize("case", SELECTS)
def test_a_workload_selects_its_pods(case: str) -> None:
    selector, wanted = SELECTS[case]
    assert selects(selector, LABELS) is wanted
