"""Access to the catalogue: one writer, a reader per thread."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Database = sqlite3.Connection

#: ids are taken from the sequence in blocks, so that a new row costs no update of the sequence
ID_BLOCK = 1000
#: a checkpoint waits for the disk, so it comes every 16 MiB of log instead of every 4
CHECKPOINT_PAGES = 4000


def now_text() -> str:
    """Return the time as the catalogue keeps it: seconds in 11 digits."""
    return f"{int(time.time()):011d}"


class Catalog:
    """
    The catalogue of one zone, on disk.

    Readers never wait. Writers wait for each other, so nothing slow belongs into `write`.
    A committed transaction survives the death of the process.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._local = threading.local()
        self._depth = 0
        self._next_id = 0
        self._last_id = 0
        self.resource_generation = 0  #: grows with each commit that touched the resource table
        self._resources_touched = False
        self._writer = self._connect(shared=True)
        schema = resources.files(__package__).joinpath("schema.sql").read_text("utf-8")
        self._writer.executescript(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")
        self._watch_resources()

    def _watch_resources(self) -> None:
        """Have the writer notice changes of the resource table, so that nobody has to announce them."""
        self._writer.create_function("resources_touched", 0, self._touch_resources)
        for event in ("INSERT", "UPDATE", "DELETE"):
            self._writer.execute(
                f"CREATE TEMP TRIGGER watch_{event} AFTER {event} ON main.R_RESC_MAIN BEGIN SELECT resources_touched(); END"
            )

    def _touch_resources(self) -> None:
        self._resources_touched = True

    def _connect(self, *, shared: bool) -> Database:
        database = sqlite3.connect(
            self.path, timeout=30, isolation_level=None, check_same_thread=not shared, cached_statements=512
        )
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.execute("PRAGMA case_sensitive_like=ON")
        database.execute("PRAGMA temp_store=MEMORY")
        database.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        return database

    def read(self) -> Database:
        """Return this thread's reader; it sees what was committed before each statement."""
        reader: Database | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = self._connect(shared=False)
        return reader

    def take_reader(self) -> Database:
        """Return this thread's reader for the caller to keep and close; the thread gets another one."""
        reader = self.read()
        self._local.reader = None
        return reader

    def release(self) -> None:
        """Close this thread's reader."""
        reader: Database | None = getattr(self._local, "reader", None)
        if reader is not None:
            self._local.reader = None
            reader.close()

    @contextmanager
    def write(self) -> Iterator[Database]:
        """Hold the writer for one transaction: committed on leaving, rolled back on an error. Nests as one."""
        with self._lock:
            if self._depth:
                yield self._writer
                return
            self._writer.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                self._next_id = self._last_id = 0  # a block reserved in here was never written
                raise
            else:
                self._writer.execute("COMMIT")
                if self._resources_touched:
                    self._resources_touched = False
                    self.resource_generation += 1
            finally:
                self._depth = 0

    def new_id(self) -> int:
        """Return an id that no row has or ever had; only inside `write`."""
        if self._next_id >= self._last_id:
            row = self._writer.execute(
                "UPDATE lading_sequence SET last_id = last_id + ? RETURNING last_id", (ID_BLOCK,)
            ).fetchone()
            self._last_id = int(row[0])
            self._next_id = self._last_id - ID_BLOCK
        self._next_id += 1
        return self._next_id

    def close(self) -> None:
        """Close the writer and this thread's reader."""
        self.release()
        with self._lock:
            self._writer.close()
