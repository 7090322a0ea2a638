"""JSON merge patch, by the examples of RFC 7396."""

from typing import Any

import pytest

from headwater.devcluster.patches.merge import merge_patched

CASES: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "patch", "result"), CASES)
def test_a_merge_patch_gives_what_the_standard_says(target: Any, patch: Any, result: Any) -> None:
    assert merge_patched(target, patch) == result


def test_what_a_patch_does_not_name_is_the_very_same() -> None:
    target: dict[str, Any] = {"spec": {"big": [1]}, "status": {"a": 1, "b": {"c": 1}}}
    patched = merge_patched(target, {"status": {"a": 2}})
    assert patched["spec"] is target["spec"]
    assert patched["status"]["b"] is target["status"]["b"]
    assert target["status"]["a"] == 1
