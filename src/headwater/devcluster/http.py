"""Requests and replies between the listener and the verbs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote

import msgspec

from headwater.devcluster.objects import Object
from headwater.devcluster.status import RefusedError, UnservedPathError

JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
STRATEGIC_PATCH: Final = "application/strategic-merge-patch+json"
APPLY_YAML: Final = "application/apply-patch+yaml"
YAML: Final = "application/yaml"

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, read whole."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", JSON).partition(";")[0].strip().lower()

    @property
    def accept(self) -> str:
        return self.headers.get("accept", "")

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in {"true", "1", "t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is answered: `body` at once or `stream` as it comes; `warnings` are shown to people by clients."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    warnings: Sequence[str] = ()
    stream: AsyncIterator[bytes] | None = None


def reply(found: Object, *, status: int = 200, warnings: Sequence[str] = ()) -> Reply:
    return Reply(status=status, body=_encoder.encode(found) + b"\n", warnings=warnings)


def refusal(error: RefusedError) -> Reply:
    if isinstance(error, UnservedPathError):
        return Reply(status=error.code, body=f"{error.message}\n".encode(), content_type="text/plain; charset=utf-8")
    return reply(error.to_status(), status=error.code)


def parse_query(raw: bytes) -> dict[str, str]:
    return dict(parse_qsl(raw.decode("ascii", "replace"), keep_blank_values=True)) if raw else {}


def parse_path(raw: str) -> list[str]:
    return [unquote(part) for part in raw.strip("/").split("/")]
