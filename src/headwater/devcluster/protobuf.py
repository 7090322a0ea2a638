"""Bodies in Kubernetes' protobuf, as `kubectl create` sends them, decoded to the objects that their JSON would be.

Surprise: protobuf says every zero of a field that Go holds by value, where JSON leaves it out. So zeros are dropped
here, but for those few numbers where zero was meant.

Source: the envelope is k8s.io/apimachinery pkg/runtime/generated.proto, Unknown; field numbers stand in
`data/kinds.json`.
"""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from headwater.devcluster.objects import Json, Object
from headwater.devcluster.resource_types import facts
from headwater.devcluster.status import bad_request

MAGIC: Final = b"k8s\x00"

_MEANT_ZEROS: Final = frozenset({"replicas", "parallelism", "completions", "backoffLimit", "defaultMode"})
_META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1."


class MalformedError(Exception):
    """These bytes are no protobuf."""


def decode_body(body: bytes) -> Object:
    """An object with its apiVersion and kind. Raises: RefusedError (400)."""
    try:
        envelope = dict(_fields(body.removeprefix(MAGIC)))
        named = dict(_fields(_bytes(envelope.get(1, b""))))
        api_version, kind = _bytes(named.get(1, b"")).decode(), _bytes(named.get(2, b"")).decode()
        message = _message_name(api_version, kind)
        return {"apiVersion": api_version, "kind": kind, **_message(_bytes(envelope.get(2, b"")), message)}
    except (MalformedError, IndexError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise bad_request(f"the body is no object in protobuf: {error}") from error


def _message_name(api_version: str, kind: str) -> str:
    known = facts()
    group, _, version = api_version.rpartition("/")
    for name, schema in known.schemas.items():
        for each in schema.get("x-kubernetes-group-version-kind", ()):
            if each == {"group": group, "version": version, "kind": kind} and name in known.messages:
                return name
    raise MalformedError(f"no kind {kind} in {api_version}")


def _message(data: bytes, name: str) -> Object:
    special = _SPECIAL.get(name)
    if special is not None:
        found: Object = special(data)
        return found
    described = facts().messages.get(name)
    if described is None:
        raise MalformedError(f"no message {name}")
    result: Object = {}
    for number, raw in _fields(data):
        if (field := described.get(str(number))) is not None:
            _set(result, field, raw)
    return result


def _set(result: Object, field: list[str], raw: int | bytes) -> None:
    name, kind = field[0], field[1]
    if kind.startswith("map:"):
        entry = dict(_fields(_bytes(raw)))
        key = _bytes(entry.get(1, b"")).decode()
        result.setdefault(name, {})[key] = _value(entry.get(2, b""), kind.removeprefix("map:"))
    elif "inline" in field:
        result.update(_message(_bytes(raw), kind))
    elif "repeated" in field:
        result.setdefault(name, []).append(_value(raw, kind))
    else:
        value = _value(raw, kind)
        if value is not None and (value not in ("", 0, False) or _is_meant(name, value)):
            result[name] = value


def _is_meant(name: str, value: Json) -> bool:
    return name in _MEANT_ZEROS and value == 0 and not isinstance(value, bool)


def _value(raw: int | bytes, kind: str) -> Json:
    match kind:
        case "string":
            return _bytes(raw).decode()
        case "bytes":
            return base64.b64encode(_bytes(raw)).decode("ascii")
        case "bool":
            return bool(raw)
        case "int32" | "int64":
            return _signed(raw)
        case _:
            return _message(_bytes(raw), kind)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value, at = _varint(data, at)
                yield tag >> 3, value
            case 2:
                size, at = _varint(data, at)
                if at + size > len(data):
                    raise MalformedError("it ends early")
                yield tag >> 3, data[at : at + size]
                at += size
            case 1 | 5 as fixed:
                size = 8 if fixed == 1 else 4
                yield tag >> 3, int.from_bytes(data[at : at + size], "little")
                at += size
            case other:
                raise MalformedError(f"wire type {other}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:  # noqa: PLR2004 - the last byte has no top bit
            return value, at
        shift += 7


def _signed(raw: int | bytes) -> int:
    value = int(raw) if isinstance(raw, int) else 0
    return value - (1 << 64) if value >= 1 << 63 else value


def _bytes(raw: int | bytes) -> bytes:
    if isinstance(raw, int):
        raise MalformedError("a number where bytes belong")
    return raw


def _time(data: bytes) -> Json:
    seconds = dict(_fields(data)).get(1)
    if seconds is None:
        return None
    return datetime.fromtimestamp(_signed(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _micro_time(data: bytes) -> Json:
    found = dict(_fields(data))
    if 1 not in found:
        return None
    moment = datetime.fromtimestamp(_signed(found[1]), UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{_signed(found.get(2, 0)) // 1000:06}Z"


def _int_or_string(data: bytes) -> Json:
    found = dict(_fields(data))
    return _bytes(found.get(3, b"")).decode() if found.get(1) else _signed(found.get(2, 0))


def _quantity(data: bytes) -> Json:
    return _bytes(dict(_fields(data)).get(1, b"")).decode()


def _raw_json(data: bytes) -> Json:
    raw = _bytes(dict(_fields(data)).get(1, b""))
    return msgspec.json.decode(raw) if raw else None


_SPECIAL: Final[dict[str, Callable[[bytes], Json]]] = {
    f"{_META}Time": _time,
    f"{_META}MicroTime": _micro_time,
    f"{_META}FieldsV1": _raw_json,
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": _int_or_string,
    "io.k8s.apimachinery.pkg.api.resource.Quantity": _quantity,
    "io.k8s.apimachinery.pkg.runtime.RawExtension": _raw_json,
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": _raw_json,
}
