"""Where a person works: which server, by which token, on which project and config.

A flag goes before the environ, and that before the file, whose tables hold for a folder and all below it:

    ["/"]
    url = "https://headwater.example"
    ["/home/ann/shop"]
    project = "shop"
    config = "dev"

Surprise: the file is the user's own alone. One that lay in a project's folder could send a token to a server of its
author's choice.
"""

import os
import stat
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from headwater import __version__
from headwater.client.api import Api
from headwater.client.client import Client, ConfigAddress
from headwater.client.endpoint import Endpoint, read_endpoint
from headwater.client.errors import TokenRefusedError, UnreachableError, UpstreamNotFoundError
from headwater.client.transport import Transport
from headwater.domain.errors import HeadwaterError, StartupError
from headwater.domain.hidden import Hidden
from headwater.process.settings import declared_settings, setting

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://127.0.0.1:8080"

_HINTS: Mapping[type[HeadwaterError], str] = {
    UnreachableError: "is the server up? name another by --url",
    TokenRefusedError: "give one that this server made and has not revoked: HEADWATER_TOKEN, or a file by --settings",
    UpstreamNotFoundError: "see that --project, --config and --url are right, and that the token may see them",
}

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SHORT = {"project": "-p", "config": "-c"}


@dataclass(frozen=True, kw_only=True)
class ContextSettings:
    """What every command that speaks with a server takes."""

    url: str = setting(DEFAULT_URL, help="The server.", metavar="URL")
    token: str = setting("", help="Who asks; better in the environ or the file, since others see flags.")
    project: str = setting("", help="The project; a service token means its own.")
    config: str = setting("", help="The config, such as dev, stg or prd; a service token means its own.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A server, and a place in it."""

    endpoint: Endpoint
    token: Hidden[str]
    address: ConfigAddress

    def __str__(self) -> str:
        """The place, as a message names it."""
        named = "/".join(part for part in (self.address.project, self.address.config) if part)
        return named or "the token's config"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a command calls while it runs."""

    api: Api
    client: Client


def context_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags of a context; it receives what they, the environ and the file say as `context`."""

    @wraps(command)
    def with_context(*, settings_file: Path | None, **arguments: object) -> None:
        given = {declared.name: arguments.pop(declared.name) for declared in declared_settings(ContextSettings)}
        flags = {name: str(value) for name, value in given.items() if value is not None}
        command(context=read_context(flags, os.environ, settings_file, Path.cwd()), **arguments)

    decorated: Callable[..., None] = with_context
    decorated.__dict__["settings_class"] = ContextSettings
    for declared in reversed(declared_settings(ContextSettings)):
        names = [declared.flag, *([_SHORT[declared.name]] if declared.name in _SHORT else []), declared.name]
        shown = f"{declared.help} [default: {declared.default}]" if declared.default else declared.help
        decorated = click.option(*names, default=None, help=shown, metavar=declared.metavar or "TEXT")(decorated)
    return click.option(
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="HEADWATER_SETTINGS",
        metavar="FILE",
        help="A TOML file of these settings by folder [default: ~/.config/headwater/cli.toml].",
    )(decorated)


def read_context(flags: Mapping[str, str], environ: Mapping[str, str], file: Path | None, folder: Path) -> Context:
    """The context of a command that is run in `folder`; what is given as empty counts as not given.

    Raises:
        StartupError: there is no token, or the file cannot be used.
        InvalidEndpointError: the URL is none.
    """
    declared = declared_settings(ContextSettings)
    said = {each.name: environ[each.variable] for each in declared if environ.get(each.variable)}
    typed = {name: value for name, value in flags.items() if value}
    settings = ContextSettings(**_scoped(file, environ, folder) | said | typed)
    if not settings.token:
        raise StartupError("no token is given", hint="set HEADWATER_TOKEN, or name a file by --settings")
    return Context(
        endpoint=read_endpoint(settings.url),
        token=Hidden(settings.token),
        address=ConfigAddress(project=settings.project, config=settings.config),
    )


@asynccontextmanager
async def connected(context: Context) -> AsyncIterator[Connection]:
    """Raises what a server answers, with what to do about it where that is for the person who called."""
    transport = Transport(f"headwater/{__version__}")
    try:
        yield Connection(
            api=Api(transport, context.endpoint, context.token),
            client=Client(transport, context.endpoint, context.token),
        )
    except (UnreachableError, TokenRefusedError, UpstreamNotFoundError) as error:
        raise type(error)(error.message, hint=_HINTS[type(error)]) from None
    finally:
        await transport.close()


def _scoped(file: Path | None, environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What the file says for `folder`; a table of a folder nearer to it goes before one farther away."""
    if file is None:
        file = usual_file(environ)
        if not file.exists():
            return {}
    tables = _read_tables(file)
    holding = [scope for scope in tables if folder.is_relative_to(scope)]
    found: dict[str, str] = {}
    for scope in sorted(holding, key=lambda scope: len(scope.parts)):
        found |= tables[scope]
    return found


def usual_file(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or "/nonexistent")
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "headwater" / "cli.toml"


def _read_tables(file: Path) -> dict[Path, dict[str, str]]:
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
        mode = file.stat().st_mode
    except OSError as error:
        raise StartupError(f"cannot read {file}: {error.strerror}", hint="name another file by --settings") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # not chained: the library's text quotes what it read
        raise StartupError(f"{file} is not TOML", hint="write tables named after folders") from None
    tables = {Path(scope).expanduser(): _checked_table(file, scope, table) for scope, table in read.items()}
    if mode & _OTHERS and any("token" in table for table in tables.values()):
        raise StartupError(f"{file} holds a token and is open to others", hint=f"chmod 600 {file}")
    return tables


def _checked_table(file: Path, scope: str, table: object) -> dict[str, str]:
    known = [declared.name for declared in declared_settings(ContextSettings)]
    if not isinstance(table, dict):
        raise StartupError(f"{file} has {scope} outside of a table", hint='put it below ["/"]')
    for name, value in table.items():
        if name not in known or not isinstance(value, str):
            raise StartupError(f"{file} has no use for {name} in {scope}", hint=f"texts named {', '.join(known)}")
    return table
