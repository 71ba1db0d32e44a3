"""Back-ups of a ledger in SQLite; one in PostgreSQL is backed up and restored with that server's own tools."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from django.db import connection

from lading.base import config
from lading.base.errors import LedgerUnreachable, UsageError
from lading.orchestration.ledger.workers import slots_by_queue

#: (app, name) of a migration that was applied
Migrations = set[tuple[str, str]]


def back_up(target: Path | None = None) -> Path | None:
    """Copy the ledger, whoever uses it meanwhile, and return where; None for PostgreSQL."""
    source = config.current().database_file
    if source is None:
        return None
    target = target or _place()
    target.touch(mode=0o600, exist_ok=False)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    return target


def _place() -> Path:
    """Return a file of the home that is not there yet."""
    folder = config.current().home / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stem = f"ledger-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (f"{stem}{f'-{number}' if number else ''}.sqlite3" for number in range(1_000))
    return next(folder / name for name in names if not (folder / name).exists())


def migrations_of(file: Path) -> Migrations:
    """Return what was applied to a back-up; raise `LedgerUnreachable` for a file that is none, or is damaged."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
            sound = found.execute("PRAGMA quick_check(1)").fetchone()[0]
            if sound != "ok":
                raise LedgerUnreachable(f"{file} is damaged: {sound}", hint="Take another back-up")
            return set(found.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error as error:
        raise LedgerUnreachable(f"{file} is no back-up of a ledger: {error}") from error


def put_in_place(file: Path) -> Path:
    """Let the ledger be what a back-up has; return where a copy of what it was lies. Nobody may work meanwhile."""
    ledger = config.current().database_file
    if ledger is None:
        raise UsageError(
            "The ledger is in PostgreSQL, which has its own tools for that",
            hint="pg_restore it while nothing of Lading runs, then `lading ledger restored`",
        )
    if any(slots_by_queue().values()):
        raise UsageError("Workers are at work", hint="Stop them first: what they do would be lost, and done again")
    kept = back_up()
    assert kept is not None
    connection.close()
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(ledger, timeout=30)) as now:
        old.backup(now)
    return kept
