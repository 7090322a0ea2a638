"""The formats of texts that schemas may ask for. Source: k8s.io/kube-openapi pkg/validation/strfmt.

A format that is not known here lets everything through, as the API server does with those that it does not know.
"""

import base64
import ipaddress
import re
from collections.abc import Callable
from datetime import date
from typing import Final

from headwater.devcluster.objects import parse_timestamp

_LABEL: Final = "[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_UNIT: Final = "ns|us|µs|ms|s|m|h|d|w|[a-z]+"


def has_format(text: str, kind: str) -> bool:
    fits = FORMATS.get(kind)
    return fits is None or fits(text)


def _matching(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _reading(read: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        try:
            read(text)
        except ValueError:
            return False
        return True

    return fits


def _decode(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "byte": _reading(_decode),
    "cidr": lambda text: "/" in text and _reading(ipaddress.ip_interface)(text),
    "date": lambda text: len(text) == len("2006-01-02") and _reading(date.fromisoformat)(text),
    "date-time": lambda text: parse_timestamp(text) is not None,
    "duration": _matching(rf"(\d+(\.\d+)?\s*({_UNIT})\s*)+"),
    "email": _matching(r"[^@\s]+@[^@\s]+"),
    "hostname": _matching(rf"{_LABEL}(\.{_LABEL})*"),
    "ipv4": _reading(ipaddress.IPv4Address),
    "ipv6": _reading(ipaddress.IPv6Address),
    "mac": _matching("([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"),
    "uri": _matching(r"([A-Za-z][-A-Za-z0-9+.]*:|/)\S*"),
    "uuid": _matching("[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}"),
}
