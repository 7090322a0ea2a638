"""YAML: one flat mapping, every name and value in double quotes, so that `NO` and `1e3` stay text."""

from collections.abc import Mapping

import yaml

from headwater.formats.base import TEXT, Format

_ESCAPED = frozenset('"\\')


def write(secrets: Mapping[str, str]) -> str:
    if not secrets:
        return "{}\n"
    lines = (f"{_quoted(name)}: {_quoted(value)}\n" for name, value in secrets.items())
    return "".join(lines)


def _quoted(text: str) -> str:
    """What needs no escape is written as it is: the library takes a hundred times as long for the same."""
    if text.isascii() and text.isprintable() and not _ESCAPED.intersection(text):
        return f'"{text}"'
    return yaml.dump(text, default_style='"', width=float("inf"), allow_unicode=True).removesuffix("\n")


format = Format(name="yaml", content_type=TEXT, write=write)  # noqa: A001 - the name that is listed
