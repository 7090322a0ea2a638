"""How a config's secrets are written for a program: a file per format, found by listing this folder; name transformers.

To add a format, add a file that exposes `format`; nothing else names it.
"""

import importlib
import pkgutil
from functools import cache

from headwater.domain.errors import InvalidInputError
from headwater.formats.base import Format
from headwater.formats.name_transformers import NameTransformer

__all__ = [
    "Format",
    "NameTransformer",
    "UnknownFormatError",
    "UnknownNameTransformerError",
    "get_format",
    "get_name_transformer",
    "list_formats",
]

_NOT_FORMATS = frozenset({"base", "name_transformers"})


class UnknownFormatError(InvalidInputError):
    code = "unknown_format"


class UnknownNameTransformerError(InvalidInputError):
    code = "unknown_name_transformer"


def get_format(name: str) -> Format:
    known = list_formats()
    if name not in known:
        raise UnknownFormatError("there is no such format", hint=f"one of {', '.join(known)}")
    return known[name]


@cache
def list_formats() -> dict[str, Format]:
    """The formats by name, in order."""
    modules = (module.name for module in pkgutil.iter_modules(__path__) if module.name not in _NOT_FORMATS)
    found = [importlib.import_module(f"{__name__}.{module}").format for module in modules]
    return {one.name: one for one in sorted(found, key=lambda one: one.name)}


def get_name_transformer(name: str) -> NameTransformer:
    try:
        return NameTransformer(name)
    except ValueError:
        raise UnknownNameTransformerError(
            "there is no such name transformer", hint=f"one of {', '.join(NameTransformer)}"
        ) from None
