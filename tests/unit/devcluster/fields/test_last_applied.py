"""What kubectl applied last, when it applies through the server."""

import json

from headwater.devcluster.fields.last_applied import ANNOTATION, remembered
from headwater.devcluster.objects import Object


def config_map(value: str, **annotations: str) -> Object:
    metadata = {"name": "c", **({"annotations": annotations} if annotations else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": value}}


def test_kubectls_annotation_tells_of_what_it_applied() -> None:
    live = config_map("2", **{ANNOTATION: "old", "mine": "1"})
    found = remembered(live, config_map("2", **{ANNOTATION: "sent along"}), "kubectl")
    annotations = found["metadata"]["annotations"]
    assert json.loads(annotations[ANNOTATION]) == config_map("2")
    assert (annotations[ANNOTATION][-1], annotations["mine"]) == ("\n", "1")


def test_what_others_apply_is_not_told() -> None:
    live = config_map("2", **{ANNOTATION: "old"})
    assert remembered(live, config_map("2"), "other") is live


def test_an_object_that_never_had_it_gets_none() -> None:
    live = config_map("2", mine="1")
    assert remembered(live, config_map("2"), "kubectl") is live
