"""
Fills the ledger of a home and times what is asked of it: `python -m benchmarks.full_ledger BATCHES FOLDERS`.

The rows are written by SQL, since bringing millions of folders would take days. Prints the slowest call of each kind
in seconds, as one JSON object.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout

#: calls of each kind
_CALLS = 10

_SERIES = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s) "

_SEGMENTS = """
INSERT INTO ingest_segment (job_id, folder_key, lo, parent_key, count, fingerprint, gone, digest, templates, compared_at,
    unverified, folder, packed)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)
SELECT %s, randomblob(16), x'', randomblob(16), 40, randomblob(16), 0, '0123456789abcdef', '', %s - i / 40.0, 0,
    cast('some/folder/' || i AS blob), randomblob(64)
FROM n
"""


def main(batches: int, folders: int) -> None:
    """Fill, then measure."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
    import django

    django.setup()
    from lading.orchestration.ledger import schema, workers

    schema.ensure()
    run_id = _fill(batches, folders)
    workers.beat("measures", "here", os.getpid(), "filesystem,deletion,orchestration")
    seconds: dict[str, list[float]] = {}

    @contextmanager
    def timed(step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        seconds.setdefault(step, []).append(time.perf_counter() - start)

    _ask(run_id, timed)
    seconds.clear()  # the first call of each kind also imports and connects
    for _ in range(_CALLS):
        _ask(run_id, timed)
    from lading.orchestration.ledger import control

    with timed("stop"):
        control.stop(run_id)
    print(json.dumps({step: max(values) for step, values in seconds.items()}))


def _fill(batches: int, folders: int) -> int:
    """Return a run with so many waiting batches, of a job that knows so many folders."""
    from django.db import connection

    from lading.ingest.app.models import Job
    from lading.orchestration.kinds import NewBatch, NewRun
    from lading.orchestration.ledger import runs
    from lading.orchestration.ledger.clock import now
    from lading.orchestration.models import Batch

    job = Job.objects.create(
        name="full",
        source="/s",
        source_identity="/s",
        destination="/z/d",
        zone_identity="z",
        options={},
        created_at=now(),
    )
    first = NewBatch(kind="filesystem.transfer", payload=b"x" * 2_000, planned_files=250, planned_bytes=1_000_000)
    new = NewRun(
        kind="ingest", title="full", stage="moving", batches=[first], options={"source": "/s", "destination": "/z/d"}
    )
    run = runs.start(new)
    run.job_id = job.pk
    run.save()
    columns = ", ".join(field.column or "" for field in Batch._meta.concrete_fields if not field.primary_key)  # noqa: SLF001
    with connection.cursor() as cursor:
        copies = (
            f"{_SERIES} INSERT INTO orchestration_batch ({columns}) "  # noqa: S608
            f"SELECT {columns} FROM orchestration_batch, n WHERE orchestration_batch.id = %s"
        )
        # as many that wait as have ended
        cursor.execute(copies, [2 * batches, Batch.objects.get().pk])
        ended = "UPDATE orchestration_batch SET state = 'done', created = 250, payload = x'' WHERE id <= %s"
        cursor.execute(ended, [batches])
        cursor.execute(_SEGMENTS, [folders, job.pk, now()])
    return run.pk


def _ask(run_id: int, timed: Callable[[str], AbstractContextManager[None]]) -> None:
    """Ask everything once, as workers and readers do."""
    from lading.cli import report
    from lading.orchestration import enqueue, progress
    from lading.orchestration.kinds import Ending
    from lading.orchestration.ledger import claims, sweep
    from lading.orchestration.models import Batch, BatchState

    with timed("pump"):
        enqueue.pump()
    waiting = Batch.objects.filter(run_id=run_id, state=BatchState.QUEUED).order_by("-pk").values_list("pk", flat=True)
    with timed("claim"):
        held = claims.claim(waiting[0], "measures")
    assert held is not None
    with timed("finish"):
        claims.finish(held, Ending(counts={"created": 250, "bytes": 1_000_000}))
    with timed("sweep"):
        sweep.sweep()
    with timed("progress"):
        progress.read(run_id)
    with timed("show"), redirect_stdout(io.StringIO()):
        report.tell(run_id, as_json=False)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
