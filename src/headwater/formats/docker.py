r"""Lines of `NAME=value` for `docker --env-file`, which knows no quotes and no escapes.

One line per variable: line breaks become the two characters `\n` (and `\r`), so a program must undo them.
"""

from collections.abc import Mapping

from headwater.formats.base import TEXT, Format

_LINE_BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r"})


def write(secrets: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value.translate(_LINE_BREAKS)}" for name, value in secrets.items())


format = Format(name="docker", content_type=TEXT, write=write)  # noqa: A001 - the name that is listed
