"""Sprig's and ESO's digests, in hexadecimal."""

import hashlib
import zlib

from headwater.gotemplate.functions.registry import function

_TEXT = "func(string) string"


@function(_TEXT, "sha1sum")
def sha1sum(text: bytes) -> bytes:
    """The SHA-1 digest."""
    return hashlib.sha1(text, usedforsecurity=False).hexdigest().encode()


@function(_TEXT, "sha256sum")
def sha256sum(text: bytes) -> bytes:
    """The SHA-256 digest."""
    return hashlib.sha256(text).hexdigest().encode()


@function(_TEXT, "sha512sum")
def sha512sum(text: bytes) -> bytes:
    """The SHA-512 digest."""
    return hashlib.sha512(text).hexdigest().encode()


@function(_TEXT, "adler32sum")
def adler32sum(text: bytes) -> bytes:
    """The Adler-32 checksum, in decimal."""
    return b"%d" % zlib.adler32(text)
