"""Pruning and defaults."""

from typing import Any

from headwater.devcluster.schemas.node import Node
from headwater.devcluster.schemas.shaping import defaulted, pruned, without_nulls

SCHEMA = Node(
    {
        "type": "object",
        "properties": {
            "spec": {
                "type": "object",
                "properties": {
                    "size": {"type": "integer", "default": 1},
                    "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                    "map": {"type": "object", "additionalProperties": {"type": "string"}},
                    "items": {"type": "array", "items": {"type": "object", "properties": {"a": {"default": "x"}}}},
                    "maybe": {"type": "string", "nullable": True},
                    "plain": {"type": "string"},
                },
            }
        },
    },
    {},
    custom=True,
)


def test_unknown_fields_go_and_are_named_by_path() -> None:
    unknown: list[str] = []
    found = {"spec": {"size": 2, "nope": 1, "open": {"any": 1}, "map": {"k": "v"}, "items": [{"a": "1", "b": 2}]}}
    kept = pruned(found, SCHEMA, "", unknown)
    assert kept == {"spec": {"size": 2, "open": {"any": 1}, "map": {"k": "v"}, "items": [{"a": "1"}]}}
    assert unknown == ["spec.nope", "spec.items[0].b"]


def test_what_needs_no_pruning_is_the_very_same() -> None:
    found = {"spec": {"size": 2, "items": [{"a": "1"}]}}
    assert pruned(found, SCHEMA, "", []) is found


def test_defaults_come_where_fields_are_absent_or_null() -> None:
    found: dict[str, Any] = {"spec": {"items": [{}], "size": None, "plain": None, "maybe": None}}
    assert defaulted(found, SCHEMA) == {"spec": {"items": [{"a": "x"}], "size": 1, "maybe": None}}


def test_what_is_complete_is_the_very_same() -> None:
    found = {"spec": {"size": 2, "items": [{"a": "1"}]}}
    assert defaulted(found, SCHEMA) is found


def test_what_was_seen_before_is_not_walked_again() -> None:
    spec = {"nope": 1}
    assert pruned({"spec": spec}, SCHEMA, "", [], {"spec": spec}) == {"spec": spec}


def test_a_null_is_as_good_as_nothing() -> None:
    assert without_nulls({"a": None, "b": [{"c": None}], "d": 0}, None) == {"b": [{}], "d": 0}
    items = {"spec": {"items": [None]}}
    assert without_nulls(items, SCHEMA) == {"spec": {"items": [{}]}}
