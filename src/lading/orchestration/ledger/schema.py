"""The ledger's schema: made when it is new, migrated after a back-up when it is older, refused when it is newer."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lading.base import config
from lading.base.errors import LedgerTooNew, LedgerUnreachable
from lading.orchestration.ledger import backups, going_back
from lading.orchestration.ledger.backups import Migrations

#: number of the advisory lock in PostgreSQL: `lading` in ASCII
_LOCK = 0x6C6164696E67


def ensure() -> None:
    """Bring the ledger to this version's schema; raise `LedgerTooNew` or `LedgerUnreachable`."""
    applied, known = _migrations()
    if known - applied:
        with _one_at_a_time():
            _migrate()


def _migrations() -> tuple[Migrations, Migrations]:
    """Return which migrations the ledger has, and which this version knows."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        known = set(MigrationLoader(connection).disk_migrations or ())
    except DatabaseError as error:
        raise LedgerUnreachable(
            f"The ledger {config.current().database_url} does not answer: {error}",
            hint="Look at LADING_DATABASE_URL, at the disk, and at the rights on the folder",
        ) from error
    _refuse_newer(applied, known)
    return applied, known


def _refuse_newer(applied: Migrations, known: Migrations) -> None:
    newer = {label for label in applied - known if label[0] in {"orchestration", "ingest", "cv", "accounts"}}
    if newer:
        raise LedgerTooNew(
            f"The ledger was written by a newer version of Lading ({', '.join('.'.join(pair) for pair in newer)})",
            hint="Upgrade Lading on this machine, or restore the back-up made before the upgrade",
        )


def _migrate() -> None:
    """Do what nobody else did while this process waited for its turn."""
    applied, known = _migrations()
    if known - applied:
        if applied:
            backups.back_up()
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


def restore(file: Path) -> Path:
    """
    Let the ledger be what a back-up has, brought to this version's schema; return where a copy of what it was lies.

    Whatever it does not know is doubted (`going_back`). Raises `LedgerTooNew` or `LedgerUnreachable` before it changes
    anything.
    """
    applied = backups.migrations_of(file)
    _refuse_newer(applied, set(MigrationLoader(connection).disk_migrations or ()))
    kept = backups.put_in_place(file)
    ensure()
    going_back.declare()
    return kept
