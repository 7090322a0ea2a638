import dataclasses
import json
import pickle
from collections.abc import Callable

import msgspec
import pytest

from headwater.domain.hidden import Hidden
from tests.support.canary import CANARY, secret

HIDDEN = Hidden(secret("value"))

WAYS_TO_SHOW: dict[str, Callable[[], str]] = {
    "str": lambda: str(HIDDEN),
    "repr": lambda: repr(HIDDEN),
    "format": lambda: f"{HIDDEN:>40}",
    "percent": lambda: "%s" % HIDDEN,  # noqa: UP031 - one of the ways
    "in a list": lambda: str([HIDDEN]),
    "bytes": lambda: repr(Hidden(secret("value").encode())),
}

WAYS_TO_ENCODE: dict[str, Callable[[], object]] = {
    "json": lambda: json.dumps({"a": HIDDEN}),
    "msgspec": lambda: msgspec.json.encode({"a": HIDDEN}),
    "pickle": lambda: pickle.dumps(HIDDEN),
    "asdict": lambda: dataclasses.asdict(HIDDEN),  # type: ignore[call-overload]
}


@pytest.mark.parametrize("way", WAYS_TO_SHOW)
def test_a_hidden_value_does_not_show(way: str) -> None:
    assert CANARY not in WAYS_TO_SHOW[way]()


@pytest.mark.parametrize("way", WAYS_TO_ENCODE)
def test_a_hidden_value_does_not_encode(way: str) -> None:
    with pytest.raises(TypeError):
        WAYS_TO_ENCODE[way]()


def test_reveal_is_the_way_out() -> None:
    assert HIDDEN.reveal() == secret("value")


def test_equal_plaintexts_are_equal_and_hash_alike() -> None:
    assert Hidden("a") == Hidden("a")
    assert hash(Hidden("a")) == hash(Hidden("a"))
    assert Hidden("a") != Hidden("b")
    assert Hidden("a") != "a"


def test_an_empty_value_is_there() -> None:
    assert Hidden("")
    assert len(Hidden("")) == 0
