"""The envelope of everything sealed: one AES-256-GCM key per record, derived from the key above it.

`format (1 byte) || key id (8) || term (4) || info (32) || nonce (12) || ciphertext || tag (16)`. The record's key is
`HKDF-Expand(SHA-256, key, label || info)`, so no key ever encrypts two records and a repeated nonce harms nothing.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headwater.crypto.place import Place
from headwater.domain.errors import IntegrityError
from headwater.domain.hidden import Hidden

FORMAT = 1
KEY_BYTES = 32
KEY_ID_BYTES = 8

_LABEL = b"headwater record key"
_TERM = slice(9, 13)
_INFO = slice(13, 45)
_NONCE = slice(45, 57)
_CIPHERTEXT = slice(57, None)
OVERHEAD_BYTES = 57 + 16
"""What an envelope adds to what it holds."""

Random = Callable[[int], bytes]
"""`n` → `n` unpredictable bytes."""


class SealBrokenError(IntegrityError):
    """Something sealed does not open: altered, moved to another place, or sealed under another key."""

    code = "seal_broken"


@dataclass(frozen=True, slots=True)
class SealedValue:
    """An envelope, as it is stored."""

    blob: bytes

    @property
    def key_id(self) -> bytes:
        """The id of the key directly above: a project seed for values, the root key for the workplace key."""
        return self.blob[1:9]

    @property
    def term(self) -> int:
        """The number of the project key seed; 0 for what is sealed under the root or the workplace key."""
        return int.from_bytes(self.blob[_TERM], "big")


@dataclass(frozen=True, slots=True)
class Key:
    """32 bytes that seal, and the term under which their envelopes name them."""

    material: Hidden[bytes]
    term: int = 0

    def __post_init__(self) -> None:
        if len(self.material) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(self.material)}")

    @property
    def id(self) -> bytes:
        """Computed, never typed, so that a key and its id cannot part."""
        return hashlib.sha256(b"kek-id" + self.material.reveal()).digest()[:KEY_ID_BYTES]


def new_key(*, term: int = 0, random: Random = os.urandom) -> Key:
    return Key(Hidden(random(KEY_BYTES)), term)


def seal(key: Key, place: Place, plaintext: Hidden[bytes], *, random: Random = os.urandom) -> SealedValue:
    """Seal `plaintext` so that it opens at `place` alone."""
    info, nonce = random(32), random(12)
    head = bytes([FORMAT]) + key.id + key.term.to_bytes(4, "big")
    cipher = AESGCM(_record_key(key, info))
    return SealedValue(head + info + nonce + cipher.encrypt(nonce, plaintext.reveal(), head + place.associated_data()))


def unseal(key: Key, place: Place, sealed: SealedValue) -> Hidden[bytes]:
    """The plaintext of `sealed`.

    Raises:
        SealBrokenError: a bit differs from what was sealed, or `place` or `key` is not the one it was sealed with.
    """
    blob = sealed.blob
    if len(blob) < OVERHEAD_BYTES or blob[0] != FORMAT:
        raise SealBrokenError("a sealed value has an unknown format", hint="restore it from a backup")
    if sealed.key_id != key.id:
        raise SealBrokenError("a sealed value names another key", hint="restore it, or the key that it names")
    cipher = AESGCM(_record_key(key, blob[_INFO]))
    try:
        return Hidden(cipher.decrypt(blob[_NONCE], blob[_CIPHERTEXT], blob[:13] + place.associated_data()))
    except InvalidTag as error:
        raise SealBrokenError(
            "a sealed value was altered or moved", hint="restore it from a backup, and ask who can write the database"
        ) from error


def _record_key(key: Key, info: bytes) -> bytes:
    """HKDF-Expand for exactly one block: T(1) = HMAC(key, info || 1).

    Source: RFC 5869, section 2.3; written out because one HMAC of the standard library costs a tenth of an object.
    """
    return hmac.digest(key.material.reveal(), _LABEL + info + b"\x01", hashlib.sha256)
