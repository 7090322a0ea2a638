"""Secrets, ConfigMaps and ServiceAccounts."""

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Final

from headwater.devcluster.kinds.strategy import Strategy
from headwater.devcluster.naming import config_key_problems
from headwater.devcluster.objects import Object
from headwater.devcluster.schemas.go_json import syntax_problem
from headwater.devcluster.status import Cause, forbidden_field, invalid_value, required

_MOST_BYTES: Final = 1024 * 1024
_IMMUTABLE: Final = "field is immutable when `immutable` is set"


def _secret_defaults(found: Object) -> Object:
    plain = found.get("stringData")
    kept = {name: value for name, value in found.items() if name != "stringData"}
    if plain:
        encoded = {name: base64.b64encode(value.encode()).decode("ascii") for name, value in plain.items()}
        kept["data"] = {**(found.get("data") or {}), **encoded}
    kept.setdefault("type", "Opaque")
    if not kept["type"]:
        kept["type"] = "Opaque"
    if kept.get("data") == {}:
        del kept["data"]
    return kept if kept != found else found


def _secret_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    data = new.get("data") or {}
    yield from config_key_problems("data", data)
    if sum(len(value) * 3 // 4 for value in data.values()) > _MOST_BYTES:
        yield Cause("FieldValueTooLong", f"Too long: may not be more than {_MOST_BYTES} bytes", "data")
    yield from _typed_problems(new, data)
    if old is not None:
        yield from _secret_changes(new, old)


def _typed_problems(new: Object, data: Object) -> Iterator[Cause]:
    match new.get("type"):
        case "kubernetes.io/tls":
            for key in ("tls.crt", "tls.key"):
                if key not in data:
                    yield required(f"data[{key}]")
        case "kubernetes.io/dockerconfigjson" if ".dockerconfigjson" not in data:
            yield required("data[.dockerconfigjson]")
        case "kubernetes.io/dockerconfigjson":
            yield from _json_problems("data[.dockerconfigjson]", base64.b64decode(data[".dockerconfigjson"]))
        case "kubernetes.io/basic-auth" if "username" not in data and "password" not in data:
            yield required("data[username]")
            yield required("data[password]")
        case "kubernetes.io/ssh-auth" if "ssh-privatekey" not in data:
            yield required("data[ssh-privatekey]")
        case "kubernetes.io/service-account-token":
            annotations = new.get("metadata", {}).get("annotations") or {}
            if not annotations.get("kubernetes.io/service-account.name"):
                yield required("metadata.annotations[kubernetes.io/service-account.name]")
        case _:
            return


def _json_problems(field: str, text: bytes) -> Iterator[Cause]:
    try:
        json.loads(text)
    except ValueError:
        yield invalid_value(field, "<secret contents redacted>", syntax_problem(text))


def _secret_changes(new: Object, old: Object) -> Iterator[Cause]:
    if new.get("type") != old.get("type"):
        yield invalid_value("type", new.get("type"), "field is immutable")
    yield from _immutable_changes(new, old, ("data",))


def _config_map_defaults(found: Object) -> Object:
    empty = [name for name in ("data", "binaryData") if found.get(name) == {}]
    return {name: value for name, value in found.items() if name not in empty} if empty else found


def _config_map_problems(new: Object, old: Object | None) -> Iterator[Cause]:
    yield from config_key_problems("data", new.get("data"))
    yield from config_key_problems("binaryData", new.get("binaryData"))
    for key in new.get("binaryData") or {}:
        if key in (new.get("data") or {}):
            yield invalid_value(f"data[{key}]", key, "duplicate of key present in binaryData")
    if old is not None:
        yield from _immutable_changes(new, old, ("data", "binaryData"))


def _immutable_changes(new: Object, old: Object, fields: Iterable[str]) -> Iterator[Cause]:
    if not old.get("immutable"):
        return
    if not new.get("immutable"):
        yield forbidden_field("immutable", _IMMUTABLE)
    for field in fields:
        if (new.get(field) or {}) != (old.get(field) or {}):
            yield forbidden_field(field, _IMMUTABLE)


SECRET: Final = Strategy(defaults=_secret_defaults, problems=_secret_problems)
CONFIG_MAP: Final = Strategy(defaults=_config_map_defaults, problems=_config_map_problems)
