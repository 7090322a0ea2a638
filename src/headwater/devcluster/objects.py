"""Objects of the API as decoded JSON, and the few questions that every part asks of them. Nothing here changes one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = Any
"""A decoded JSON value."""

Object: TypeAlias = dict[str, Any]
"""A decoded JSON object; one that is stored must not be changed."""


class Key(NamedTuple):
    """The name of an object within its kind; `namespace` is empty for kinds of the whole cluster."""

    namespace: str
    name: str


def metadata_of(found: Object) -> Object:
    meta = found.get("metadata")
    return meta if isinstance(meta, dict) else {}


def key_of(found: Object) -> Key:
    meta = metadata_of(found)
    return Key(meta.get("namespace", ""), meta.get("name", ""))


def uid_of(found: Object) -> str:
    uid: str = metadata_of(found).get("uid", "")
    return uid


def labels_of(found: Object) -> Mapping[str, str]:
    return metadata_of(found).get("labels") or {}


def annotations_of(found: Object) -> Mapping[str, str]:
    return metadata_of(found).get("annotations") or {}


def finalizers_of(found: Object) -> list[str]:
    return metadata_of(found).get("finalizers") or []


def is_deleting(found: Object) -> bool:
    return "deletionTimestamp" in metadata_of(found)


def get_in(found: Json, *path: str) -> Json:
    """What stands at `path`, or None if anything on the way is absent."""
    for step in path:
        if not isinstance(found, dict):
            return None
        found = found.get(step)
    return found


def put_in(found: Object, value: Json, *path: str) -> Object:
    """A copy in which `value` stands at `path`."""
    first, *rest = path
    inner = found.get(first)
    return {**found, first: put_in(inner if isinstance(inner, dict) else {}, value, *rest) if rest else value}


def with_metadata(found: Object, **changes: Json) -> Object:
    """A copy whose metadata has these; None takes a field away."""
    meta = {**metadata_of(found), **changes}
    return {**found, "metadata": {name: value for name, value in meta.items() if value is not None}}


def controller_of(found: Object) -> Object | None:
    """The owner reference of the controller, if there is one."""
    for owner in metadata_of(found).get("ownerReferences") or ():
        if owner.get("controller"):
            return dict(owner)
    return None


def to_timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second, as metadata has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_timestamp(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
