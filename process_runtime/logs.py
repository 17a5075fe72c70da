"""One line a log record, on standard error: text for people, JSON for log collectors."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

__all__ = ["configure_logging"]

_STANDARD_ATTRIBUTES: Final = frozenset(
    vars(logging.LogRecord("", 0, "", 0, "", (), None))
    | {"message": "", "asctime": "", "temporal_log": "", "color_message": ""}
)


def configure_logging(
    *,
    level: str,
    log_format: Literal["text", "json"],
    fields: Callable[[], Mapping[str, str]] | None = None,
) -> None:
    """Send every log record of this process to standard error, in place of handlers set before.

    Args:
        level: Least severe level that is logged, e.g. ``INFO``.
        log_format: ``text`` or ``json``.
        fields: What every record says besides, of the moment in which it is made.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    if fields is not None:
        handler.addFilter(_adding(fields))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Its start and stop are told of already, where it listens included.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _adding(fields: Callable[[], Mapping[str, str]]) -> Callable[[logging.LogRecord], bool]:
    def add(record: logging.LogRecord) -> bool:
        vars(record).update(fields())
        return True

    return add


def _time(record: logging.LogRecord) -> str:
    return (
        datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller passed as ``extra``."""
    return {key: value for key, value in vars(record).items() if key not in _STANDARD_ATTRIBUTES}


class _TextFormatter(logging.Formatter):
    """``time level logger: message key=value``; only a crash adds lines, its traceback, indented."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_time(record)} {record.levelname:<7} {record.name}: {_one_line(record.getMessage())}"
        for key, value in _extras(record).items():
            text = _one_line(str(value))
            line += f" {key}={json.dumps(text) if ' ' in text or not text else text}"
        if record.exc_info and record.exc_info[0] is not None:
            trace = "".join(traceback.format_exception(*record.exc_info))
            line += "".join(f"\n    {_one_line(part)}" for part in trace.splitlines())
        return line


class _JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the caller's extras, and any traceback."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            fields["exception"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(fields, default=str)


def _one_line(text: str) -> str:
    r"""Escape what would break the line or drive a terminal: a message may hold what a stranger sent."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
