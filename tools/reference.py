"""Writes the generated pages of docs/reference: commands as `--help` shows them, settings, error codes.

`python -m tools.reference` writes them; tests/test_docs.py holds them equal to what this module returns.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import click

import headwater
from headwater.cli.main import root
from headwater.domain.errors import HeadwaterError
from headwater.process.settings import Setting, declared_settings

PAGES = Path(__file__).parent.parent / "docs" / "reference"


def generated_pages() -> dict[str, str]:
    """File name in docs/reference → its whole text."""
    return {"commands.md": _commands_page(), "settings.md": _settings_page(), "errors.md": _errors_page()}


def main() -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in generated_pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, parents first."""
    yield from _walk("headwater", root)


def settings_of(command: click.Command) -> list[Setting]:
    """The settings of the program that `command` starts; none if it starts none."""
    cls = getattr(command.callback, "settings_class", None)
    return declared_settings(cls) if cls else []


def _walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for child_name in command.list_commands(context):
            child = command.get_command(context, child_name)
            assert child is not None
            yield from _walk(f"{name} {child_name}", child)


def _commands_page() -> str:
    lines = ["# Commands", "", "Written by `make docs` from the commands themselves.", ""]
    for name, command in commands():
        lines += [f"## {name}", "", "```text", _help(name, command), "```", ""]
    return "\n".join(lines)


def _help(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    return command.get_help(context).rstrip()


def _settings_page() -> str:
    lines = [
        "# Settings",
        "",
        "Written by `make docs`. A flag goes before the environ, the environ before the file of `--settings`, and that",
        "before the default. The file is TOML; it names a setting as the flag does, without the dashes in front.",
        "",
    ]
    for name, command in commands():
        settings = settings_of(command)
        if settings:
            lines += [f"## {name}", "", "| flag | environ | default | meaning |", "|---|---|---|---|"]
            lines += [_row(declared) for declared in settings]
            lines += [""]
    return "\n".join(lines)


def _row(declared: Setting) -> str:
    default = "required" if declared.required else "" if declared.default is None else f"`{declared.default}`"
    return f"| `{declared.flag}` | `{declared.variable}` | {default} | {declared.help} |"


def error_classes() -> list[type[HeadwaterError]]:
    """Every expected failure of every module, by code."""
    for module in pkgutil.walk_packages(headwater.__path__, "headwater."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    return sorted(set(_family(HeadwaterError)), key=lambda cls: (cls.code, cls.__module__))


def _family(cls: type[HeadwaterError]) -> Iterator[type[HeadwaterError]]:
    yield cls
    for child in cls.__subclasses__():
        yield from _family(child)


def _errors_page() -> str:
    lines = [
        "# Error codes",
        "",
        "Written by `make docs` from the errors themselves. Codes stand in logs; people see the message and its hint.",
        "The family says what a caller can do about it.",
        "",
        "| code | family | where | meaning |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{cls.code}` | {_parent(cls)} | `{_home(cls)}` | {_meaning(cls)} |" for cls in error_classes()]
    return "\n".join([*lines, ""])


def _parent(cls: type[HeadwaterError]) -> str:
    return "" if cls is HeadwaterError else f"`{cls.__mro__[1].code}`"  # type: ignore[attr-defined]


def _home(cls: type[HeadwaterError]) -> str:
    return cls.__module__.removeprefix("headwater.")


def _meaning(cls: type[HeadwaterError]) -> str:
    """The first sentence of the class's own docstring; a name that says it all has none."""
    own = cls.__dict__.get("__doc__") or ""
    return own.strip().split("\n")[0]


if __name__ == "__main__":
    main()
