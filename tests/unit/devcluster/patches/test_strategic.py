"""Strategic merge patch, on the schema of Deployments."""

from typing import Any

import pytest

from headwater.devcluster.patches.strategic import strategic_patched
from headwater.devcluster.resource_types import Catalog

SCHEMA = Catalog().get("apps", "deployments").schema


def pod(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"spec": {"template": {"spec": {"containers": list(containers), **more}}}}


A, B = {"name": "a", "image": "a:1"}, {"name": "b", "image": "b:1"}
ORDER = {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}
CASES: dict[str, tuple[Any, Any, Any]] = {
    "an item is merged by its key": (pod(A, B), pod({"name": "b", "image": "b:2"}), pod(A, {**B, "image": "b:2"})),
    "a new item goes to the end": (pod(A), pod(B), pod(A, B)),
    "an item is deleted": (pod(A, B), pod({"name": "a", "$patch": "delete"}), pod(B)),
    "a list is replaced": (pod(A), pod({"$patch": "replace"}, B), pod(B)),
    "items are put in order": (pod(A, B), pod(**ORDER), pod(B, A)),
    "a list without a key is replaced": (
        pod({**A, "args": ["x"]}),
        pod({"name": "a", "args": ["y"]}),
        pod({**A, "args": ["y"]}),
    ),
    "a null takes a field away": (pod({**A, "args": ["x"]}), pod({"name": "a", "args": None}), pod(A)),
    "retainKeys keeps those alone": (
        {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}},
        {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}},
        {"spec": {"strategy": {"type": "Recreate"}}},
    ),
    "finalizers are a set": (
        {"metadata": {"finalizers": ["a"]}},
        {"metadata": {"finalizers": ["a", "b"]}},
        {"metadata": {"finalizers": ["a", "b"]}},
    ),
    "words are deleted from a set": (
        {"metadata": {"finalizers": ["a", "b"]}},
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}},
        {"metadata": {"finalizers": ["b"]}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_strategic_patch_gives(case: str) -> None:
    target, patch, wanted = CASES[case]
    assert strategic_patched(target, patch, SCHEMA) == wanted
