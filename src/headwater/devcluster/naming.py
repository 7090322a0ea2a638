"""The words that Kubernetes takes for names, labels and keys, and the sentences in which it refuses others.

Source: k8s.io/apimachinery pkg/util/validation.
"""

import re
from collections.abc import Iterator
from typing import Final

from headwater.devcluster.objects import Json
from headwater.devcluster.status import Cause, invalid_value

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
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    f"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_QUALIFIED}')"
)
_KEY_WORDS: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  "
    f"or 'key-name', regex used for validation is '{_KEY}')"
)
_WITH_PREFIX: Final = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
_MOST: Final = 253
_MOST_LABEL: Final = 63


def subdomain_problems(field: str, name: str) -> Iterator[Cause]:
    yield from _matched(field, name, _SUBDOMAIN, _SUBDOMAIN_WORDS, _MOST)


def label_problems(field: str, name: str) -> Iterator[Cause]:
    yield from _matched(field, name, _LABEL, _LABEL_WORDS, _MOST_LABEL)


def service_label_problems(field: str, name: str) -> Iterator[Cause]:
    yield from _matched(field, name, _SERVICE_LABEL, _SERVICE_WORDS, _MOST_LABEL)


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


def qualified_problems(field: str, key: str) -> Iterator[Cause]:
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        yield invalid_value(field, key, f"a qualified name {_QUALIFIED_WORDS} {_WITH_PREFIX}")
        return
    if slash and not prefix:
        yield invalid_value(field, key, "prefix part must be non-empty")
    elif slash and not re.fullmatch(_SUBDOMAIN, prefix):
        yield invalid_value(field, key, f"prefix part {_SUBDOMAIN_WORDS}")
    if not name:
        yield invalid_value(field, key, "name part must be non-empty")
    elif len(name) > _MOST_LABEL:
        yield invalid_value(field, key, f"name part must be no more than {_MOST_LABEL} bytes")
    if not re.fullmatch(_QUALIFIED, name):
        yield invalid_value(field, key, f"name part {_QUALIFIED_WORDS}")


def _matched(field: str, name: str, pattern: str, words: str, most: int) -> Iterator[Cause]:
    if len(name) > most:
        yield invalid_value(field, name, f"must be no more than {most} characters")
    if not re.fullmatch(pattern, name):
        yield invalid_value(field, name, words)
