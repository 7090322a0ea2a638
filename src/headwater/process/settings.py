"""Settings: what a program is started with, read from flags, then the environ, then a TOML file.

A program declares a frozen dataclass whose fields are made by `setting`; the command line, the reference page and
this reader are all derived from it, so that a setting is written down once.
"""

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from headwater.domain.errors import StartupError

C = TypeVar("C")

_TRUE = {"true", "1", "yes", "on"}
_FALSE = {"false", "0", "no", "off"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One declared setting, as the command line and the reference show it."""

    name: str
    kind: type
    default: object
    help: str
    metavar: str | None
    required: bool

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return "HEADWATER_" + self.name.upper()


def setting(default: Any = dataclasses.MISSING, *, help: str, metavar: str | None = None) -> Any:  # noqa: A002, ANN401
    """Declare a field of a settings dataclass; without a default it must be given."""
    return dataclasses.field(default=default, metadata={"help": help, "metavar": metavar})


def declared_settings(cls: type) -> list[Setting]:
    """The settings of `cls`, in the order in which they are written."""
    hints = get_type_hints(cls)
    return [
        Setting(
            name=field.name,
            kind=_plain_type(hints[field.name]),
            default=None if field.default is dataclasses.MISSING else field.default,
            help=field.metadata["help"],
            metavar=field.metadata["metavar"],
            required=field.default is dataclasses.MISSING,
        )
        for field in dataclasses.fields(cls)
    ]


def read_settings(cls: type[C], flags: Mapping[str, object], environ: Mapping[str, str], file: Path | None) -> C:
    """The settings of a program: flag over environ over file over default.

    `flags` holds only what was given. The TOML file names settings as the flags do, without the dashes in front.

    Raises:
        StartupError: a setting is missing, unknown to `cls` (in the file) or not of its type.
    """
    from_file = _read_file(cls, file) if file else {}
    values: dict[str, object] = {}
    for declared in declared_settings(cls):
        if declared.name in flags:
            values[declared.name] = flags[declared.name]
        elif declared.variable in environ:
            values[declared.name] = _parse(declared, environ[declared.variable], declared.variable)
        elif declared.name in from_file:
            values[declared.name] = _parse(declared, from_file[declared.name], f"{declared.name} in {file}")
        elif declared.required:
            raise StartupError(f"{declared.flag} is missing", hint=f"or set {declared.variable}")
    return cls(**values)


def _read_file(cls: type, file: Path) -> dict[str, object]:
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise StartupError(f"cannot read the settings file {file}: {_reason(error)}") from error
    except tomllib.TOMLDecodeError as error:
        raise StartupError(f"the settings file {file} is not TOML: {error}") from error
    known = {declared.name for declared in declared_settings(cls)}
    named = {key.replace("-", "_"): value for key, value in read.items()}
    for key in named.keys() - known:
        raise StartupError(f"unknown setting {key.replace('_', '-')} in {file}")
    return named


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _plain_type(hint: Any) -> type:  # noqa: ANN401
    """`Path | None` → `Path`; settings know no other unions."""
    if get_origin(hint) is UnionType or isinstance(hint, UnionType):
        return next(member for member in get_args(hint) if member is not NoneType)  # type: ignore[no-any-return]
    return hint  # type: ignore[no-any-return]


def _parse(declared: Setting, value: object, where: str) -> object:
    try:
        return _converted(declared.kind, value)
    except (TypeError, ValueError) as error:
        raise StartupError(f"{where} is not {_article(declared.kind)}") from error


def _converted(kind: type, value: object) -> object:
    if kind is bool:
        return _to_bool(value)
    if isinstance(value, bool):
        raise TypeError
    return kind(value)


def _to_bool(value: object) -> bool:
    word = str(value).lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError


def _article(kind: type) -> str:
    return {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, f"a {kind.__name__.lower()}")
