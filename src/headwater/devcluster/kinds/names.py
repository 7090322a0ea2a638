"""Names, labels and keys: which words Kubernetes takes, and the sentences in which it refuses others.

Source: k8s.io/apimachinery pkg/util/validation and pkg/api/validation.
"""

import re
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Json, Object, finalizers_of, is_deleting, metadata_of
from headwater.devcluster.resource_types import ResourceType
from headwater.devcluster.status import Cause, forbidden_field, invalid_value, quoted, required, too_long

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
_QUALIFIED: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE: Final = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_KEY: Final = "[-._a-zA-Z0-9]+"

_SUBDOMAIN_WORDS: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    f"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)
_LABEL_WORDS: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    f"with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
)
_SERVICE_LABEL: Final = "[a-z]([-a-z0-9]*[a-z0-9])?"
_SERVICE_WORDS: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    f"and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    f"'{_SERVICE_LABEL}')"
)
_VALUE_WORDS: Final = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'{_VALUE}')"
)
_QUALIFIED_WORDS: Final = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    f"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_QUALIFIED}')"
)
_KEY_WORDS: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
    f"or 'key-name', regex used for validation is '{_KEY}')"
)
_LABELS: Final = frozenset({"namespaces"})
_SERVICES: Final = frozenset({"services"})
_PATHS: Final = frozenset({"roles", "rolebindings", "clusterroles", "clusterrolebindings"})
_MOST: Final = 253
_MOST_LABEL: Final = 63


def metadata_problems(found: Object, resource: ResourceType) -> Iterator[Cause]:
    meta = metadata_of(found)
    name = meta.get("name", "")
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from name_problems("metadata.name", name, resource)
    for key, value in (meta.get("labels") or {}).items():
        yield from _qualified_problems("metadata.labels", key)
        yield from label_value_problems("metadata.labels", value)
    for key in meta.get("annotations") or {}:
        yield from _qualified_problems("metadata.annotations", key.lower())
    yield from owner_problems(found)
    for finalizer in meta.get("finalizers") or ():
        yield from _qualified_problems("metadata.finalizers", finalizer)


def owner_problems(found: Object) -> Iterator[Cause]:
    owners = metadata_of(found).get("ownerReferences") or ()
    for owner in owners:
        if not str(owner.get("apiVersion", "")).rpartition("/")[2]:
            yield invalid_value("metadata.ownerReferences.apiVersion", "", "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                yield invalid_value(f"metadata.ownerReferences.{field}", "", "must not be empty")
    controllers = [owner for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        names = f"{controllers[0].get('kind')}/{controllers[0].get('name')}"
        words = f'Only one reference can have Controller set to true. Found "true" in references for {names} and '
        last = controllers[1]
        yield invalid_value("metadata.ownerReferences", owners, f"{words}{last.get('kind')}/{last.get('name')}")


def finalizer_problems(found: Object, before: Object) -> Iterator[Cause]:
    """One that is to go takes no more finalizers."""
    if not is_deleting(before):
        return
    added = [each for each in finalizers_of(found) if each not in finalizers_of(before)]
    if added:
        listed = ", ".join(quoted(each) for each in added)
        yield forbidden_field(
            "metadata.finalizers",
            f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}",
        )


def name_problems(field: str, name: str, resource: ResourceType) -> Iterator[Cause]:
    if resource.plural in _PATHS:
        if "/" in name or "%" in name:
            yield invalid_value(field, name, "may not contain '/'" if "/" in name else "may not contain '%'")
    elif resource.plural in _LABELS:
        yield from _matched(field, name, _LABEL, _LABEL_WORDS, _MOST_LABEL)
    elif resource.plural in _SERVICES:
        yield from _matched(field, name, _SERVICE_LABEL, _SERVICE_WORDS, _MOST_LABEL)
    else:
        yield from _matched(field, name, _SUBDOMAIN, _SUBDOMAIN_WORDS, _MOST)


def config_key_problems(field: str, keys: Json) -> Iterator[Cause]:
    for key in keys or ():
        if not re.fullmatch(_KEY, key):
            yield invalid_value(f"{field}[{key}]", key, _KEY_WORDS)
        elif len(key) > _MOST:
            yield invalid_value(f"{field}[{key}]", key, f"must be no more than {_MOST} characters")
        elif key in {".", ".."}:
            yield invalid_value(f"{field}[{key}]", key, f"must not be '{key}'")


def label_value_problems(field: str, value: Json) -> Iterator[Cause]:
    if len(str(value)) > _MOST_LABEL:
        yield invalid_value(field, value, f"must be no more than {_MOST_LABEL} bytes")
    if not re.fullmatch(_VALUE, str(value)):
        yield invalid_value(field, value, _VALUE_WORDS)


def _qualified_problems(field: str, key: str) -> Iterator[Cause]:
    prefix, slash, name = key.rpartition("/")
    if slash and not re.fullmatch(_SUBDOMAIN, prefix):
        yield invalid_value(field, key, f"prefix part {_SUBDOMAIN_WORDS}")
    if not name:
        yield invalid_value(field, key, "name part must be non-empty")
    if not re.fullmatch(_QUALIFIED, name):
        yield invalid_value(field, key, _QUALIFIED_WORDS)


def _matched(field: str, name: str, pattern: str, words: str, most: int) -> Iterator[Cause]:
    if len(name) > most:
        yield (
            too_long(field, most)
            if most == _MOST_LABEL and not name
            else invalid_value(field, name, f"must be no more than {most} bytes")
        )
    if not re.fullmatch(pattern, name):
        yield invalid_value(field, name, words)
