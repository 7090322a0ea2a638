"""Name transformers: what becomes of `API_KEY` on its way into a program that names things otherwise.

Source: the names and their examples are Doppler's; spec/doppler-api.md §4.3. What it leaves open (several underscores
in a row, for camel and kebab) is decided here.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum


class NameTransformer(StrEnum):
    CAMEL = "camel"
    UPPER_CAMEL = "upper-camel"
    LOWER_SNAKE = "lower-snake"
    TF_VAR = "tf-var"
    LOWER_KEBAB = "lower-kebab"
    DOTNET = "dotnet"
    DOTNET_ENV = "dotnet-env"


def transform(name: str, transformer: NameTransformer | None) -> str:
    """`name` as the transformer writes it; a name of underscores alone, which camel would empty, stays as it is."""
    return name if transformer is None else _TRANSFORMERS[transformer](name) or name


def _camel(name: str) -> str:
    first, *rest = list(filter(None, name.split("_"))) or [""]
    return first.lower() + "".join(part.capitalize() for part in rest)


def _upper_camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _sections(name: str, separator: str) -> str:
    """Two underscores part sections, as .NET configuration has it."""
    return separator.join(filter(None, map(_upper_camel, name.split("__"))))


_TRANSFORMERS: Mapping[NameTransformer, Callable[[str], str]] = {
    NameTransformer.CAMEL: _camel,
    NameTransformer.UPPER_CAMEL: _upper_camel,
    NameTransformer.LOWER_SNAKE: str.lower,
    NameTransformer.TF_VAR: lambda name: f"TF_VAR_{name.lower()}",
    NameTransformer.LOWER_KEBAB: lambda name: name.lower().replace("_", "-"),
    NameTransformer.DOTNET: lambda name: _sections(name, ":"),
    NameTransformer.DOTNET_ENV: lambda name: _sections(name, "__"),
}
