"""
Fills the ledger of a home with one large run and signs somebody in: `python -m benchmarks.full_console OUTCOMES`.

The rows are written by SQL, since bringing ten million files would take hours. Prints the session and the run as one JSON object.
"""

from __future__ import annotations

import json
import os
import sys

#: outcomes of one batch: two failed, one was skipped, as the statements below have it
EACH = 250

_BATCHES = """
INSERT INTO orchestration_batch (run_id, kind, queue, state, payload, result, not_before, "window", window_at,
    broker_generation, lease_until, fence, crashes, faults, worker, code, reason, started_at, ended_at, created, updated,
    registered, unchanged, deleted, skipped, failed, collections, bytes, requests, hooks, planned_files, planned_bytes)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)
SELECT %s, 'filesystem.transfer', 'filesystem', 'done', x'', x'', 0, 0, 0, '', 0, 1, 0, 0, '', '', '', %s + i, %s + i + 4,
    247, 0, 0, 0, 0, 1, 2, 0, 25000000, 300, 0, 250, 25000000
FROM n
"""

_OUTCOMES = """
INSERT INTO orchestration_outcome (id, run_id, subject, outcome, code, reason, at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s)
SELECT ((%s + i / 250) << 20) + i %% 250, %s, 'plate-' || (i / 10000) || '/run-' || (i / 250) || '/well-' || i || '.tif',
    CASE WHEN i %% 250 < 2 THEN 'failed' WHEN i %% 250 = 2 THEN 'skipped' ELSE 'created' END,
    CASE WHEN i %% 250 < 2 THEN 'SOURCE_UNREADABLE' WHEN i %% 250 = 2 THEN 'LINK_SKIPPED' ELSE '' END, '', %s
FROM n
"""

_FACTS = """
INSERT INTO ingest_filefacts (id, logical_path, size, checksum, mtime_ns)
SELECT id, '/tempZone/home/rods/full/' || subject, 100000, '', 0 FROM orchestration_outcome WHERE run_id = %s AND outcome = 'failed'
"""


def main(outcomes: int) -> None:
    """Fill, sign in, tell."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lading.web.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from lading.accounts.models import Profile
    from lading.accounts.roles import Role
    from lading.orchestration.ledger import schema

    schema.ensure()
    run_id, job_id = _fill(outcomes)
    user = User.objects.create(username="measures")
    Profile.objects.create(user=user, role=Role.OPERATOR.value)
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    print(json.dumps({"cookie": f"{cookie.key}={cookie.value}", "run": run_id, "job": job_id}))


def _fill(outcomes: int) -> tuple[int, int]:
    """Return a run with so many outcomes, and its job."""
    from django.db import connection, transaction

    from lading.ingest.app.definition import Definition
    from lading.ingest.app.models import Job
    from lading.orchestration.ledger.clock import now
    from lading.orchestration.models import Batch, Run, RunState

    definition = Definition(source="/data/full", destination="/tempZone/home/rods/full")
    batches, at = outcomes // EACH, now()
    job = Job.objects.create(
        name="full",
        source=definition.source,
        source_identity=definition.source,
        destination=definition.destination,
        zone_identity="embedded",
        options=definition.options(),
        created_at=at,
    )
    begun = at - batches - 60
    run = Run.objects.create(
        kind="ingest",
        job_id=job.pk,
        title="/data/full → /tempZone/home/rods/full",
        state=RunState.DONE_WITH_FAILURES,
        options=definition.options(),
        created_at=begun,
        started_at=begun,
        ended_at=at,
    )
    with transaction.atomic(), connection.cursor() as cursor:
        first = (Batch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
        cursor.execute(_BATCHES, [batches, run.pk, begun, begun])
        cursor.execute(_OUTCOMES, [batches * EACH, first, run.pk, at])
        cursor.execute(_FACTS, [run.pk])
    from lading.orchestration.ledger import tallies

    tallies.roll_up(run.pk)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return run.pk, job.pk


if __name__ == "__main__":
    main(int(sys.argv[1]))
