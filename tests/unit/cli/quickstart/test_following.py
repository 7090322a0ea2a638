import pytest

from headwater.cli.quickstart.following import RECENT, Arrivals, Digests, changed_keys
from headwater.kube.resource import ObjectKey
from headwater.operator.digest import Digest

ONE, OTHER = ObjectKey("default", "one"), ObjectKey("default", "other")
A, B = Digest(b"a"), Digest(b"b")


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        (None, {"X": A, "A": B}, ["A", "X"]),
        ({"X": A}, {"X": A}, []),
        ({"X": A}, {"X": B}, ["X"]),
        ({"X": A, "Y": A}, {"Y": B}, ["Y", "-X"]),
        ({"X": A}, None, ["-X"]),
    ],
)
def test_keys_whose_values_differ_are_named(old: Digests | None, new: Digests | None, keys: list[str]) -> None:
    assert changed_keys(old, new) == keys


def test_each_secret_answers_a_change_once() -> None:
    arrivals = Arrivals()
    arrivals.hear(10.0)
    assert arrivals.take(ONE, 10.5) == 0.5
    assert arrivals.take(OTHER, 11.0) == 1.0
    assert arrivals.take(ONE, 12.0) is None
    arrivals.hear(20.0)
    assert arrivals.take(ONE, 20.25) == 0.25


def test_what_comes_before_or_long_after_a_change_answers_none() -> None:
    arrivals = Arrivals()
    assert arrivals.take(ONE, 1.0) is None
    arrivals.hear(10.0)
    assert arrivals.take(ONE, 10.0 + RECENT + 1) is None
