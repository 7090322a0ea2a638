"""Quantities, such as `500m` or `2Gi`. Source: k8s.io/apimachinery pkg/api/resource."""

import re
from decimal import Decimal
from typing import Final

from headwater.devcluster.objects import Json

QUANTITY_WORDS: Final = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_QUANTITY: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?")
_SUFFIXES: Final = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", start=1)},
}


def is_quantity(text: str) -> bool:
    return _QUANTITY.fullmatch(text) is not None


def amount(value: Json) -> Decimal:
    """Of a quantity, which may be written as a number; of what is none, 0."""
    found = _QUANTITY.fullmatch(str(value))
    if found is None:
        return Decimal(0)
    number, suffix, exponent = found.groups()
    return Decimal(number) * _SUFFIXES.get(suffix or "", Decimal(1)) * Decimal(10) ** int(exponent or 0)


def canonical(value: Json) -> str:
    """As the API server writes it: whole numbers with the largest suffix that leaves them whole."""
    text = str(value)
    found = _QUANTITY.fullmatch(text)
    if found is None or found[3] is not None:
        return text
    number = amount(text)
    if not number:
        return "0"
    suffixes = _BINARY if (found[2] or "").endswith("i") and number % 1 == 0 else _DECIMAL
    for suffix in suffixes:
        count = number / _SUFFIXES.get(suffix, Decimal(1))
        if count % 1 == 0:
            return f"{int(count)}{suffix}"
    return text


_BINARY: Final = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki", "")
_DECIMAL: Final = ("E", "P", "T", "G", "M", "k", "", "m", "u", "n")
