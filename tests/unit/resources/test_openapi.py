from enum import StrEnum
from typing import Annotated, Any

import msgspec
import pytest

from headwater.resources.meta import ObjectMeta
from headwater.resources.openapi import Schema, schema_of
from headwater.resources.schema import EXACTLY_ONE, AnyJson, KubeStruct, ObjectName, OpenObject, doc, rule


class Colour(StrEnum):
    RED = "Red"


class Inner(KubeStruct, frozen=True, kw_only=True):
    """Something inside."""

    at_all: str = ""


class Outer(KubeStruct, frozen=True, kw_only=True):
    """Something
    outside.

    Not for users.
    """

    metadata: ObjectMeta = ObjectMeta()
    name: Annotated[ObjectName, doc("its name")]
    maybe: Annotated[Inner | None, doc("perhaps", **EXACTLY_ONE)] = None
    colour: Colour = Colour.RED
    count: int = 0
    limit: int = 600
    off: bool = False
    said: Annotated[str, doc(default="")] = ""
    many: tuple[Annotated[Inner, doc(**rule("has(self.atAll)", "say so"))], ...] = ()
    words: dict[str, str] = msgspec.field(default_factory=dict)
    anything: AnyJson = None
    open_object: OpenObject | None = None
    seconds: int | str | None = None


PROPERTIES: dict[str, Schema] = {
    "metadata": {"type": "object"},
    "maybe": {
        "description": "perhaps",
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {"atAll": {"type": "string"}},
    },
    "colour": {"type": "string", "enum": ["Red"], "default": "Red"},
    "count": {"type": "integer"},
    "limit": {"type": "integer", "default": 600},
    "off": {"type": "boolean"},
    "said": {"type": "string", "default": ""},
    "words": {"type": "object", "additionalProperties": {"type": "string"}},
    "anything": {"x-kubernetes-preserve-unknown-fields": True},
    "openObject": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    "seconds": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": True},
}


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_field_becomes_a_property(name: str) -> None:
    assert schema_of(Outer)["properties"][name] == PROPERTIES[name]


def test_a_field_without_default_is_required() -> None:
    assert schema_of(Outer)["required"] == ["name"]


def test_the_first_paragraph_of_the_docstring_describes() -> None:
    assert schema_of(Outer)["description"] == "Something outside."


def test_limits_of_a_named_type_stand_beside_the_fields_description() -> None:
    name = schema_of(Outer)["properties"]["name"]
    assert (name["description"], name["maxLength"]) == ("its name", 253)


def test_items_keep_their_rules() -> None:
    items = schema_of(Outer)["properties"]["many"]["items"]
    assert items["x-kubernetes-validations"] == [{"rule": "has(self.atAll)", "message": "say so"}]


class Unspeakable(KubeStruct, frozen=True):
    either: int | list[str] = 0


class Odd(KubeStruct, frozen=True):
    complex_number: complex = 0j


@pytest.mark.parametrize("struct", [Unspeakable, Odd])
def test_a_type_without_a_form_in_kubernetes_is_refused(struct: Any) -> None:
    with pytest.raises(TypeError, match="has no form in a schema of Kubernetes"):
        schema_of(struct)
