"""
`pre_job` and `post_job`: a batch each, so that they run once in effect, on a worker, under a lease.

=================  =============================================================================
the run            post_job
=================  =============================================================================
comes to its end   in its last stage; a failure of it is one of the run
is stopped, fails  in a run of its own that begins in the transaction that ends the first one
=================  =============================================================================

No other run of the job begins before. A run that was stopped and goes on later ends again, and so has it again.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from django.db.models import Q

from lading.base.errors import HookFailed, StopRun
from lading.base.outcomes import Outcome
from lading.ingest.app import context, kinds
from lading.ingest.app.abandoning import ROOT_SHOWN
from lading.ingest.app.definition import Definition
from lading.ingest.app.task_names import names_for
from lading.ingest.handlers import Hook
from lading.orchestration.kinds import Ending, NewBatch, NewOutcome
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import ENDED, Run
from lading.orchestration.progress import Meter


class JobHookFailed(StopRun):
    """`pre_job` raised, or took too long: nothing of the run begins."""

    code = "JOB_HOOK_FAILED"


def pre_job_batch(held: Claim, _meter: Meter) -> Ending:
    """Call `pre_job`, then let the run begin."""
    of = context.of(held)
    try:
        with closing(of.hooks):
            of.hooks.call_hook(replace(of.about, hook=Hook.PRE_JOB))
    except HookFailed as error:
        raise JobHookFailed(str(error)) from error
    return Ending(batches=_unpacked(held.payload), counts={"hooks": of.hooks.calls})


def post_job_batch(held: Claim, _meter: Meter) -> Ending:
    """Call `post_job` for the run that the batch names."""
    of = context.of(held)
    run_id, state = json.loads(held.payload)
    outcomes: list[NewOutcome] = []
    try:
        with closing(of.hooks):
            of.hooks.call_hook(replace(of.about, hook=Hook.POST_JOB, run=run_id, state=state))
    except HookFailed as error:
        outcomes.append(NewOutcome(subject=ROOT_SHOWN, outcome=Outcome.FAILED, code=error.code, reason=str(error)))
    return Ending(outcomes=outcomes, counts={"hooks": of.hooks.calls})


def after_pre_job(batches: Sequence[NewBatch], definition: Definition) -> Sequence[NewBatch]:
    """Return the batches that a run begins with, behind a `pre_job` where the handler has one."""
    if Hook.PRE_JOB.value not in definition.handler_defines:
        return batches
    return [NewBatch(kind=names_for(definition.source).pre_job, payload=_packed(batches))]


def after_runs(run_id: int) -> list[int]:
    """Return the runs under way that do for an ended one what its last stages would have done."""
    job_id = Run.objects.filter(pk=run_id).values_list("job_id", flat=True).first()
    tells = Q(job_id=job_id or 0, kind=kinds.POST_JOB_RUN, pk__gt=run_id)
    closes = Q(kind=kinds.CLOSING_RUN, options__run__closes=run_id)
    later = Run.objects.filter(tells | closes).exclude(state__in=ENDED)
    return list(later.order_by("pk").values_list("pk", flat=True))


def _packed(batches: Sequence[NewBatch]) -> bytes:
    rows = [[one.kind, b64encode(one.payload).decode(), one.planned_files, one.planned_bytes] for one in batches]
    return zlib.compress(json.dumps(rows).encode())


def _unpacked(payload: bytes) -> list[NewBatch]:
    return [
        NewBatch(kind=kind, payload=b64decode(text), planned_files=files, planned_bytes=size)
        for kind, text, files, size in json.loads(zlib.decompress(payload))
    ]
