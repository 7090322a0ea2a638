"""Starting a program from the command line: its options from its settings, then signals, loop and process limits."""

import asyncio
import contextlib
import ctypes
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from headwater.process.logging import configure_logging
from headwater.process.program import Address, Program
from headwater.process.settings import Setting, declared_settings, read_settings

C = TypeVar("C")
F = TypeVar("F", bound=Callable[..., Any])

_PR_SET_DUMPABLE = 4


def program_options(cls: type[C]) -> Callable[[Callable[[C], None]], Callable[..., None]]:
    """Give a command one option per setting of `cls`, and `--settings FILE`; the command receives the settings read.

    Options have no defaults of their own: what was not given as a flag is left to the environ, the file and `cls`.
    """

    def decorate(command: Callable[[C], None]) -> Callable[..., None]:
        @wraps(command)
        def with_settings(*, settings_file: Path | None, **flags: object) -> None:
            given = {name: value for name, value in flags.items() if value is not None}
            command(read_settings(cls, given, os.environ, settings_file))

        decorated: Callable[..., None] = with_settings
        decorated.__dict__["settings_class"] = cls
        for declared in reversed(declared_settings(cls)):
            decorated = _option(declared)(decorated)
        file_option = click.option(
            "--settings",
            "settings_file",
            type=click.Path(path_type=Path, dir_okay=False),
            envvar="HEADWATER_SETTINGS",
            metavar="FILE",
            help="A TOML file of these settings, named as the flags are.",
        )
        return file_option(decorated)

    return decorate


def run_program(
    program: Program[C],
    settings: C,
    *,
    ready: Callable[[Address], None] = lambda _address: None,
    log_level: str = "info",
    loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> None:
    """Run `program` until SIGTERM or SIGINT; a second signal ends it at once.

    Raises:
        StartupError: it cannot start.
    """
    prepare_process(log_level=log_level)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(_until_signalled(program, settings, ready))


def prepare_process(*, log_level: str = "info") -> None:
    """Keep memory out of core dumps and other processes' reach, tune the collector, write logs to stderr."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError):  # Linux alone has prctl
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
    gc.set_threshold(50_000, 20, 100)
    configure_logging(level=log_level, json=not sys.stderr.isatty())


async def _until_signalled(program: Program[C], settings: C, ready: Callable[[Address], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop_or_die(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop_or_die, number)
    await program(settings, ready=ready, stop=stop)


def _option(declared: Setting) -> Callable[[F], F]:
    shown = declared.help if declared.default in (None, False, "") else f"{declared.help} [default: {declared.default}]"
    names = [declared.flag, declared.name]
    if declared.kind is bool:
        names = [f"{declared.flag}/--no-{declared.flag.removeprefix('--')}", declared.name]
        return click.option(*names, default=None, help=shown)
    kind = click.Path(path_type=Path) if declared.kind is Path else declared.kind
    return click.option(*names, type=kind, default=None, metavar=declared.metavar, help=shown)
