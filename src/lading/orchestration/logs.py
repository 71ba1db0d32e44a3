"""
What workers write to their log: one line for each thing, with the run and the batch that it is about.

A worker process has one batch in hand at a time, whichever of its threads speak; the keeper's threads, which look after
everything, are apart.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from lading.base.config import LogFormat, LogLevel, Settings

_LEVELS = {
    LogLevel.DEBUG: logging.DEBUG,
    LogLevel.INFO: logging.INFO,
    LogLevel.WARNING: logging.WARNING,
    LogLevel.ERROR: logging.ERROR,
}
#: Celery tells of each message twice, by a number that nobody knows; what became of the batch is told by whoever carried it
_LOUD = ("celery.worker.strategy", "celery.app.trace")

_in_hand: dict[str, int] = {}
_apart = threading.local()


@contextmanager
def about(run_id: int, batch_id: int) -> Iterator[None]:
    """Let every line of this process be about a batch while the context lasts."""
    before = dict(_in_hand)
    _in_hand.update(run=run_id, batch=batch_id)
    try:
        yield
    finally:
        _in_hand.clear()
        _in_hand.update(before)


def stand_apart() -> None:
    """Let no line of this thread be about the batch in hand; it may name one by `extra={"run": …, "batch": …}`."""
    _apart.is_so = True


def set_up(settings: Settings) -> None:
    """Let all logs of this process go to standard error, as the settings say; a second time changes nothing."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format is LogFormat.JSON else TextLines())
    handler.addFilter(with_ids)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(_LEVELS[settings.log_level])
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


def with_ids(record: logging.LogRecord) -> bool:
    """Say what a line is about, unless whoever wrote it did."""
    if not getattr(_apart, "is_so", False):
        for name, number in _in_hand.items():
            record.__dict__.setdefault(name, number)
    return True


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "time": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            **ids(record),
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """One line for people: what is broken into several is joined, and what would move the cursor is spelled out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        parts = [moment(record), record.levelname.lower(), record.name]
        parts += [f"{name}={number}" for name, number in ids(record).items()]
        parts.append(record.getMessage())
        if record.exc_info:
            parts.append(self.formatException(record.exc_info))
        return "".join(
            char if char.isprintable() else char.encode("unicode_escape").decode() for char in " ".join(parts)
        )


def moment(record: logging.LogRecord) -> str:
    """Return when it was written: UTC, to the millisecond."""
    at = datetime.fromtimestamp(record.created, tz=UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ids(record: logging.LogRecord) -> dict[str, int]:
    """Return what a line is about."""
    return {name: record.__dict__[name] for name in ("run", "batch") if name in record.__dict__}
