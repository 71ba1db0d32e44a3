"""The ledger's schema: made when it is new, migrated after a back-up when it is older, refused when it is newer."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lading.base import config
from lading.base.errors import LedgerTooNew, LedgerUnreachable

#: number of the advisory lock in PostgreSQL: `lading` in ASCII
_LOCK = 0x6C6164696E67


def ensure() -> None:
    """Bring the ledger to this version's schema; raise `LedgerTooNew` or `LedgerUnreachable`."""
    applied, known = _migrations()
    if known - applied:
        with _one_at_a_time():
            _migrate()


def _migrations() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return which migrations the ledger has, and which this version knows."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        known = set(MigrationLoader(connection).disk_migrations or ())
    except DatabaseError as error:
        raise LedgerUnreachable(
            f"The ledger {config.current().database_url} does not answer: {error}",
            hint="Look at LADING_DATABASE_URL, at the disk, and at the rights on the folder",
        ) from error
    newer = {label for label in applied - known if label[0] in {"orchestration", "ingest", "cv", "accounts"}}
    if newer:
        raise LedgerTooNew(
            f"The ledger was written by a newer version of Lading ({', '.join('.'.join(pair) for pair in newer)})",
            hint="Upgrade Lading on this machine, or restore the back-up made before the upgrade",
        )
    return applied, known


def _migrate() -> None:
    """Do what nobody else did while this process waited for its turn."""
    applied, known = _migrations()
    if known - applied:
        if applied:
            back_up()
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep every other process from migrating this ledger while the context lasts."""
    file = config.current().database_file
    if file is not None:
        with file.with_name(f"{file.name}.migrating").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def back_up() -> Path | None:
    """Copy a SQLite ledger aside and return where; PostgreSQL is backed up by whoever runs it."""
    source = config.current().database_file
    if source is None:
        return None
    folder = config.current().home / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"ledger-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    return target
