"""Label and field selectors: text to a test of an object.

Source: k8s.io/apimachinery pkg/labels and pkg/fields.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from headwater.devcluster.objects import Object, get_in, labels_of
from headwater.devcluster.status import bad_request

Test = Callable[[Object], bool]

_USUAL: Final = ("metadata.name", "metadata.namespace")
_SET: Final = re.compile(r"^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$")
_EQUAL: Final = re.compile(r"^\s*([^!=<>\s]+)\s*(==|=|!=)\s*([^!=<>\s]*)\s*$")
_COMPARED: Final = re.compile(r"^\s*(\S+)\s*([<>])\s*(-?\d+)\s*$")
_EXISTS: Final = re.compile(r"^\s*(!?)\s*([A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?)\s*$")
_TWICE: Final = re.compile(r"^\s*[^!=<>\s]+\s*(?:==|=|!=)\s*[^!=<>\s]*\s*(==|=|!=|<|>)")
_PART: Final = re.compile(r",(?![^(]*\))")


def everything(_: Object) -> bool:
    return True


def label_test(selector: str) -> Test:
    """Raises: RefusedError (400) for what is no selector."""
    if not selector.strip():
        return everything
    tests = [_label_part(part) for part in _PART.split(selector)]
    return lambda found: all(test(labels_of(found)) for test in tests)


def field_test(selector: str, allowed: Sequence[str]) -> Test:
    """`allowed` are the paths that may be asked for, without the dot in front. Raises: RefusedError (400)."""
    if not selector.strip():
        return everything
    known = (*_USUAL, *allowed)
    tests = [_field_part(part, known) for part in selector.split(",") if part]
    return lambda found: all(test(found) for test in tests)


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector, as workloads hold one, selects these labels."""
    if any(labels.get(name) != value for name, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_matches(expression, labels) for expression in selector.get("matchExpressions") or ())


def _matches(expression: Object, labels: Mapping[str, str]) -> bool:
    name, values = expression["key"], expression.get("values") or ()
    match expression["operator"]:
        case "In":
            return labels.get(name) in values
        case "NotIn":
            return labels.get(name) not in values
        case "Exists":
            return name in labels
        case _:
            return name not in labels


def _label_part(part: str) -> Callable[[Mapping[str, str]], bool]:
    if found := _SET.match(part):
        name, word, listed = found.groups()
        values = {value.strip() for value in listed.split(",")}
        return lambda labels: (
            (name in labels and labels[name] in values) if word == "in" else (labels.get(name) not in values)
        )
    if found := _EQUAL.match(part):
        name, sign, value = found.groups()
        return lambda labels: (labels.get(name) != value) if sign == "!=" else (labels.get(name) == value)
    if found := _COMPARED.match(part):
        name, sign, number = found.groups()
        return lambda labels: _compares(labels.get(name, ""), sign, int(number))
    if found := _EXISTS.match(part):
        absent, name = found.group(1), found.group(2)
        return lambda labels: (name not in labels) if absent else (name in labels)
    if found := _TWICE.match(part):
        raise bad_request(f"found '{found.group(1)}', expected: ',' or 'end of string'")
    raise bad_request(f"unable to parse requirement: found '{part.strip()}', expected: a selector")


def _compares(value: str, sign: str, number: int) -> bool:
    if not value.lstrip("-").isdecimal():
        return False
    return int(value) > number if sign == ">" else int(value) < number


def _field_part(part: str, known: Sequence[str]) -> Test:
    sign = "!=" if "!=" in part else "==" if "==" in part else "="
    name, found, value = part.partition(sign)
    if not found:
        raise bad_request(f'invalid selector: "{part}"; can\'t understand "{part}"')
    if name not in known:
        raise bad_request(_unknown_field(name, known))
    steps = name.split(".")
    wanted = value.replace("\\,", ",").replace("\\=", "=")
    if sign == "!=":
        return lambda held: _text(get_in(held, *steps)) != wanted
    return lambda held: _text(get_in(held, *steps)) == wanted


def _unknown_field(name: str, known: Sequence[str]) -> str:
    if len(known) > len(_USUAL):
        return f"field label not supported: {name}"
    return f'"{name}" is not a known field selector: only "metadata.name", "metadata.namespace"'


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
