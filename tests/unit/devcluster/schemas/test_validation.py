"""Structural validation, in the words of the API server (held to it by tests/devcluster/kubectl_table.py)."""

from typing import Any

import pytest

from headwater.devcluster.schemas.node import Node
from headwater.devcluster.schemas.validation import violations


def node(schema: dict[str, Any]) -> Node:
    return Node({"type": "object", "properties": {"f": schema}}, {}, custom=True)


CASES: dict[str, tuple[dict[str, Any], Any, list[str]]] = {
    "a word": ({"type": "string"}, "x", []),
    "a wrong type": (
        {"type": "string"},
        5,
        ['f: Invalid value: "integer": f in body must be of type string: "integer"'],
    ),
    "true is no number": (
        {"type": "integer"},
        True,
        ['f: Invalid value: "boolean": f in body must be of type integer: "boolean"'],
    ),
    "a whole number may be written with a point": ({"type": "integer"}, 2.0, []),
    "a null where none may stand": (
        {"type": "string"},
        None,
        ['f: Invalid value: "null": f in body must be of type string: "null"'],
    ),
    "a null that may": ({"type": "string", "nullable": True}, None, []),
    "a word of a list": ({"type": "string", "enum": ["a", "b"]}, "a", []),
    "a word of no list": (
        {"type": "string", "enum": ["a", "b"]},
        "c",
        ['f: Unsupported value: "c": supported values: "a", "b"'],
    ),
    "a pattern": (
        {"type": "string", "pattern": "^[a-z]+$"},
        "X",
        ["f: Invalid value: \"X\": f in body should match '^[a-z]+$'"],
    ),
    "a pattern that nobody can read": ({"type": "string", "pattern": "("}, "x", []),
    "too short": (
        {"type": "string", "minLength": 2},
        "x",
        ['f: Invalid value: "x": f in body should be at least 2 chars long'],
    ),
    "too long": ({"type": "string", "maxLength": 1}, "xy", ["f: Too long: may not be more than 1 bytes"]),
    "too small": (
        {"type": "integer", "minimum": 1},
        0,
        ["f: Invalid value: 0: f in body should be greater than or equal to 1"],
    ),
    "not above an open limit": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        0,
        ["f: Invalid value: 0: f in body should be greater than 0"],
    ),
    "no multiple": (
        {"type": "number", "multipleOf": 0.1},
        0.25,
        ["f: Invalid value: 0.25: f in body should be a multiple of 0.1"],
    ),
    "a multiple": ({"type": "number", "multipleOf": 0.1}, 0.3, []),
    "more than 32 bits": (
        {"type": "integer", "format": "int32"},
        2**31,
        ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in f'],
    ),
    "an object without a kind": (
        {"type": "object", "x-kubernetes-embedded-resource": True},
        {"apiVersion": "v1"},
        ["f.kind: Required value"],
    ),
    "too many items": (
        {"type": "array", "items": {"type": "string"}, "maxItems": 1},
        ["a", "b"],
        ["f: Too many: 2: must have at most 1 item"],
    ),
    "a set with a word twice": (
        {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
        ["a", "a"],
        ['f[1]: Duplicate value: "a"'],
    ),
    "too few properties": (
        {"type": "object", "minProperties": 1},
        {},
        ["f: Invalid value: 0: f in body should have at least 1 properties"],
    ),
    "a required field": ({"type": "object", "required": ["a"]}, {}, ["f.a: Required value"]),
    "a date": ({"type": "string", "format": "date-time"}, "2026-11-25T00:00:00Z", []),
    "base64": ({"type": "string", "format": "byte"}, "Yg==", []),
    "a number or a word": ({"x-kubernetes-int-or-string": True}, "50%", []),
    "one of two": (
        {"type": "object", "properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1},
        [],
    ),
    "both of two": (
        {"type": "object", "properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"a": 1, "b": 1},
        [('<nil>: Invalid value: "": "f" must validate one and only one schema (oneOf). Found 2 valid alternatives')],
    ),
    "what is preserved": ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"any": [1]}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_value_is_held_to_its_schema(case: str) -> None:
    schema, value, wanted = CASES[case]
    assert [str(cause) for cause in violations({"f": value}, node(schema))] == wanted


def test_what_was_there_before_is_not_checked_again() -> None:
    held = {"deep": 5}
    schema = node({"type": "object", "properties": {"deep": {"type": "string"}}})
    assert list(violations({"f": held}, schema, "", {"f": held})) == []
    assert list(violations({"f": {"deep": 6}}, schema, "", {"f": held})) != []
