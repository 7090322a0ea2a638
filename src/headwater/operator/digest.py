"""Keyed digests: what a plan compares instead of values, since no value of a target stays in memory.

Keyed with randomness of this process, so that a digest that escapes says nothing about its value.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import NewType, TypeAlias

Digest = NewType("Digest", bytes)
"""16 bytes."""

Digester: TypeAlias = Callable[[bytes], Digest]


def keyed_digester(key: bytes) -> Digester:
    def digest(value: bytes) -> Digest:
        return Digest(blake2b(value, digest_size=16, key=key).digest())

    return digest


def digest_texts(texts: Mapping[str, str], digest: Digester) -> dict[str, Digest]:
    return {name: digest(text.encode()) for name, text in texts.items()}
