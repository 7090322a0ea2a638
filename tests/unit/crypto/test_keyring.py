import dataclasses
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.crypto.envelope import SealBrokenError, SealedValue, new_key
from headwater.crypto.keyring import (
    InstallationKeys,
    Keyring,
    SealedSeed,
    UnknownTermError,
    WrongRootKeyError,
    create_installation_keys,
)
from headwater.crypto.place import Column, Place
from headwater.domain.hidden import Hidden
from tests.support.canary import secret

ROOT = new_key()
KEYS = create_installation_keys(ROOT, "workplace")
VALUE = Hidden(secret("value"))


def keyring(keys: InstallationKeys = KEYS) -> Keyring:
    return Keyring(ROOT, "workplace", keys)


def place(project: str = "p", version: int = 1) -> Place:
    return Place(column=Column.VALUE, workplace="workplace", project=project, version=version)


@given(st.text())
def test_what_a_sealer_seals_another_process_opens(text: str) -> None:
    seed = keyring().new_seed("p")
    sealed = keyring().within(lambda _: [seed]).seal(place(), Hidden(text))
    assert keyring().within(lambda _: [seed]).open(place(), sealed) == Hidden(text)


def test_the_newest_term_seals_and_all_of_them_open() -> None:
    ring = keyring()
    terms = [ring.new_seed("p", term=1)]
    old = ring.within(lambda _: terms).seal(place(), VALUE)
    terms.append(ring.new_seed("p", term=2))
    new = ring.within(lambda _: terms).seal(place(), VALUE)
    assert (old.term, new.term) == (1, 2)
    assert keyring().within(lambda _: terms).open(place(), old) == VALUE
    assert keyring().within(lambda _: terms).open(place(), new) == VALUE


def test_a_project_without_the_term_is_told_apart_from_a_broken_seal() -> None:
    ring = keyring()
    seed = ring.new_seed("p", term=2)
    sealed = ring.within(lambda _: [seed]).seal(place(), VALUE)
    with pytest.raises(UnknownTermError):
        keyring().within(lambda _: []).open(place(), sealed)
    with pytest.raises(UnknownTermError):
        keyring().within(lambda _: []).seal(place(), VALUE)


def test_seeds_cannot_be_moved_between_projects_or_terms() -> None:
    ring = keyring()
    seed = ring.new_seed("p")
    for moved in (dataclasses.replace(seed, project="q"), dataclasses.replace(seed, term=2)):
        with pytest.raises(SealBrokenError):
            keyring().open_seed(moved)
    assert keyring().open_seed(seed) == ring.open_seed(seed)


def test_two_projects_share_no_key() -> None:
    ring = keyring()
    seeds = {name: ring.new_seed(name) for name in ("p", "q")}
    sealer = ring.within(lambda project: [seeds[project]])
    sealed = sealer.seal(place("p"), VALUE)
    with pytest.raises(SealBrokenError):
        sealer.open(place("q"), sealed)


def test_another_root_key_is_refused_with_both_ids() -> None:
    with pytest.raises(WrongRootKeyError, match=ROOT.id.hex()):
        Keyring(new_key(), "workplace", KEYS)


def test_keys_of_another_workplace_do_not_open() -> None:
    with pytest.raises(SealBrokenError):
        Keyring(ROOT, "other", KEYS)


@pytest.mark.parametrize("swapped", list(permutations(("workplace_key", "token_pepper", "etag_key")))[1:])
def test_the_installation_s_keys_cannot_be_swapped(swapped: tuple[str, str, str]) -> None:
    workplace_key, token_pepper, etag_key = (getattr(KEYS, name) for name in swapped)
    keys = InstallationKeys(workplace_key=workplace_key, token_pepper=token_pepper, etag_key=etag_key)
    with pytest.raises((SealBrokenError, WrongRootKeyError)):
        keyring(keys)


@pytest.mark.parametrize("name", ["workplace_key", "token_pepper", "etag_key"])
def test_any_flipped_byte_in_them_is_noticed(name: str) -> None:
    blob = getattr(KEYS, name).blob
    for at in range(len(blob)):
        flipped = bytearray(blob)
        flipped[at] ^= 0x10
        with pytest.raises((SealBrokenError, WrongRootKeyError)):
            keyring(dataclasses.replace(KEYS, **{name: SealedValue(bytes(flipped))}))


def test_digests_outlive_the_process_and_differ_between_installations() -> None:
    token, body = Hidden(secret("token")), b"body"
    other = Keyring(ROOT, "workplace", create_installation_keys(ROOT, "workplace"))
    assert keyring().token_digest(token) == keyring().token_digest(token)
    assert keyring().token_digest(token) != other.token_digest(token)
    assert keyring().etag(1, body) == keyring().etag(1, body)
    assert keyring().etag(1, body) != other.etag(1, body)


def test_a_seed_is_kept_sealed() -> None:
    ring = keyring()
    seed = ring.new_seed("p")
    assert isinstance(seed, SealedSeed)
    assert ring.open_seed(seed).material.reveal() not in seed.sealed.blob
