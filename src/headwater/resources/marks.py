"""The marks on a target, byte for byte those of External Secrets Operator, so that either can take over from the other.

Its surprise: ESO hashes Go's `%+v` text of a value, so these functions write that text.
Source: external-secrets runtime/esutils/utils.go, ObjectHash; pkg/controllers/util/util.go, HashMeta.
"""

import hashlib
from collections.abc import Iterable, Mapping

from headwater.resources.meta import ObjectMeta

MANAGED_LABEL = "reconcile.external-secrets.io/managed"
CREATED_BY_LABEL = "reconcile.external-secrets.io/created-by"
DATA_HASH_ANNOTATION = "reconcile.external-secrets.io/data-hash"
EXTERNAL_SECRET_FINALIZER = "externalsecrets.external-secrets.io/externalsecret-cleanup"  # noqa: S105 - a mark
CERT_MANAGER_LABEL = "controller.cert-manager.io/fao"
CERT_MANAGER_ANNOTATION = "cert-manager.io/certificate-name"

_MANAGER_PREFIX = "externalsecrets.external-secrets.io/"
_MANAGER_LIMIT = 63


def data_hash(data: Mapping[str, bytes]) -> str:
    """The hash that stands on a Secret: SHA3-224 (hex) of `map[key:[98 121] …]`, keys in byte order.

    Not for the eyes of those who may not read the Secret: short values can be guessed from it.
    """
    entries = (f"{key}:{repr(list(data[key])).replace(', ', ' ')}" for key in _sorted_as_go(data))
    return _hash(f"map[{' '.join(entries)}]")


def created_by(namespace: str, name: str) -> str:
    """The value of `CREATED_BY_LABEL`: which ExternalSecret made an owned Secret."""
    return _hash(f"{namespace}/{name}")


def synced_resource_version(meta: ObjectMeta) -> str:
    """The generation and a hash of labels and annotations: another value means that the object was edited."""
    text = f"{{annotations:map[{_pairs(meta.annotations)}] labels:map[{_pairs(meta.labels)}]}}"
    return f"{meta.generation}-{_hash(text)}"


def field_manager(name: str) -> str:
    """The field manager under which the target of the ExternalSecret `name` is written."""
    manager = _MANAGER_PREFIX + name
    return manager if len(manager) <= _MANAGER_LIMIT else f"{_MANAGER_PREFIX}sha3/{_hash(name)}"


def is_field_manager(manager: str) -> bool:
    """Whether it is the field manager of some ExternalSecret."""
    return manager.startswith(_MANAGER_PREFIX)


def _pairs(marks: Mapping[str, str]) -> str:
    return " ".join(f"{key}:{marks[key]}" for key in _sorted_as_go(marks))


def _sorted_as_go(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=str.encode)


def _hash(text: str) -> str:
    return hashlib.sha3_224(text.encode()).hexdigest()
