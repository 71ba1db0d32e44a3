"""The log of `irods-sync`: one JSON object a line, on standard output or in a file that is begun anew now and then."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from logging.handlers import TimedRotatingFileHandler
from typing import TYPE_CHECKING

from lading.base.errors import UsageError

if TYPE_CHECKING:
    from lading.ingest.app.automated_options import LogOptions

_NAME = "irods_sync"


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told = {
            **getattr(record, "fields", {}),
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "@timestamp": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
        }
        return json.dumps(told, ensure_ascii=False, default=str)


class Log:
    """Takes events with fields."""

    def __init__(self, options: LogOptions, usual_level: int = logging.WARNING) -> None:
        self._logger = logging.Logger(  # noqa: LOG001 - of this command alone
            f"{_NAME}/{options.filename or ''}/{options.level or ''}"
        )
        self._logger.setLevel(options.level or usual_level)
        handler = _handler(options)
        handler.setFormatter(_Lines())
        self._logger.addHandler(handler)

    def info(self, event: str, **fields: object) -> None:
        """Tell what happened."""
        self._logger.info("%s", event, extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """Tell what should be looked at."""
        self._logger.warning("%s", event, extra={"fields": fields})

    def error(self, event: str, **fields: object) -> None:
        """Tell what failed."""
        self._logger.error("%s", event, extra={"fields": fields})


def _handler(options: LogOptions) -> logging.Handler:
    if options.filename is None:
        return logging.StreamHandler(sys.stdout)
    try:
        if options.when is None:
            return logging.FileHandler(options.filename, encoding="utf-8")
        return TimedRotatingFileHandler(
            options.filename, when=options.when, interval=options.interval or 1, encoding="utf-8"
        )
    except OSError as error:
        raise UsageError(f"The log {options.filename} cannot be written: {error.strerror}") from error
