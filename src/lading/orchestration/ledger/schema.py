"""The ledger's schema: made when it is new, migrated after a back-up when it is older, refused when it is newer."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lading.base import config
from lading.base.errors import LedgerTooNew, LedgerUnreachable


def ensure() -> None:
    """Bring the ledger to this version's schema; raise `LedgerTooNew` or `LedgerUnreachable`."""
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
    if known - applied:
        if applied:
            back_up()
        call_command("migrate", verbosity=0, interactive=False)


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
