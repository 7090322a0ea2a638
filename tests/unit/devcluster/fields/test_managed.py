"""Who owns what after a write that gives `managedFields` itself, as kubectl does to hand fields over."""

from typing import Any

import pytest

from headwater.devcluster.fields.managed import UPDATE, Manager, entries_of, updated
from headwater.devcluster.objects import Object, with_metadata
from headwater.devcluster.resource_types import Catalog

SCHEMA = Catalog().get("", "configmaps").schema
NOW = "2026-11-25T00:00:00Z"


def write(before: Object, after: Object, name: str) -> Object:
    return updated(before, after, SCHEMA, Manager(name=name, operation=UPDATE, api_version="v1"), NOW)


def config_map(**data: str) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": data}


def entry(**changed: Any) -> Object:
    whole = {
        "manager": "heir",
        "operation": "Apply",
        "apiVersion": "v1",
        "time": NOW,
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:data": {"f:a": {}}},
    }
    return {name: value for name, value in {**whole, **changed}.items() if value is not None}


LIVE = write({}, config_map(a="1"), "first")

GIVEN = {
    "others take over": ([entry()], ["heir"]),
    "none is emptied of all": ([], []),
    "one that is empty too": ([{}], []),
    "nothing given changes nothing": (None, ["first"]),
    "no operation": ([entry(operation=None)], ["first"]),
    "an unknown operation": ([entry(operation="Steal")], ["first"]),
    "no version": ([entry(apiVersion=None)], ["first"]),
    "another form": ([entry(fieldsType="FieldsV2")], ["first"]),
    "no set": ([entry(fieldsV1={"f:data": 1})], ["first"]),
    "one of two is no set": ([entry(), entry(manager="x", fieldsV1=None)], ["first"]),
}


@pytest.mark.parametrize("case", GIVEN)
def test_a_writer_may_say_who_owns_what(case: str) -> None:
    given, owners = GIVEN[case]
    found = write(LIVE, with_metadata(LIVE, managedFields=given), "writer")
    assert [each.manager.name for each in entries_of(found)] == owners


def test_what_is_given_is_brought_up_to_date_as_what_was_there_is() -> None:
    found = write(LIVE, with_metadata(config_map(a="2"), managedFields=[entry()]), "writer")
    assert {each.manager.name: each.fields for each in entries_of(found)} == {"writer": {"f:data": {"f:a": {}}}}
