"""Values out of texts: what a source says about a failure is shown to people, and might quote what it holds."""

from collections.abc import Iterable

from headwater.domain.hidden import Hidden

MIN_LENGTH = 4
"""Bytes; shorter values are also words of any sentence, and masking them would only say that they are values."""


def mask_values(text: str, values: Iterable[Hidden[bytes]]) -> str:
    """`text` with every one of `values` replaced by an ellipsis, the longest first."""
    masked = text.encode()
    for value in sorted((value.reveal() for value in values), key=len, reverse=True):
        if len(value) >= MIN_LENGTH:
            masked = masked.replace(value, "…".encode())
    return masked.decode(errors="replace")
