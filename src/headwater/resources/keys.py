"""Turning a provider's names into keys of a Secret, and refusing those that cannot be any.

Source: external-secrets runtime/esutils/utils.go, ConvertKeys and ValidateKeys. ESO lets letters of any script pass its
check and has the API server refuse the Secret; here the check is the API server's.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from headwater.domain.errors import InvalidInputError
from headwater.resources.external_secret import ConversionStrategy
from headwater.resources.schema import DATA_KEY

V = TypeVar("V")

MAX_KEY_LENGTH = 253
_ALLOWED = re.compile(DATA_KEY)


class InvalidKeysError(InvalidInputError):
    """Names at the provider that cannot be keys of a Secret as they are."""

    code = "invalid_secret_keys"


def convert_keys(values: Mapping[str, V], strategy: ConversionStrategy | None) -> dict[str, V]:
    """`values` under names that a Secret allows, as far as the strategy goes.

    Raises:
        InvalidKeysError: two names become one.
    """
    converted: dict[str, V] = {}
    for name, value in values.items():
        key = "".join(_convert(character, strategy) for character in name)
        if key in converted:
            raise InvalidKeysError(f"secret name collision during conversion: {key}")
        converted[key] = value
    return converted


def valid_keys(values: Mapping[str, V]) -> dict[str, V]:
    """`values` without an empty key, which is dropped silently.

    Raises:
        InvalidKeysError: a key is too long or holds a character that a Secret refuses.
    """
    for key in values:
        if fault := _fault(key):
            raise InvalidKeysError(
                f"invalid secret keys (TIP: use rewrite or conversionStrategy to change keys): {fault}"
            )
    return {key: value for key, value in values.items() if key}


def _convert(character: str, strategy: ConversionStrategy | None) -> str:
    if character in "-._" or unicodedata.category(character)[0] in "LN":
        return character
    if strategy is ConversionStrategy.UNICODE:
        return f"_U{ord(character):04x}_"
    return "_"


def _fault(key: str) -> str | None:
    if len(key.encode()) > MAX_KEY_LENGTH:
        return f"key has length {len(key.encode())} but max is {MAX_KEY_LENGTH}: {key[:MAX_KEY_LENGTH]}"
    if key and not _ALLOWED.fullmatch(key):
        return f"key may hold only letters, digits, '-', '.' and '_': {key}"
    return None
