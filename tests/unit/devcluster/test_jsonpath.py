"""The paths of printer columns."""

import pytest

from headwater.devcluster.jsonpath import find_all, to_text

OBJECT = {
    "spec": {"a.b": 1, "list": [{"n": "x", "v": 1}, {"n": "y", "v": 2}], "name": "web"},
    "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]},
}
CASES = {
    ".spec.name": ["web"],
    "{.spec.name}": ["web"],
    ".spec.none": [],
    ".spec.name.below": [],
    ".spec['a.b']": [1],
    ".spec.a\\.b": [1],
    ".spec.list[0].n": ["x"],
    ".spec.list[-1].n": ["y"],
    ".spec.list[7].n": [],
    ".spec.list[*].v": [1, 2],
    '.status.conditions[?(@.type=="Ready")].status': ["True"],
    '.status.conditions[?(@.type!="Ready")].status': ["False"],
    ".spec.list[?(@.v > 1)]": [],
    "nonsense(": [],
}


@pytest.mark.parametrize("path", CASES)
def test_a_path_finds_every_value_that_it_leads_to(path: str) -> None:
    assert find_all(OBJECT, path) == CASES[path]


def test_several_values_are_shown_side_by_side() -> None:
    assert to_text(["a", 1, True, {"b": 2}]) == 'a 1 true {"b":2}'
