"""Lines of `NAME=value`, verbatim: a value with a newline takes several lines, as in Doppler's format."""

from collections.abc import Mapping

from headwater.formats.base import TEXT, Format


def write(secrets: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in secrets.items())


format = Format(name="env-no-quotes", content_type=TEXT, write=write)  # noqa: A001 - the name that is listed
