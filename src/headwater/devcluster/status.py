"""Refusals, as the API server words them: a Status with a code, a reason and the causes.

Source: k8s.io/apimachinery pkg/api/errors and pkg/util/validation/field, whose sentences clients print as they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from headwater.devcluster.objects import Json, Object

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is wrong with an object, at `field`."""

    reason: str
    message: str
    field: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message

    def to_object(self) -> Object:
        return {"reason": self.reason, "message": self.message, "field": self.field}


class RefusedError(Exception):
    """A request that is answered by a Status of failure; not an error of this program."""

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    def to_status(self) -> Object:
        details = {} if self.details is None else {"details": self.details}
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            **details,
            "code": self.code,
        }


def bad_request(message: str) -> RefusedError:
    return RefusedError(400, "BadRequest", message)


def not_found(plural: str, group: str, name: str) -> RefusedError:
    details = _details(name, group, plural)
    return RefusedError(404, "NotFound", f'{_qualified(plural, group)} "{name}" not found', details)


def no_such_path() -> RefusedError:
    message = "the server could not find the requested resource"
    return RefusedError(404, "NotFound", message, {})


class UnservedPathError(RefusedError):
    """Told as text: so clients know that there is no such kind, rather than no such object."""

    def __init__(self) -> None:
        super().__init__(404, "NotFound", "404 page not found")


def not_implemented(message: str) -> RefusedError:
    return RefusedError(501, "NotImplemented", message)


def already_exists(plural: str, group: str, name: str) -> RefusedError:
    details = _details(name, group, plural)
    return RefusedError(409, "AlreadyExists", f'{_qualified(plural, group)} "{name}" already exists', details)


def conflict(plural: str, group: str, name: str, why: str = MODIFIED) -> RefusedError:
    message = f'Operation cannot be fulfilled on {_qualified(plural, group)} "{name}": {why}'
    return RefusedError(409, "Conflict", message, _details(name, group, plural))


def forbidden(plural: str, group: str, name: str, why: str) -> RefusedError:
    message = f'{_qualified(plural, group)} "{name}" is forbidden: {why}'
    return RefusedError(403, "Forbidden", message, _details(name, group, plural))


def invalid(kind: str, group: str, name: str, causes: Sequence[Cause]) -> RefusedError:
    """Causes that are equal are told once, in the order found."""
    distinct = list(dict.fromkeys(causes))
    listed = ", ".join(map(str, distinct))
    words = listed if len(distinct) == 1 else f"[{listed}]"
    details = {**_details(name, group, kind), "causes": [cause.to_object() for cause in distinct]}
    return RefusedError(422, "Invalid", f'{_qualified(kind, group)} "{name}" is invalid: {words}', details)


def method_not_allowed() -> RefusedError:
    return RefusedError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def unsupported_media_type(accepted: Sequence[str]) -> RefusedError:
    message = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(accepted)
    return RefusedError(415, "UnsupportedMediaType", message)


def expired(message: str) -> RefusedError:
    return RefusedError(410, "Expired", message)


def too_new(version: int, newest: int) -> RefusedError:
    message = f"Timeout: Too large resource version: {version}, current: {newest}"
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return RefusedError(504, "Timeout", message, {"causes": [cause], "retryAfterSeconds": 1})


def no_version(text: str) -> Cause:
    return invalid_value("resourceVersion", text, f'strconv.ParseUint: parsing "{text}": invalid syntax')


def invalid_value(field: str, value: Json, why: str) -> Cause:
    return Cause("FieldValueInvalid", f"Invalid value: {quoted(value)}: {why}", field)


def invalid_type(field: str, value: Json, why: str) -> Cause:
    return Cause("FieldValueTypeInvalid", f"Invalid value: {quoted(value)}: {why}", field)


def required(field: str, why: str = "") -> Cause:
    return Cause("FieldValueRequired", f"Required value: {why}" if why else "Required value", field)


def duplicate(field: str, value: Json) -> Cause:
    return Cause("FieldValueDuplicate", f"Duplicate value: {quoted(value)}", field)


def unsupported_value(field: str, value: Json, allowed: Sequence[Json]) -> Cause:
    listed = ", ".join(quoted(each) for each in allowed)
    return Cause("FieldValueNotSupported", f"Unsupported value: {quoted(value)}: supported values: {listed}", field)


def forbidden_field(field: str, why: str) -> Cause:
    return Cause("FieldValueForbidden", f"Forbidden: {why}", field)


def too_long(field: str, most: int, unit: str = "bytes") -> Cause:
    return Cause("FieldValueTooLong", f"Too long: may not be more than {most} {unit}", field)


def too_many(field: str, count: int, most: int) -> Cause:
    noun = "item" if most == 1 else "items"
    return Cause("FieldValueTooMany", f"Too many: {count}: must have at most {most} {noun}", field)


def quoted(value: Json) -> str:
    """As Go prints a value in an error: words in quotes, all else as JSON."""
    return msgspec.json.encode(value).decode("utf-8")


def _qualified(name: str, group: str) -> str:
    return f"{name}.{group}" if group else name


def _details(name: str, group: str, kind: str) -> Object:
    found = {"name": name, "group": group, "kind": kind}
    return {key: value for key, value in found.items() if value}
