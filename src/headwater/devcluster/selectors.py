"""Label and field selectors: text to a test of an object.

Source: k8s.io/apimachinery pkg/labels and pkg/fields.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from headwater.devcluster.label_selectors import parse_selector
from headwater.devcluster.objects import Object, get_in, labels_of
from headwater.devcluster.status import bad_request

Test = Callable[[Object], bool]

_USUAL: Final = ("metadata.name", "metadata.namespace")


def everything(_: Object) -> bool:
    return True


def label_test(selector: str) -> Test:
    """Raises: RefusedError (400) for what is no selector."""
    if not selector.strip():
        return everything
    requirements = parse_selector(selector)
    return lambda found: all(each.holds(labels_of(found)) for each in requirements)


def field_test(selector: str, allowed: Sequence[str]) -> Test:
    """`allowed` are the paths that may be asked for, without the dot in front. Raises: RefusedError (400)."""
    if not selector.strip():
        return everything
    known = (*_USUAL, *allowed)
    tests = [_field_part(part, selector, known) for part in selector.split(",") if part]
    return lambda found: all(test(found) for test in tests)


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector, as workloads hold one, selects these labels."""
    if any(labels.get(name) != value for name, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_matches(expression, labels) for expression in selector.get("matchExpressions") or ())


def selector_string(selector: Object | None) -> str:
    """As a query would say it, in the order of the keys."""
    known = selector or {}
    parts = {name: f"{name}={value}" for name, value in (known.get("matchLabels") or {}).items()}
    parts |= {each["key"]: _expression_text(each) for each in known.get("matchExpressions") or ()}
    return ",".join(parts[name] for name in sorted(parts))


def _expression_text(expression: Object) -> str:
    name, values = expression["key"], ",".join(sorted(expression.get("values") or ()))
    match expression.get("operator"):
        case "In":
            return f"{name} in ({values})"
        case "NotIn":
            return f"{name} notin ({values})"
        case "Exists":
            return str(name)
        case _:
            return f"!{name}"


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


def _field_part(part: str, selector: str, known: Sequence[str]) -> Test:
    sign = "!=" if "!=" in part else "==" if "==" in part else "="
    name, found, value = part.partition(sign)
    if not found:
        raise bad_request(f"invalid selector: '{selector}'; can't understand '{part}'")
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
