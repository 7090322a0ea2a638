"""Structured logs on stderr, one JSON object or one line per event, that cannot show a token.

Redaction here is the second wall: the first is that plaintext lives only in `Hidden`, which shows as `…`.
"""

import contextlib
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

from headwater.process.traces import trace_of

_TOKEN = re.compile(r"dp\.(?:st|pt|ct|sa|said|scim|audit)\.[A-Za-z0-9._-]+|(?i:(?:basic|bearer) )[A-Za-z0-9+/=._-]{8,}")


def configure_logging(*, level: str = "info", json: bool = False, stream: TextIO = sys.stderr) -> None:
    """Set up logging for the whole process; only `headwater.cli` calls this."""
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Forgiving(stream))),
        cache_logger_on_first_use=False,
    )
    _take_over_libraries()


# Streams stay open for as long as they may, so every drain of them ends like this.
_UNREMARKABLE = {"Cancel %s running task(s), timeout graceful shutdown exceeded"}


class _Bridge(logging.Handler):
    """What libraries log, as events: the template of a message and where it failed, never what was put into them.

    Left alone, Python writes such a record to stderr by itself, with the text of its error; that may hold a value.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg in _UNREMARKABLE:
            return
        trace = {"trace": trace_of(record.exc_info[1])} if record.exc_info and record.exc_info[1] else {}
        said = str(record.msg).partition("\n")[0]
        structlog.get_logger().log(record.levelno, "library.warned", library=record.name, said=said, **trace)


def _take_over_libraries() -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Bridge)]:
        root.removeHandler(handler)
    root.addHandler(_Bridge(logging.WARNING))


class _Forgiving:
    """A stream that loses what it cannot write: a full disk or a closed pipe must not fail what is being logged."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask whatever looks like a token in any text of an event, nested ones included."""
    for key, value in event.items():
        event[key] = _redacted(value)
    return event


def redact_text(text: str) -> str:
    return _TOKEN.sub("[redacted]", text)


def _redacted(value: object) -> object:
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, dict):
        return {key: _redacted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner) for inner in value]
    return value if isinstance(value, int | float | None) else redact_text(str(value))
