import msgspec

from headwater.resources.managed_fields import OwnedFields, owned_fields
from headwater.resources.meta import ObjectMeta

META = b"""{"managedFields": [
  {"manager": "us", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": {
    "f:data": {".": {}, "f:PASSWORD": {}, "f:a.b": {}},
    "f:metadata": {"f:labels": {"f:app.kubernetes.io/name": {}}, "f:annotations": {".": {}, "f:note": {}}},
    "f:type": {}}},
  {"manager": "us", "operation": "Update", "subresource": "status", "fieldsV1": {"f:data": {"f:NOT_THIS": {}}}},
  {"manager": "them", "operation": "Apply", "fieldsV1": {"f:data": {"f:THEIRS": {}}}}
]}"""


def test_only_what_the_manager_wrote_is_its_own() -> None:
    meta = msgspec.json.decode(META, type=ObjectMeta)
    assert owned_fields(meta, "us") == OwnedFields(
        data=frozenset({"PASSWORD", "a.b"}),
        labels=frozenset({"app.kubernetes.io/name"}),
        annotations=frozenset({"note"}),
    )


def test_a_manager_that_wrote_nothing_owns_nothing() -> None:
    meta = msgspec.json.decode(META, type=ObjectMeta)
    assert owned_fields(meta, "nobody") == OwnedFields()


def test_a_tree_of_another_shape_owns_nothing() -> None:
    meta = msgspec.json.decode(b'{"managedFields": [{"manager": "us", "fieldsV1": {"f:data": 5}}]}', type=ObjectMeta)
    assert owned_fields(meta, "us") == OwnedFields()
