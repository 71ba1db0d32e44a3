"""
Files that are merely touched: only ctime or inode differ, as after a restore or a copy that keeps times.

They are read again to see whether their bytes are the same. Where somebody restored a whole tree that would read all of
it, so the batches wait until the scan has ended, and are held if too large a share of the known files is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Sum

from lading.base.outcomes import Outcome
from lading.base.paths import join, shown
from lading.ingest.app import context, kinds
from lading.ingest.app.task_names import names_of
from lading.ingest.engine import plan
from lading.ingest.engine.compare import is_touched
from lading.ingest.engine.parts import FolderPart
from lading.orchestration.kinds import Ending, NewOutcome, batch_kind
from lading.orchestration.ledger import tallies
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, BatchState
from lading.orchestration.models import Outcome as Row
from lading.orchestration.progress import Meter

#: code of a file that was not read because too many are touched
TOUCHED_HELD = "TOUCHED_HELD"

#: so many touched files are read whatever share they are
ALWAYS_READ = 10

_ALL = 100


def separated(parts: Sequence[FolderPart], limit: int) -> tuple[list[FolderPart], list[FolderPart]]:
    """Return the parts with what can be done now, and with what waits for the end of the scan."""
    if limit >= _ALL:
        return list(parts), []
    now, later = [], []
    for part in parts:
        touched = [action for action in part.actions if is_touched(action)]
        if not touched:
            now.append(part)
            continue
        later.append(replace(part, actions=touched, make_collection=False))
        rest = [action for action in part.actions if not is_touched(action)]
        if rest or part.make_collection:
            now.append(replace(part, actions=rest))
    return now, later


def is_too_much(touched: int, known: int, limit: int) -> bool:
    """
    Say whether touched files are held; `limit` is in percent.

    =================  ====================  ====
    touched            of the known files    held
    =================  ====================  ====
    up to ALWAYS_READ  any share             no
    more               up to the limit       no
    more               more than the limit   yes
    =================  ====================  ====
    """
    return touched > ALWAYS_READ and touched * _ALL > known * limit


def weigh_batch(held: Claim, _meter: Meter) -> Ending:
    """Let the batches that waited go, either to be read or to be told as held."""
    names = names_of(held.options)
    waiting = Batch.objects.filter(run_id=held.run_id, kind=names.transfer, state=BatchState.DEFERRED)
    touched = waiting.aggregate(files=Sum("planned_files"))["files"] or 0
    sums = tallies.totals(held.run_id)
    known = touched + sums["unchanged"] + sums["updated"]
    limit = context.of(held).definition.touched_limit
    kind = kinds.HOLD_TOUCHED if is_too_much(touched, known, limit) else names.transfer
    queue = batch_kind(kind).queue

    def let_go(_batch: int) -> None:
        waiting.update(kind=kind, queue=queue, state=BatchState.QUEUED)

    return Ending(also=let_go)


def hold_batch(held: Claim, _meter: Meter) -> Ending:
    """Say of each file that it was not read; the snapshot stays as it is, so that the next run finds them again."""
    work = plan.decode(held.payload)
    reason = (
        "only ctime or inode differ, and too many files do: --touched-limit 100% reads them, --touched metadata not"
    )
    return Ending(
        outcomes=[
            NewOutcome(
                subject=shown(join(group.folder, action.entry.name)),
                outcome=Outcome.SKIPPED,
                code=TOUCHED_HELD,
                reason=reason,
            )
            for group in work.groups
            for action in group.actions
        ]
    )


def held_files(run_id: int) -> int:
    """Return how many touched files of a run were held."""
    return Row.objects.filter(run_id=run_id, outcome=Outcome.SKIPPED.value, code=TOUCHED_HELD).count()
