"""Values made by Go's own fmt and crypto/sha3, and by the fixture of External Secrets Operator."""

import pytest

from headwater.resources.marks import created_by, data_hash, field_manager, synced_resource_version
from headwater.resources.meta import ObjectMeta

DATA_HASHES = {
    "ESO's own fixture": (
        {"foo": b"value1", "bar": b"value2"},
        "1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64",
    ),
    "no data": ({}, "74a974446e359fb3e6baff9bd0058950e6edd0f040888d9989b0a11b"),
    "keys in the order of their bytes, empty and binary values": (
        {"\U0001f600": b"y", "�": b"z", "é": b"x", "k2": b"", "k1": b"bytes", "K": b"\0\xff"},
        "1a1b6bd6f3d54ae275d9d5ceed8d7ef246921a1f74aae2cc5be34cd5",
    ),
}


@pytest.mark.parametrize("case", DATA_HASHES)
def test_the_data_hash_is_esos(case: str) -> None:
    data, expected = DATA_HASHES[case]
    assert data_hash(data) == expected


META_HASHES = {
    "without marks": (ObjectMeta(generation=1), "1-f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2"),
    "with marks": (
        ObjectMeta(generation=7, annotations={"b": "2", "a": "1 x"}, labels={"app": "web"}),
        "7-5e73557ab85bc7c3d2d931a0c1b02ff40e9c090f5b67d88fbbbecd56",
    ),
}


@pytest.mark.parametrize("case", META_HASHES)
def test_the_synced_resource_version_is_esos(case: str) -> None:
    meta, expected = META_HASHES[case]
    assert synced_resource_version(meta) == expected


def test_the_creator_of_an_owned_secret_is_named_by_hash() -> None:
    assert created_by("default", "bookmarked-secrets") == "2920e8a9e9c48dbb016812b72d4d93c6f82bef60bc0a737832d5758c"


def test_a_name_of_27_characters_stands_in_the_field_manager_itself() -> None:
    assert field_manager("a" * 27) == "externalsecrets.external-secrets.io/" + "a" * 27


def test_a_longer_name_is_hashed_into_the_field_manager() -> None:
    assert field_manager("a-name-of-twenty-eight-chars") == (
        "externalsecrets.external-secrets.io/sha3/a4a36f052d86227ebef02d67ea7be985c8a18b2504832a2a61bcfb8a"
    )
