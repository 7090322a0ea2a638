"""Keyed digests (of tokens, of replies) and the unkeyed one that chains the log."""

import hashlib
import hmac

from headwater.domain.hidden import Hidden

GENESIS = bytes(32)
"""The digest before the first entry of a chain."""


def token_digest(pepper: Hidden[bytes], token: Hidden[str]) -> bytes:
    """HMAC-SHA-256: 220 random bits need no slow hash, and without the pepper a stolen table tests no guess."""
    return hmac.digest(pepper.reveal(), token.reveal().encode(), hashlib.sha256)


def same_digest(one: bytes, other: bytes) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one, other)


def etag(key: Hidden[bytes], restore_epoch: int, body: bytes) -> str:
    """128 bits of HMAC-SHA-256(key, restore epoch (8 bytes) || body), in hexadecimal.

    The epoch is in it so that a database restored from a backup never repeats a tag that clients still hold.
    """
    message = restore_epoch.to_bytes(8, "big") + body
    return hmac.digest(key.reveal(), message, hashlib.sha256)[:16].hex()


def chain(previous: bytes, entry: bytes) -> bytes:
    """The digest of a log entry: SHA-256(previous digest || canonical entry)."""
    return hashlib.sha256(previous + entry).digest()
