"""Checks that several built-in kinds share, each a generator of what is wrong at a field.

Source: k8s.io/apimachinery pkg/util/validation and pkg/apis/meta/v1/validation.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from headwater.devcluster.naming import label_value_problems, qualified_problems
from headwater.devcluster.objects import Json, Object
from headwater.devcluster.status import Cause, forbidden_field, invalid_value, required, unsupported_value

_MOST_PORT: Final = 65535
_MOST_INT32: Final = 2**31 - 1
_LONGEST_PORT: Final = 15
_PERCENT: Final = re.compile("[0-9]+%")
_PERCENT_WORDS: Final = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)
_PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_WITH_VALUES: Final = frozenset({"In", "NotIn"})
_WITHOUT_VALUES: Final = frozenset({"Exists", "DoesNotExist"})


def at_least_zero(field: str, value: Json) -> Iterator[Cause]:
    if value is not None and value < 0:
        yield invalid_value(field, value, "must be greater than or equal to 0")


def between(field: str, value: Json, least: int, most: int = _MOST_INT32) -> Iterator[Cause]:
    if value is not None and not least <= value <= most:
        yield invalid_value(field, value, f"must be between {least} and {most}, inclusive")


def one_of(field: str, value: Json, allowed: Iterable[str]) -> Iterator[Cause]:
    """Absent is none of its business."""
    if value is not None and value not in allowed:
        yield unsupported_value(field, value, list(allowed))


def is_port(number: Json) -> bool:
    return isinstance(number, int) and 0 < number <= _MOST_PORT


def port_problems(field: str, port: Json) -> Iterator[Cause]:
    """Of a port that is a number, or the name of one."""
    if isinstance(port, str):
        yield from port_name_problems(field, port)
    elif not is_port(port):
        yield invalid_value(field, port or 0, f"must be between 1 and {_MOST_PORT}, inclusive")


def port_name_problems(field: str, name: str) -> Iterator[Cause]:
    """Source: RFC 6335 5.1."""
    if len(name) > _LONGEST_PORT:
        yield invalid_value(field, name, f"must be no more than {_LONGEST_PORT} characters")
    if not re.fullmatch("[-a-z0-9]+", name):
        yield invalid_value(field, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not re.search("[a-z]", name):
        yield invalid_value(field, name, "must contain at least one letter (a-z)")
    if "--" in name:
        yield invalid_value(field, name, "must not contain consecutive hyphens")
    if name.startswith("-") or name.endswith("-"):
        yield invalid_value(field, name, "must not begin or end with a hyphen")


def protocol_problems(field: str, protocol: Json) -> Iterator[Cause]:
    yield from one_of(field, protocol, _PROTOCOLS)


def label_problems_of(field: str, labels: Json) -> Iterator[Cause]:
    for name, value in (labels or {}).items():
        yield from qualified_problems(field, name)
        yield from label_value_problems(field, value)


def selector_problems(field: str, selector: Object) -> Iterator[Cause]:
    """Of a LabelSelector."""
    yield from label_problems_of(f"{field}.matchLabels", selector.get("matchLabels"))
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        path = f"{field}.matchExpressions[{index}]"
        operator, values = expression.get("operator", ""), expression.get("values") or ()
        if operator in _WITH_VALUES and not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
        elif operator in _WITHOUT_VALUES and values:
            yield forbidden_field(
                f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            )
        elif operator not in _WITH_VALUES | _WITHOUT_VALUES:
            yield invalid_value(f"{path}.operator", operator, "not a valid selector operator")
        yield from qualified_problems(f"{path}.key", expression.get("key", ""))
        for at, value in enumerate(values):
            yield from label_value_problems(f"{path}.values[{at}]", value)


def share_problems(field: str, value: Json) -> Iterator[Cause]:
    """Of a number of pods, or a part of them in percent."""
    if isinstance(value, str) and not _PERCENT.fullmatch(value):
        yield invalid_value(field, value, _PERCENT_WORDS)
    elif isinstance(value, int):
        yield from at_least_zero(field, value)


def is_nothing(share: Json) -> bool:
    return share in (0, "0%")
