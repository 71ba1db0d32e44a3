"""The options of a definition that say what is done around files; metadata, permissions and users are in the job file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

HANDLER = (
    click.option(
        "--handler",
        metavar="FILE.py[:CLASS]",
        help="Your own hooks: a file, or package.module:Class of what is installed on every worker.",
    ),
    click.option(
        "--retries",
        type=click.IntRange(0, 1000),
        default=None,
        help="Tries more for a file whose error may pass, or whose hook raised; default: 0.",
    ),
    click.option("--delay", type=click.FloatRange(0), default=None, metavar="SECONDS", help="Before each such try."),
    click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        default=None,
        metavar="SECONDS",
        help="What one call of the handler may take; default: 3600.",
    ),
)


def with_absolute_handler(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with the path of a handler's file as it is from anywhere."""
    from lading.ingest.engine.handler_loading import is_import_path

    handler = values.get("handler")
    if not isinstance(handler, str) or is_import_path(handler):
        return values
    return values | {"handler": str(Path(handler).expanduser().absolute())}
