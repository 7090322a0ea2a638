import pytest

from headwater.domain import secrets
from headwater.domain.hidden import Hidden
from headwater.domain.names import SecretName
from headwater.domain.secrets import (
    MAX_VALUE_BYTES,
    ConfigTooLargeError,
    Extent,
    TooManySecretsError,
    ValueTooLargeError,
)
from tests.support.canary import CANARY

A = SecretName("A")


def value_of(size: int, letter: str = "x") -> Hidden[str]:
    return Hidden(CANARY + letter * ((size - len(CANARY)) // len(letter.encode())))


def test_a_value_of_50_kib_fits_and_one_byte_more_does_not() -> None:
    secrets.check_value(A, value_of(MAX_VALUE_BYTES))
    with pytest.raises(ValueTooLargeError):
        secrets.check_value(A, value_of(MAX_VALUE_BYTES + 1))


def test_a_value_is_measured_in_bytes_not_characters() -> None:
    with pytest.raises(ValueTooLargeError):
        secrets.check_value(A, Hidden(CANARY + "é" * (MAX_VALUE_BYTES // 2)))


def test_half_of_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(secrets.NotTextError) as refused:
        secrets.check_value(A, Hidden(CANARY + "\ud800"))

    assert refused.value.__context__ is None or refused.value.__suppress_context__


def test_1200_secrets_fit_and_one_more_does_not() -> None:
    secrets.check_config("it", Extent(1200, 1200))
    with pytest.raises(TooManySecretsError):
        secrets.check_config("it", Extent(1201, 1201))


def test_500_kib_fit_and_one_byte_more_does_not() -> None:
    secrets.check_config("it", Extent(10, 10 * MAX_VALUE_BYTES))
    with pytest.raises(ConfigTooLargeError):
        secrets.check_config("it", Extent(11, 10 * MAX_VALUE_BYTES + 1))


@pytest.mark.parametrize("name", sorted(secrets.AUTO_SECRETS))
def test_nobody_writes_an_auto_secret(name: SecretName) -> None:
    with pytest.raises(secrets.AutoSecretError):
        secrets.check_writable(name)
