"""`/v3/configs/config/secrets` and below: list, update, download, names, and one secret."""

import msgspec

from headwater.domain.hidden import Hidden
from headwater.wire.base import ConfigQuery, Reply, Success


class ListSecretsQuery(ConfigQuery, frozen=True, kw_only=True):
    """`secrets` is a comma list of names; names that are not there are left out of the reply."""

    secrets: str | None = None
    include_managed_secrets: bool = True
    raw_only: bool = False


class SecretNamesQuery(ConfigQuery, frozen=True, kw_only=True):
    include_managed_secrets: bool = True


class DownloadQuery(ConfigQuery, frozen=True, kw_only=True):
    format: str = "json"
    name_transformer: str | None = None
    secrets: str | None = None


class SecretQuery(ConfigQuery, frozen=True, kw_only=True):
    name: str | None = None


class ChangeRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """One secret to change. A null `value` keeps the current one; `original_name` unlike `name` renames.

    The CLI sends a null `originalName` for existing secrets too: null and an existing name is a plain update.
    """

    name: str
    original_name: str | None = None
    value: Hidden[str] | None = None
    should_delete: bool | None = None


class UpdateSecretsInput(ConfigQuery, frozen=True, kw_only=True):
    """Exactly one of the two; in `secrets`, null deletes."""

    secrets: dict[str, Hidden[str] | None] | None = None
    change_requests: list[ChangeRequest] | None = None


class ValueType(Reply, frozen=True, kw_only=True):
    type: str = "string"


class Secret(Reply, frozen=True, kw_only=True, rename="camel"):
    """All fields null: there is no such secret."""

    raw: Hidden[str] | None = None
    computed: Hidden[str] | None = None
    note: str | None = None
    raw_visibility: str | None = None
    computed_visibility: str | None = None
    raw_value_type: ValueType | None = None
    computed_value_type: ValueType | None = None


class SecretsReply(Success, frozen=True, kw_only=True):
    secrets: dict[str, Secret]


class SecretNamesReply(Success, frozen=True, kw_only=True):
    names: list[str]


class SecretReply(Success, frozen=True, kw_only=True):
    name: str
    value: Secret
