"""Secrets as values: their limits, visibilities and types, and the three that every config has of itself."""

from dataclasses import dataclass
from enum import StrEnum

from headwater.domain.errors import InvalidInputError, TooLargeError
from headwater.domain.hidden import Hidden
from headwater.domain.names import SecretName
from headwater.domain.places import Config

MAX_VALUE_BYTES = 50 * 1024
"""Of a raw value; what its references come to has as many characters at most."""
MAX_SECRETS_PER_CONFIG = 1_200
MAX_CONFIG_BYTES = 500 * 1024
"""Of raw values together."""

DOPPLER_PROJECT = SecretName("DOPPLER_PROJECT")
DOPPLER_ENVIRONMENT = SecretName("DOPPLER_ENVIRONMENT")
DOPPLER_CONFIG = SecretName("DOPPLER_CONFIG")
AUTO_SECRETS = frozenset({DOPPLER_PROJECT, DOPPLER_ENVIRONMENT, DOPPLER_CONFIG})
"""Made by the server, first-class in every list; nobody writes them."""


class Visibility(StrEnum):
    MASKED = "masked"
    UNMASKED = "unmasked"
    RESTRICTED = "restricted"


class ValueType(StrEnum):
    STRING = "string"
    JSON = "json"
    JSON5 = "json5"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    EMAIL = "email"
    URL = "url"
    UUIDV4 = "uuidv4"
    CUID2 = "cuid2"
    ULID = "ulid"
    DATETIME8601 = "datetime8601"
    DATE8601 = "date8601"
    YAML = "yaml"
    XML = "xml"
    DIRECT_REFERENCE = "directReference"


class AutoSecretError(InvalidInputError):
    code = "auto_secret"


class ValueTooLargeError(TooLargeError):
    code = "value_too_large"


class ConfigTooLargeError(TooLargeError):
    code = "config_too_large"


class TooManySecretsError(TooLargeError):
    code = "too_many_secrets"


class NotTextError(InvalidInputError):
    code = "not_text"


def auto_secrets(config: Config) -> dict[SecretName, str]:
    """The auto secrets of `config`; names of places, so nothing to hide."""
    return {
        DOPPLER_CONFIG: config.name,
        DOPPLER_ENVIRONMENT: config.environment.slug,
        DOPPLER_PROJECT: config.project.name,
    }


def check_writable(name: SecretName) -> None:
    if name in AUTO_SECRETS:
        raise AutoSecretError(f"{name} is made by the server", hint="leave it out")


def check_value(name: SecretName, value: Hidden[str]) -> None:
    """Raises: ValueTooLargeError, or NotTextError for what UTF-8 cannot hold."""
    try:
        size = size_of(value)
    except UnicodeEncodeError:
        raise NotTextError(f"the value of {name} is not valid Unicode", hint="send base64 of it instead") from None
    if size > MAX_VALUE_BYTES:
        raise ValueTooLargeError(f"the value of {name} has {size} bytes", hint=f"at most {MAX_VALUE_BYTES} fit")


@dataclass(frozen=True, slots=True)
class Extent:
    """How many secrets something holds, and how many bytes their values have together."""

    secrets: int = 0
    size: int = 0

    def __add__(self, other: "Extent") -> "Extent":
        return Extent(self.secrets + other.secrets, self.size + other.size)

    def __sub__(self, other: "Extent") -> "Extent":
        return Extent(self.secrets - other.secrets, self.size - other.size)


def check_config(what: str, extent: Extent) -> None:
    """Whether a config may show so much, its root's secrets included; `what` is what to call it."""
    if extent.secrets > MAX_SECRETS_PER_CONFIG:
        raise TooManySecretsError(
            f"{what} would hold {extent.secrets} secrets", hint=f"at most {MAX_SECRETS_PER_CONFIG} fit"
        )
    if extent.size > MAX_CONFIG_BYTES:
        raise ConfigTooLargeError(
            f"{what} would hold {extent.size} bytes", hint=f"at most {MAX_CONFIG_BYTES} fit together"
        )


def size_of(value: Hidden[str]) -> int:
    """Bytes in UTF-8."""
    return len(value.reveal().encode())
