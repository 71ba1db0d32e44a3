"""
The manifest of a run, written to a file that survives the ledger's clean-up.

=====================  ==================================================================================
the run                its manifest
=====================  ==================================================================================
comes to its end       in its last stage but one
is stopped, fails      by a run of its own that begins in the transaction that ends the first one
goes on later          as above once more: it takes the place of the first
=====================  ==================================================================================
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

from django.db import transaction

from lading.base import config, crash
from lading.base.paths import shown
from lading.ingest.app import bundle_places, doubting, kinds, manifests, relisting, run_options, sealing, synctimes
from lading.ingest.app.models import Job
from lading.ingest.app.task_names import names_of
from lading.ingest.engine import custody
from lading.orchestration import results
from lading.orchestration.kinds import Ending
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Run
from lading.orchestration.progress import Meter

#: how the head calls a run that was neither stopped nor failed
_COMPLETE = "complete"


def finish_batch(held: Claim, _meter: Meter) -> Ending:
    """Write the manifest of the run, and tidy up; a second time does the same."""
    crash.point("before_manifest")
    run = Run.objects.get(pk=held.run_id)
    lines = custody.sealed(_head(run, _COMPLETE), _lines(held, run.pk), sealing.signer())
    with sealing.written(manifests.path_of(config.current().home, run.pk), lines, _attempt(held)) as place:
        held.lease.check()
        place()
    crash.point("after_manifest")
    return Ending(
        counts=Counter(requests=bundle_places.tidy(held)),
        notes=relisting.note(run),
        also=lambda _batch: _forget(held),
    )


def close_batch(held: Claim, _meter: Meter) -> Ending:
    """Write the manifest of the run that the batch names, if it has still ended so; then the handler is told."""
    run_id, state = json.loads(held.payload)
    run = Run.objects.filter(pk=run_id, state=state).first()
    if run is not None:
        lines = custody.sealed(_head(run, state), _lines(held, run_id), sealing.signer())
        with sealing.written(manifests.path_of(config.current().home, run_id), lines, _attempt(held)) as place:
            _place_unless_resumed(run, place)
    told = held.job_id and kinds.has_post_job(run_id)
    return Ending(batches=[kinds.last_word(run_id, state, names_of(held.options))] if told else [])


def _place_unless_resumed(run: Run, place: Callable[[], None]) -> None:
    """A run that went on meanwhile writes its own manifest, and this one must never take the place of that."""
    with transaction.atomic():
        now = Run.objects.select_for_update().filter(pk=run.pk).first()
        if now is not None and (now.state, now.ended_at) == (run.state, run.ended_at):
            place()


def _attempt(held: Claim) -> str:
    return f"{held.batch_id}-{held.fence}"


def _forget(held: Claim) -> None:
    """Forget what only this run needed, and what it has settled."""
    doubting.settle(held)
    if held.job_id is not None and run_options.of_run(held.options).sync_times:
        synctimes.forget(held.job_id)


def _head(run: Run, ended: str) -> dict[str, Any]:
    """Return what is said of the run as a whole."""
    job = Job.objects.filter(pk=run.job_id or 0).values_list("name", flat=True).first()
    return {
        "run": run.pk,
        "job": job or "",
        "kind": run.kind,
        "title": run.title,
        "ended": ended,
        "reason": run.reason if ended != _COMPLETE else "",
        "created_at": run.created_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at if ended != _COMPLETE else None,
        "totals": results.summary(run.pk)["counts"],
        "lading": version("lading"),
        "options": run.options,
    }


def _lines(held: Claim, run_id: int) -> Iterator[dict[str, Any]]:
    """Yield a line for each path with an outcome, and one for each unchanged range."""
    for line in manifests.outcome_lines(run_id):
        held.lease.check()
        yield line.as_dict()
    for part in manifests.unchanged_ranges(run_id):
        yield {
            "folder": shown(part.folder),
            "outcome": "unchanged",
            "count": part.count,
            "fingerprint": part.fingerprint.hex(),
            "names": [shown(name) for name in part.names],
        }
