"""
A ledger that goes back in time: restored from a back-up, or begun anew beside what an older one left.

The newest run that anybody on this host began or ended is kept in a file of the home. A ledger that has handed out fewer
numbers has gone back: what it knows is older than what was done. No number is given twice then, neither that of a run
(manifests are called after it) nor that of a batch (a worker or a message of the time after the back-up may name it).
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from lading.base import config
from lading.orchestration.models import Batch, BatchState, Run, Window

_LOG = logging.getLogger(__name__)

#: batches that may have been made after a back-up: more than years have, a small share of all numbers there are
_BATCHES = 1_000_000_000

#: called in the transaction that notes it: an application's own doubts
when_gone_back: list[Callable[[], None]] = []


def note(run_id: int) -> None:
    """Keep the number of a run that began or ended, if it is the newest one; a disk that is full stops no run."""
    file = _file()
    try:
        with file.open("a+", encoding="ascii") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX)
            if run_id > _number(file):
                mark.truncate(0)
                mark.write(str(run_id))
    except OSError as error:
        _LOG.warning("the number of run %d could not be kept: %s", run_id, error)


def notice() -> int | None:
    """See whether the ledger is older than what was done; return the newest run that was lost, None if none was."""
    newest = _number(_file())
    if newest <= _given(Run):
        return None
    _go_back_from(newest)
    return newest


def declare() -> int:
    """Take the ledger for one that was restored, whether or not anything shows it; return the last run before that."""
    newest = max(_number(_file()), _given(Run))
    _go_back_from(newest)
    return newest


def _go_back_from(newest: int) -> None:
    """Give new numbers from there on, send every message again, and tell the applications."""
    with transaction.atomic():
        _give_from(Run, newest)
        _give_from(Batch, _given(Batch) + _BATCHES)
        Batch.objects.filter(state=BatchState.QUEUED).update(window=Window.OUTSIDE)
        for tell in when_gone_back:
            tell()
    _LOG.warning("the ledger has gone back: it does not know what was done up to run %d", newest)


def _file() -> Path:
    return config.current().home / "newest-run"


def _number(file: Path) -> int:
    """Return what the file says; 0 for one that is not there, or of which a crash left nothing."""
    try:
        return int(file.read_text(encoding="ascii") or 0)
    except (FileNotFoundError, ValueError):
        return 0


def _given(model: type[Run | Batch]) -> int:
    """Return the highest number that the database gave to a row, even if that row is gone."""
    table = model._meta.db_table  # noqa: SLF001 - Django's documented API
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        else:
            given = "CASE WHEN is_called THEN last_value ELSE 0 END"
            cursor.execute(f"SELECT {given} FROM {_sequence(table)}")  # noqa: S608 - the name is the database's own
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _give_from(model: type[Run | Batch], number: int) -> None:
    """Let the next row have a higher number than this one."""
    if not number:
        return  # none was ever given, and no sequence takes 0
    table = model._meta.db_table  # noqa: SLF001 - Django's documented API
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("SELECT setval(%s, %s)", [_sequence(table), number])
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [number, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])


def _sequence(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        return str(cursor.fetchone()[0])
