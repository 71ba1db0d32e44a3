"""What every command shares: the settings, Django, errors as sentences, exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, NoReturn

import click
from rich.console import Console

from lading.base import config, config_places
from lading.base.errors import AskPerson, LadingError, RetryLater, UsageError


class Exit(IntEnum):
    """Exit codes, promised to scripts."""

    GOOD = 0
    FAILED_FILES = 1
    USAGE = 2
    HELD = 3
    UNREACHABLE = 4
    STOPPED = 5
    INTERRUPTED = 130


#: for people: progress, tables; stays out of the way of pipes
err = Console(stderr=True, highlight=False)
out = Console(highlight=False)


def open_ledger() -> None:
    """Load the settings and Django and bring the ledger to this version's schema; raise `LadingError`."""
    config_places.data_folder(config.current().home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
    import django

    django.setup()
    from lading.orchestration.ledger import schema

    schema.ensure()


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line; every object says its schema."""
    sys.stdout.write(json.dumps({"schema": 1, **value}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_columns(head: Sequence[str], rows: Sequence[Sequence[str]], *, right: Collection[str] = ()) -> None:
    """Print rows under a head, as wide as they are: a terminal wraps them, a pipe gets them whole."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate([head, *rows]):
        cells = [
            cell.rjust(width) if name in right else cell.ljust(width)
            for name, cell, width in zip(head, row, widths, strict=True)
        ]
        line = "  ".join(cells).rstrip()
        out.print(line, style="" if number else "bold", markup=False, soft_wrap=True)


def exit_for(error: LadingError) -> Exit:
    """Return the exit code of an error."""
    if isinstance(error, UsageError):
        return Exit.USAGE
    if isinstance(error, RetryLater):
        return Exit.UNREACHABLE
    if error.code in _COMMAND_ERRORS:
        return Exit.USAGE
    return Exit.HELD if isinstance(error, AskPerson) else Exit.FAILED_FILES


#: errors that the person who typed the command can mend there
_COMMAND_ERRORS = frozenset(
    {
        *("SOURCE_MISSING", "DESTINATION_REFUSED", "PROFILE_INVALID", "LEDGER_TOO_NEW"),
        *("LOGIN_REFUSED", "PASSWORD_UNAVAILABLE", "CERTIFICATE_REFUSED", "ENCRYPTION_REFUSED"),
    }
)


def fail(message: str, hint: str, code: Exit) -> NoReturn:
    """Print one error as a sentence, with what can be done, and leave."""
    err.print(f"[bold red]lading:[/] {_escaped(message)}", soft_wrap=True)
    if hint:
        err.print(f"        {_escaped(hint)}", soft_wrap=True)
    raise SystemExit(int(code))


def _is_database_error(error: Exception) -> bool:
    """Say whether Django's database layer raised it, without importing Django for that."""
    return any(base.__module__ == "django.db.utils" for base in type(error).__mro__)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn Lading's own errors into a sentence and an exit code; anything else is a defect and keeps its traceback."""
    try:
        yield
    except LadingError as error:
        fail(error.message, error.hint, exit_for(error))
    except Exception as error:
        if not _is_database_error(error):
            raise
        fail(
            f"The ledger {config.current().database_url} refused: {error}",
            "Look at its disk and at the rights on it; nothing that was done is lost",
            Exit.UNREACHABLE,
        )
    except click.exceptions.Exit:
        raise
    except KeyboardInterrupt:
        raise SystemExit(int(Exit.INTERRUPTED)) from None
