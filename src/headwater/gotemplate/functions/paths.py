"""Sprig's paths: with slashes, whatever the system; the `os` ones are the same on Linux."""

import posixpath

from headwater.gotemplate.functions.registry import function

_TEXT = "func(string) string"


@function(_TEXT, "base", "osBase")
def base(path: bytes) -> bytes:
    """The last element of a path."""
    if not path:
        return b"."
    return path.rstrip(b"/").rpartition(b"/")[2] or b"/"


@function(_TEXT, "dir", "osDir")
def directory(path: bytes) -> bytes:
    """All but the last element of a path, cleaned."""
    return clean(path[: path.rfind(b"/") + 1])


@function(_TEXT, "clean", "osClean")
def clean(path: bytes) -> bytes:
    """The shortest path that means the same."""
    cleaned = posixpath.normpath(path)
    return b"/" + cleaned.lstrip(b"/") if cleaned.startswith(b"//") else cleaned


@function(_TEXT, "ext", "osExt")
def extension(path: bytes) -> bytes:
    """What follows the last dot of the last element, with the dot."""
    name = path.rpartition(b"/")[2]
    return name[name.rfind(b".") :] if b"." in name else b""


@function("func(string) bool", "isAbs", "osIsAbs")
def is_absolute(path: bytes) -> bool:
    """Whether a path starts at the root."""
    return path.startswith(b"/")
