import pytest

from headwater.resources.external_secret import ConversionStrategy
from headwater.resources.keys import InvalidKeysError, convert_keys, valid_keys

CONVERSIONS = {
    "a legal name stays": ("DATABASE_URL", "DATABASE_URL", "DATABASE_URL"),
    "dash and dot stay": ("a-b.c", "a-b.c", "a-b.c"),
    "a slash": ("app/key", "app_key", "app_U002f_key"),
    "a space": ("my key", "my_key", "my_U0020_key"),
    "a character beyond 16 bits": ("a\U0001f600", "a_", "a_U1f600_"),
    "letters and numbers of any script stay": ("clé٣", "clé٣", "clé٣"),
}


@pytest.mark.parametrize("case", CONVERSIONS)
def test_names_are_converted_by_the_strategy(case: str) -> None:
    name, default, unicode = CONVERSIONS[case]
    assert convert_keys({name: 1}, None) == {default: 1}
    assert convert_keys({name: 1}, ConversionStrategy.DEFAULT) == {default: 1}
    assert convert_keys({name: 1}, ConversionStrategy.UNICODE) == {unicode: 1}


def test_two_names_that_become_one_key_are_refused() -> None:
    with pytest.raises(InvalidKeysError, match="secret name collision during conversion: a_b"):
        convert_keys({"a/b": 1, "a b": 2}, None)


def test_an_empty_key_is_dropped_silently() -> None:
    assert valid_keys({"": 1, "a": 2}) == {"a": 2}


@pytest.mark.parametrize("key", ["a/b", "clé", "a b", "a\n", "a" * 254])
def test_a_key_that_no_secret_can_have_is_refused(key: str) -> None:
    with pytest.raises(InvalidKeysError, match="TIP: use rewrite or conversionStrategy"):
        valid_keys({key: 1})


def test_the_longest_key_is_253_characters() -> None:
    assert valid_keys({"a" * 253: 1})
