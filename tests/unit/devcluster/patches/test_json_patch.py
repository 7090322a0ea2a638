"""JSON patch."""

from typing import Any

import pytest

from headwater.devcluster.patches.json_patch import JsonPatchError, json_patched

TARGET = {"a": {"b": [1, 2, 3]}, "c/d": 1, "e~f": 2}
CASES: dict[str, tuple[list[dict[str, Any]], Any]] = {
    "add a member": ([{"op": "add", "path": "/x", "value": 1}], {**TARGET, "x": 1}),
    "add at the end": ([{"op": "add", "path": "/a/b/-", "value": 4}], {**TARGET, "a": {"b": [1, 2, 3, 4]}}),
    "add in between": ([{"op": "add", "path": "/a/b/1", "value": 9}], {**TARGET, "a": {"b": [1, 9, 2, 3]}}),
    "replace an item": ([{"op": "replace", "path": "/a/b/1", "value": 9}], {**TARGET, "a": {"b": [1, 9, 3]}}),
    "replace the whole": ([{"op": "replace", "path": "", "value": {}}], {}),
    "remove an item": ([{"op": "remove", "path": "/a/b/0"}], {**TARGET, "a": {"b": [2, 3]}}),
    "escaped names": (
        [{"op": "replace", "path": "/c~1d", "value": 5}, {"op": "replace", "path": "/e~0f", "value": 6}],
        {"a": {"b": [1, 2, 3]}, "c/d": 5, "e~f": 6},
    ),
    "move": ([{"op": "move", "from": "/a/b", "path": "/g"}], {"a": {}, "c/d": 1, "e~f": 2, "g": [1, 2, 3]}),
    "copy": ([{"op": "copy", "from": "/c~1d", "path": "/g"}], {**TARGET, "g": 1}),
    "a test that holds": ([{"op": "test", "path": "/a/b/2", "value": 3}], TARGET),
}


@pytest.mark.parametrize("case", CASES)
def test_a_json_patch_gives(case: str) -> None:
    operations, wanted = CASES[case]
    assert json_patched(TARGET, operations) == wanted


REFUSED: dict[str, dict[str, Any]] = {
    "a test that fails": {"op": "test", "path": "/a/b/2", "value": 4},
    "a test of what is absent": {"op": "test", "path": "/none", "value": 4},
    "removing what is absent": {"op": "remove", "path": "/none"},
    "adding below what is absent": {"op": "add", "path": "/none/x", "value": 1},
    "an index beyond the end": {"op": "add", "path": "/a/b/9", "value": 1},
    "replacing an item beyond the end": {"op": "replace", "path": "/a/b/3", "value": 1},
    "an index that is none": {"op": "remove", "path": "/a/b/x"},
    "an operation that is none": {"op": "sing", "path": "/a"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_json_patch_that_does_not_apply_is_refused(case: str) -> None:
    with pytest.raises(JsonPatchError):
        json_patched(TARGET, [REFUSED[case]])
