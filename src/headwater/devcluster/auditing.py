"""The audit log: a line of JSON per write that was answered, in the form of audit.k8s.io/v1, without any body."""

from pathlib import Path
from typing import IO, Final

import msgspec

from headwater.devcluster.http import Reply, Request, parse_path

_VERBS: Final = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


class Audit:
    """Writes to `path`, or nowhere without one."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[bytes] | None = path.open("ab", buffering=0) if path is not None else None

    def note(self, request: Request, answered: Reply) -> None:
        if self._file is None or request.method not in _VERBS:
            return
        event = {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "stage": "ResponseComplete",
            "verb": _VERBS[request.method],
            "user": {"username": ""},
            "userAgent": request.user_agent,
            "objectRef": _reference(parse_path(request.path)),
            "responseStatus": {"code": answered.status},
        }
        self._file.write(msgspec.json.encode(event) + b"\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _reference(parts: list[str]) -> dict[str, str]:
    rest = parts[2:] if parts[0] == "api" else parts[3:]
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces":  # noqa: PLR2004 - a path inside of a namespace
        namespace, rest = rest[1], rest[2:]
    resource, name, subresource = (*rest, "", "", "")[:3]
    found = {"resource": resource, "namespace": namespace, "name": name, "subresource": subresource}
    return {field: value for field, value in found.items() if value}
