"""Formats of texts: one that fits and one that does not, for each."""

import pytest

from headwater.devcluster.schemas.formats import FORMATS, has_format

CASES = {
    "byte": ("YQ==", "!"),
    "cidr": ("10.0.0.0/8", "10.0.0.0"),
    "date": ("2026-01-31", "2026-13-01"),
    "date-time": ("2026-01-31T00:00:00Z", "yesterday"),
    "duration": ("1h30m", "soon"),
    "email": ("a@b.example", "nope"),
    "hostname": ("a-b.example", "-a"),
    "ipv4": ("10.0.0.1", "1.2.3"),
    "ipv6": ("::1", "10.0.0.1"),
    "mac": ("00:1a:2b:3c:4d:5e", "00:1a"),
    "uri": ("https://a.example/b", "not a uri"),
    "uuid": ("2f9c1f5e-6c50-4a8e-8f5a-3f0f9e2b7d11", "2f9c"),
}


def test_each_format_has_its_case() -> None:
    assert CASES.keys() == FORMATS.keys()


@pytest.mark.parametrize("kind", CASES)
def test_a_text_has_its_format_or_not(kind: str) -> None:
    assert [has_format(text, kind) for text in CASES[kind]] == [True, False]


def test_a_format_that_nobody_knows_lets_everything_through() -> None:
    assert has_format("x", "nonsense")
