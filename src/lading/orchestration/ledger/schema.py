"""
The ledger's schema against the one that this version knows.

==================  ============  ==================================================================
the ledger is       database      what a command that begins does
==================  ============  ==================================================================
empty               any           makes the tables
of this version     any           goes on
older               SQLite        backs it up, migrates it
older               PostgreSQL    the same if nobody works on it, its role may change tables, and `pg_dump` is
                                  here; else `LedgerTooOld`: `lading upgrade` brings other hosts to rest
newer               any           `LedgerTooNew`
==================  ============  ==================================================================

A process that works already when the ledger becomes newer (`Comparison.newer`) ends by itself: where each migration that
it does not know is an *addition* it first finishes what it has in hand, otherwise it puts that down unwritten. A
migration says of itself that it is one (`is_additive`); the ledger keeps that, for whoever does not have its file.
"""

from __future__ import annotations

import fcntl
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lading.base import config
from lading.base.errors import LedgerTooNew, LedgerTooOld, LedgerUnreachable, UpgradeFailed, UsageError
from lading.orchestration.ledger import backups, going_back, upgrading
from lading.orchestration.ledger.backups import Migrations
from lading.orchestration.models import Addition

#: number of the advisory lock in PostgreSQL: `lading` in ASCII
_LOCK = 0x6C6164696E67

#: applications whose migrations say how new a ledger is
_OURS = frozenset({"orchestration", "ingest", "cv", "accounts"})

#: whether the role owns a table, or belongs to who does, and may make others beside it
_MAY_CHANGE = """
    SELECT has_schema_privilege(relnamespace, 'CREATE') AND pg_has_role(relowner, 'USAGE')
    FROM pg_class WHERE oid = %s::regclass
"""

#: the migration that makes what is asked of every ledger
_FIRST = ("orchestration", "0001_initial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The ledger beside this version's schema; migrations are (application, name)."""

    #: whether it was never whole: there is no table yet, or somebody is just making them
    is_empty: bool
    #: what this version has and the ledger lacks, in the order in which it would be applied
    pending: tuple[tuple[str, str], ...]
    #: what the ledger has and this version does not know
    newer: tuple[tuple[str, str], ...]
    #: those of `newer` beside which this version cannot work
    breaking: tuple[tuple[str, str], ...]
    #: those of `pending` beside which older versions can work
    additive: tuple[tuple[str, str], ...]


def ensure() -> None:
    """
    Do what the table above says; raise `LedgerTooNew`, `LedgerTooOld` or `LedgerUnreachable`.

    Raise `UpgradeUnderWay` or `UpgradeFailed` where nothing may begin.
    """
    found = compare()
    if not found.is_empty:
        upgrading.refuse()
    refuse_newer(found.newer)
    if not found.pending:
        return
    with one_at_a_time():
        found = compare()  # what nobody else did while this process waited for its turn
        refuse_newer(found.newer)
        if not found.pending:
            return
        if found.is_empty:
            _migrate_or_hold(None)
        elif config.current().is_database_embedded:
            _migrate_or_hold(backups.back_up())
        else:
            _migrate_alone(found.pending)


def _migrate_alone(pending: tuple[tuple[str, str], ...]) -> None:
    """Bring a ledger that hosts share up to date where none of them is at work; raise `LedgerTooOld` otherwise."""
    hindrance = _hindrance()
    if hindrance:
        raise LedgerTooOld(
            f"The ledger is of an older version of Lading ({_named(pending)} to be applied), and {hindrance}",
            hint="`lading upgrade` brings all workers to rest, backs the ledger up and migrates it",
        )
    try:
        with upgrading.announcing():
            _migrate_or_hold(backups.back_up())
    except UpgradeFailed:
        raise
    except BaseException:
        upgrading.release()
        raise
    upgrading.release()


def _hindrance() -> str:
    """Say why this process does not migrate a ledger in PostgreSQL by itself; "" if nothing is in its way."""
    held = upgrading.in_hand()
    if not held.is_nothing:
        return f"there is work on it: {held}"
    with connection.cursor() as cursor:
        cursor.execute(_MAY_CHANGE, [f"{_FIRST[0]}_run"])
        if cursor.fetchone() != (True,):
            return "its role may not change tables"
    try:
        backups.dumping_tool()
    except UsageError:
        return "there is no pg_dump on PATH here to back it up"
    return ""


def _migrate_or_hold(kept: Path | None) -> None:
    """Migrate; after a migration that failed nothing begins by itself: each would back up, fail and fill the disk."""
    try:
        migrate()
    except Exception as error:
        if kept is None:
            raise
        upgrading.fail()
        raise UpgradeFailed(
            f"The ledger could not be migrated: {error}",
            hint=f"What it was before lies in {kept}; `lading upgrade` tries again",
        ) from error


def compare() -> Comparison:
    """Look at the ledger, whatever its version; raise `LedgerUnreachable`."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
        known = _known()
        pending = _plan() if known - applied else []
        newer = _newer(applied, known)
        additions = _additions() if newer else set()
    except DatabaseError as error:
        raise LedgerUnreachable(
            f"The ledger {config.current().database_url} does not answer: {error}",
            hint="Look at LADING_DATABASE_URL, at the disk, and at the rights on the folder",
        ) from error
    return Comparison(
        is_empty=_FIRST not in applied,
        pending=tuple(label for label, _ in pending),
        newer=newer,
        breaking=tuple(label for label in newer if ".".join(label) not in additions),
        additive=tuple(label for label, is_additive in pending if is_additive),
    )


def refuse_newer(newer: tuple[tuple[str, str], ...]) -> None:
    """Raise `LedgerTooNew` if there is a migration that this version does not know."""
    if newer:
        raise LedgerTooNew(
            f"The ledger was written by a newer version of Lading ({_named(newer)})",
            hint="Upgrade Lading on this machine, or restore the back-up made before the upgrade",
        )


def migrate() -> None:
    """Apply what is pending, and note what older versions may work beside. A second call goes on where one ended."""
    _keep_additions()  # before: older versions that are at work look at any moment
    call_command("migrate", verbosity=0, interactive=False)
    _keep_additions()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep every other process from migrating this ledger while the context lasts; it ends with the process, too."""
    file = config.current().database_file
    if file is not None:
        with file.with_name(f"{file.name}.migrating").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        raise UsageError(
            "The ledger is reached through a pool, which keeps no lock of a session",
            hint="Name the server itself in LADING_DATABASE_URL for this one command",
        )
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
    refuse_newer(_newer(applied, _known()))
    kept = backups.put_in_place(file, is_empty=compare().is_empty)
    upgrading.release()  # the back-up may have been made by one
    ensure()
    going_back.declare()
    return kept


def _plan() -> list[tuple[tuple[str, str], bool]]:
    """Return what `migrate` would apply, in order, each with whether it is an addition."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [((step.app_label, step.name), bool(getattr(step, "is_additive", False))) for step, _ in plan]


def _newer(applied: Migrations, known: frozenset[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(label for label in applied - known if label[0] in _OURS))


def _additions() -> set[str]:
    return set(Addition.objects.values_list("label", flat=True)) if _has_additions() else set()


def _has_additions() -> bool:
    """Say whether the ledger is new enough to know any."""
    with connection.cursor() as cursor:
        return Addition._meta.db_table in connection.introspection.table_names(cursor)  # noqa: SLF001 - Django's documented API


def _keep_additions() -> None:
    """Let the ledger know which of this version's migrations are additions."""
    if not _has_additions():
        return
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    labels = [".".join(label) for label, step in disk.items() if getattr(step, "is_additive", False)]
    Addition.objects.bulk_create([Addition(label=label) for label in sorted(labels)], ignore_conflicts=True)


@functools.cache
def _known() -> frozenset[tuple[str, str]]:
    """Return the migrations of this version: as it was when the process began, whatever was installed over it since."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def _named(labels: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(".".join(label) for label in labels)
