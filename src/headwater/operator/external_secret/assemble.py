"""From what the feeds answered to the data of a target: names converted and checked, values decoded, later entries win.

Source: eso.md §1.5. Messages name keys, never values.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from headwater.domain.errors import HeadwaterError
from headwater.domain.hidden import Hidden
from headwater.operator.external_secret.request import Entry, RefusedError, Sentence
from headwater.operator.feeds.reading import Outcome
from headwater.resources.external_secret import NullBytePolicy
from headwater.resources.keys import convert_keys, valid_keys
from headwater.resources.template import DecodingStrategy

Values: TypeAlias = Mapping[str, Hidden[bytes]]
"""Key of the target → its value."""

_STANDARD = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_URL = re.compile(rb"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?")


def assemble(entries: Sequence[Entry], outcomes: Sequence[Outcome]) -> Values:
    """The data that the entries make together.

    Raises:
        RefusedError: an outcome is a failure, or a name or value cannot be used; names the first such entry.
    """
    values: dict[str, Hidden[bytes]] = {}
    for entry, outcome in zip(entries, outcomes, strict=True):
        try:
            values.update(_entry_values(entry, outcome))
        except HeadwaterError as error:
            raise RefusedError(Sentence.GET, f"error processing {entry.place}, err: {error}") from error
    return values


def _entry_values(entry: Entry, outcome: Outcome) -> Values:
    if isinstance(outcome, HeadwaterError):
        raise outcome
    if entry.secret_key is None:
        named = convert_keys(outcome, entry.treatment.conversion)
    else:
        [value] = outcome.values()
        named = {entry.secret_key: value}
    return {key: _treated(entry, key, value) for key, value in valid_keys(named).items()}


def _treated(entry: Entry, key: str, value: Hidden[bytes]) -> Hidden[bytes]:
    decoded = _decoded(key, value, entry.treatment.decoding)
    if entry.treatment.null_bytes is NullBytePolicy.FAIL and b"\0" in decoded.reveal():
        raise AssemblyError(f"the value of {key} holds a null byte")
    return decoded


def _decoded(key: str, value: Hidden[bytes], strategy: DecodingStrategy) -> Hidden[bytes]:
    match strategy:
        case DecodingStrategy.NONE:
            return value
        case DecodingStrategy.BASE64:
            decoded = _base64(value, _STANDARD)
        case DecodingStrategy.BASE64_URL:
            decoded = _base64(value, _URL)
        case DecodingStrategy.AUTO:
            return _base64(value, _STANDARD) or _base64(value, _URL) or value
    if decoded is None:
        raise AssemblyError(f"the value of {key} is not {strategy}")
    return decoded


def _base64(value: Hidden[bytes], alphabet: re.Pattern[bytes]) -> Hidden[bytes] | None:
    """Decoded by Go's strict rules, which skip line breaks; None if it is not that."""
    text = value.reveal().replace(b"\n", b"").replace(b"\r", b"")
    if not alphabet.fullmatch(text):
        return None
    try:
        return Hidden(base64.b64decode(text, altchars=b"-_" if alphabet is _URL else None, validate=True))
    except binascii.Error:
        return None


class AssemblyError(HeadwaterError):
    """A name or value that the source gave cannot stand in a Secret."""

    code = "assembly"
