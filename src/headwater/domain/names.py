"""Names that people give: what is allowed, and one error that says so.

References (`${project.config.NAME}`) are written with these names, so none of them may hold a dot, a brace or a space.
Source: the limits are those of Doppler's documentation; spec/doppler-api.md §4.1 and §4.2.
"""

import re
from typing import NewType

from headwater.domain.errors import InvalidInputError

ProjectName = NewType("ProjectName", str)
EnvironmentSlug = NewType("EnvironmentSlug", str)
ConfigName = NewType("ConfigName", str)
SecretName = NewType("SecretName", str)

PROJECT_NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9_-]{1,79}"
CONFIG_NAME_PATTERN = r"[a-z0-9][a-z0-9_-]{1,59}"
SECRET_NAME_PATTERN = r"[A-Z_][A-Z0-9_]{0,199}"  # noqa: S105 - what a name looks like, not a password

_PROJECT_NAME = re.compile(PROJECT_NAME_PATTERN)
_ENVIRONMENT_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,49}")
_CONFIG_NAME = re.compile(CONFIG_NAME_PATTERN)
_SECRET_NAME = re.compile(SECRET_NAME_PATTERN)
_SHOWN_LENGTH = 60

MAX_DISPLAY_NAME = 100
MIN_DISPLAY_NAME = 2
MAX_DESCRIPTION = 1_000


class IllegalNameError(InvalidInputError):
    code = "illegal_name"


def parse_project_name(text: str) -> ProjectName:
    if not _PROJECT_NAME.fullmatch(text):
        raise _illegal("project name", text, "2 to 80 letters, digits, - and _, starting with a letter or a digit")
    return ProjectName(text)


def parse_environment_slug(text: str) -> EnvironmentSlug:
    """No underscore: the part of a config name before the first one is its environment."""
    if not _ENVIRONMENT_SLUG.fullmatch(text):
        raise _illegal("environment slug", text, "2 to 50 lower-case letters, digits and -")
    return EnvironmentSlug(text)


def parse_branch_name(text: str, environment: EnvironmentSlug) -> ConfigName:
    """The name of a branch config: its environment's slug, an underscore, and something of its own."""
    name = parse_config_name(text)
    if not text.startswith(f"{environment}_") or text == f"{environment}_":
        raise _illegal("config name", text, f"start it with {environment}_, like {environment}_feature")
    return name


def root_name(environment: EnvironmentSlug) -> ConfigName:
    """A root config is named like its environment."""
    return ConfigName(environment)


def parse_secret_name(text: str) -> SecretName:
    if not _SECRET_NAME.fullmatch(text):
        raise _illegal("secret name", text, "1 to 200 of A-Z, 0-9 and _, not starting with a digit")
    return SecretName(text)


def parse_display_name(text: str, *, of: str) -> str:
    """A name that only people read: of a token, an environment."""
    if not MIN_DISPLAY_NAME <= len(text) <= MAX_DISPLAY_NAME or not text.isprintable() or text != text.strip():
        raise _illegal(f"{of} name", text, "2 to 100 printable characters, without spaces around them")
    return text


def parse_config_name(text: str) -> ConfigName:
    """The name of any config, root or branch, as somebody asks for it."""
    if not _CONFIG_NAME.fullmatch(text):
        raise _illegal("config name", text, "2 to 60 lower-case letters, digits, - and _")
    return ConfigName(text)


def parse_description(text: str) -> str:
    """Lines of text for people."""
    if len(text) > MAX_DESCRIPTION:
        raise _illegal("description", text, f"at most {MAX_DESCRIPTION} characters")
    if not all(character.isprintable() or character in "\n\t" for character in text):
        raise _illegal("description", text, "no control characters but line breaks and tabs")
    return text


def shown(text: str) -> str:
    """A name as a message may quote it: cut and without control characters, since the caller chose it."""
    printable = "".join(character if character.isprintable() else "?" for character in text)
    return printable if len(printable) <= _SHOWN_LENGTH else printable[: _SHOWN_LENGTH - 1] + "…"


def _illegal(what: str, text: str, rule: str) -> IllegalNameError:
    return IllegalNameError(f"illegal {what} '{shown(text)}'", hint=rule)
