r"""Lines of `NAME="value"`: `\` and `"` escaped, newlines raw, `$` not escaped, no newline at the end.

The surprise is the `$`: a shell that sources the file expands it. It is Doppler's format, so it stays.
"""

from collections.abc import Mapping

from headwater.formats.base import TEXT, Format

_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def write(secrets: Mapping[str, str]) -> str:
    return "\n".join(f'{name}="{value.translate(_ESCAPED)}"' for name, value in secrets.items())


format = Format(name="env", content_type=TEXT, write=write)  # noqa: A001 - the name that is listed
