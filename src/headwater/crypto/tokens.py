"""Tokens: `dp.<kind>.[<config slug>.]` and 43 characters, of which the last six are a checksum.

The form is Doppler's, so that its clients and the scanners of leaked secrets know one; the checksum lets a scanner
confirm a find without asking anybody.
"""

import re
import secrets
import string
import zlib
from collections.abc import Callable
from enum import StrEnum

from headwater.domain.hidden import Hidden

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH = 37
_CHECKSUM_LENGTH = 6
_SLUG_IN_TOKEN = re.compile(r"[a-z0-9_-]{2,35}")

Choice = Callable[[str], str]
"""alphabet → one unpredictable character of it."""


class TokenKind(StrEnum):
    SERVICE = "st"
    PERSONAL = "pt"


def create_personal_token(*, choice: Choice = secrets.choice) -> Hidden[str]:
    return _create(f"dp.{TokenKind.PERSONAL}.", choice)


def create_service_token(config_slug: str, *, choice: Choice = secrets.choice) -> Hidden[str]:
    """The slug is left out where it does not fit the form that scanners know (2 to 35 of `[a-z0-9_-]`)."""
    slug = f"{config_slug}." if _SLUG_IN_TOKEN.fullmatch(config_slug) else ""
    return _create(f"dp.{TokenKind.SERVICE}.{slug}", choice)


def has_token_form(token: Hidden[str]) -> bool:
    """Whether it is a token of ours, going by its form and its checksum alone."""
    body, checksum = token.reveal()[:-_CHECKSUM_LENGTH], token.reveal()[-_CHECKSUM_LENGTH:]
    return _FORM.fullmatch(token.reveal()) is not None and _checksum(body) == checksum


def preview(token: Hidden[str]) -> str:
    """What may be shown of a token: its kind and the checksum, none of the random part."""
    text = token.reveal()
    return f"{text[:5]}...{text[-_CHECKSUM_LENGTH:]}"


_KINDS = "|".join(TokenKind)
_FORM = re.compile(rf"dp\.(?:{_KINDS})\.(?:[a-z0-9_-]{{2,35}}\.)?[0-9A-Za-z]{{{_RANDOM_LENGTH + _CHECKSUM_LENGTH}}}")


def _create(prefix: str, choice: Choice) -> Hidden[str]:
    body = prefix + "".join(choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return Hidden(body + _checksum(body))


def _checksum(body: str) -> str:
    """CRC32 of all that stands before it, in six digits of base 62."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits
