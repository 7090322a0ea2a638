"""Secrets and ConfigMaps: their keys, their types, and those that may not change."""

from typing import Any

import pytest

from headwater.devcluster.kinds.config import CONFIG_MAP, SECRET

FIXED = {"data": {"a": "Yg=="}, "immutable": True, "type": "Opaque"}
SECRET_CASES: dict[str, tuple[dict[str, Any], dict[str, Any] | None, list[str]]] = {
    "a plain one": ({"data": {"a": "Yg=="}, "type": "Opaque"}, None, []),
    "a certificate without its key": (
        {"data": {"tls.crt": ""}, "type": "kubernetes.io/tls"},
        None,
        ["data[tls.key]: Required value"],
    ),
    "a pull secret without its document": (
        {"type": "kubernetes.io/dockerconfigjson"},
        None,
        ["data[.dockerconfigjson]: Required value"],
    ),
    "another type": ({**FIXED, "type": "b"}, FIXED, ['type: Invalid value: "b": field is immutable']),
    "a fixed one that changes": (
        {**FIXED, "data": {"a": "Yw=="}},
        FIXED,
        ["data: Forbidden: field is immutable when `immutable` is set"],
    ),
    "a fixed one that is let loose": (
        {"data": FIXED["data"], "type": "Opaque"},
        FIXED,
        ["immutable: Forbidden: field is immutable when `immutable` is set"],
    ),
}


@pytest.mark.parametrize("case", SECRET_CASES)
def test_a_secret_is_held_to_its_rules(case: str) -> None:
    new, old, wanted = SECRET_CASES[case]
    assert [str(cause) for cause in SECRET.problems(new, old)] == wanted


@pytest.mark.parametrize(
    ("key", "good"), [("a.b_c-D", True), ("a b", False), ("a/b", False), (".", False), ("..", False)]
)
def test_a_key_is_a_file_name(key: str, good: bool) -> None:
    assert (list(CONFIG_MAP.problems({"data": {key: "x"}}, None)) == []) is good


def test_text_goes_before_data_of_the_same_key() -> None:
    assert SECRET.defaults({"data": {"a": "eA=="}, "stringData": {"a": "b"}}) == {
        "data": {"a": "Yg=="},
        "type": "Opaque",
    }
