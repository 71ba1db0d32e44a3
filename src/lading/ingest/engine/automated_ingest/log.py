"""The logger that handlers are given: an event, and fields by keyword."""

from __future__ import annotations

import json
import logging
from typing import Any

_LOG = logging.getLogger("lading.handler")


class HandlerLog:
    """Takes `log.info("event", field=value)`; fields that were bound come with each line."""

    def __init__(self, **bound: object) -> None:
        self._bound = bound

    def bind(self, **fields: object) -> HandlerLog:
        """Return a logger with these fields, too."""
        return HandlerLog(**{**self._bound, **fields})

    def new(self, **fields: object) -> HandlerLog:
        """Return a logger with these fields only."""
        return HandlerLog(**fields)

    def unbind(self, *names: str) -> HandlerLog:
        """Return a logger without these fields."""
        return HandlerLog(**{name: value for name, value in self._bound.items() if name not in names})

    def debug(self, event: object = "", *args: object, **fields: object) -> None:
        """Tell what helps to find a mistake."""
        self.log(logging.DEBUG, event, *args, **fields)

    def info(self, event: object = "", *args: object, **fields: object) -> None:
        """Tell what happened."""
        self.log(logging.INFO, event, *args, **fields)

    def warning(self, event: object = "", *args: object, **fields: object) -> None:
        """Tell what should be looked at."""
        self.log(logging.WARNING, event, *args, **fields)

    def error(self, event: object = "", *args: object, **fields: object) -> None:
        """Tell what went wrong."""
        self.log(logging.ERROR, event, *args, **fields)

    def critical(self, event: object = "", *args: object, **fields: object) -> None:
        """Tell what went wrong for all."""
        self.log(logging.CRITICAL, event, *args, **fields)

    def exception(self, event: object = "", *args: object, **fields: object) -> None:
        """Tell what went wrong, with the exception that is being handled."""
        self.log(logging.ERROR, event, *args, **{"exc_info": True, **fields})

    warn = warning
    msg = info
    fatal = critical

    def log(self, level: int, event: object = "", *args: object, **fields: Any) -> None:  # noqa: ANN401 - whatever a handler says
        """Write one line: the event, and its fields as JSON."""
        exc_info = fields.pop("exc_info", None)
        stack_info = bool(fields.pop("stack_info", False))
        found = {**self._bound, **fields}
        text = str(event) % args if args else str(event)
        if found:
            text += f" {json.dumps(found, default=repr, ensure_ascii=False)}"
        _LOG.log(level, "%s", text, exc_info=exc_info, stack_info=stack_info)
