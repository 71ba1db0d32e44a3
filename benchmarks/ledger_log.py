"""How many bytes a run writes to the ledger's write-ahead log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Written:
    """What was written once the context of `log_bytes` has ended."""

    bytes: int = 0


@contextmanager
def log_bytes(ledger: Path) -> Iterator[Written]:
    """
    Count the bytes that the log gets while the context lasts.

    A reader that holds its view keeps SQLite from starting the log anew, so the file only grows: its growth is exactly
    what was written.
    """
    log = ledger.with_name(f"{ledger.name}-wal")
    written = Written()
    with closing(sqlite3.connect(ledger, isolation_level=None, timeout=30)) as reader:
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchall()
        before = log.stat().st_size if log.exists() else 0
        yield written
        written.bytes = (log.stat().st_size if log.exists() else 0) - before
