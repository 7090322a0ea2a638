import dataclasses
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from headwater.crypto import envelope
from headwater.crypto.envelope import Key, SealBrokenError, SealedValue, new_key, seal, unseal
from headwater.crypto.place import Column, Place
from headwater.domain.hidden import Hidden
from tests.support.canary import secret

KEY = new_key(term=3)
PLACE = Place(
    column=Column.VALUE,
    workplace="w",
    project="p",
    environment="e",
    config="c",
    secret="s",
    name="N",
    version=7,
)
VALUE = Hidden(secret("value").encode())


@given(st.binary(max_size=2000), st.integers(0, 2**32 - 1))
def test_what_was_sealed_opens(plaintext: bytes, term: int) -> None:
    key = new_key(term=term)
    sealed = seal(key, PLACE, Hidden(plaintext))
    assert unseal(key, PLACE, sealed) == Hidden(plaintext)
    assert (sealed.key_id, sealed.term) == (key.id, term)


def test_the_envelope_has_its_written_layout() -> None:
    sealed = seal(KEY, PLACE, VALUE, random=lambda n: bytes([n]) * n).blob
    assert sealed[:57] == b"\x01" + KEY.id + b"\0\0\0\x03" + bytes([32]) * 32 + bytes([12]) * 12
    assert len(sealed) == 57 + len(VALUE) + 16


def test_the_record_key_is_that_of_hkdf_expand() -> None:
    info = os.urandom(32)
    expand = HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"headwater record key" + info)
    assert envelope._record_key(KEY, info) == expand.derive(KEY.material.reveal())


def test_no_two_records_share_a_key_or_a_nonce() -> None:
    sealed = {seal(KEY, PLACE, VALUE).blob[13:57] for _ in range(100)}
    assert len(sealed) == 100


def test_any_flipped_bit_is_noticed() -> None:
    blob = seal(KEY, PLACE, VALUE).blob
    for bit in range(len(blob) * 8):
        flipped = bytearray(blob)
        flipped[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(SealBrokenError):
            unseal(KEY, PLACE, SealedValue(bytes(flipped)))


@given(st.integers(0, 200))
def test_any_cut_is_noticed(length: int) -> None:
    blob = seal(KEY, PLACE, VALUE).blob
    with pytest.raises(SealBrokenError):
        unseal(KEY, PLACE, SealedValue(blob[: min(length, len(blob) - 1)]))


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Place)])
def test_a_value_opens_at_no_other_place(field: str) -> None:
    other: Any = {"column": Column.NOTE, "version": 8}.get(field, "other")
    moved = dataclasses.replace(PLACE, **{field: other})
    with pytest.raises(SealBrokenError):
        unseal(KEY, moved, seal(KEY, PLACE, VALUE))


def test_a_value_opens_under_no_other_key() -> None:
    with pytest.raises(SealBrokenError):
        unseal(new_key(term=3), PLACE, seal(KEY, PLACE, VALUE))


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Key(Hidden(b"short"))


@given(st.lists(st.text(max_size=5), min_size=2, max_size=2), st.lists(st.text(max_size=5), min_size=2, max_size=2))
def test_two_places_never_encode_alike(one: list[str], other: list[str]) -> None:
    encoded = [
        Place(column=Column.VALUE, workplace=workplace, project=project).associated_data()
        for workplace, project in (one, other)
    ]
    assert (encoded[0] == encoded[1]) == (one == other)
