"""The batch that decides about a run's deletions, once its whole source was scanned: carry out, hold, or drop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from lading.base.paths import hidden
from lading.ingest.app import approval, kinds, task_names
from lading.ingest.app.context import Context
from lading.ingest.app.context import of as context_of
from lading.ingest.app.dooming import folders_of, works
from lading.ingest.app.gathering import observations
from lading.ingest.app.models import DeletionLine, DeletionList, Observation
from lading.ingest.engine import removal_work
from lading.ingest.engine.deletion import CLEAR, Concern, Count, Figures, Worry, worries
from lading.orchestration.kinds import Ending, NewBatch
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.ledger.clock import now
from lading.orchestration.models import Batch, BatchState, Outcome, outcome_id
from lading.orchestration.progress import Meter

State = DeletionList.State

#: kinds of batches that look at a source
_SCANS = tuple(names.scan for names in task_names.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about a list, and from what."""

    state: State
    figures: Figures
    found: Sequence[Worry]
    #: lines of folders, with what was in them
    trees: Sequence[DeletionLine]


def decide_batch(held: Claim, _meter: Meter) -> Ending:
    """Decide about the run's list; what may go becomes batches."""
    of = context_of(held)
    before = DeletionList.objects.filter(pk=held.run_id).first()
    approved = before is not None and before.state == State.APPROVED
    others = _count(of)
    lines = _due(of)
    figures = _figures(of, lines)
    found = list(_since_approval(others)) if approved else list(_worries(of, figures))
    state = State.APPROVED if approved and not found else _state(found)
    if approval.is_outdated(held.run_id, of.job_id):
        state = State.REPLACED
    return Ending(
        batches=list(_batches(lines, of)) if state in {State.ALLOWED, State.APPROVED} else [],
        also=lambda _batch: _record(of, Decision(state=state, figures=figures, found=found, trees=others)),
    )


def _state(found: Sequence[Worry]) -> State:
    if any(worry.concern is Concern.SCAN_INCOMPLETE for worry in found):
        return State.DROPPED
    return State.HELD if found else State.ALLOWED


def _due(of: Context) -> QuerySet[DeletionLine]:
    return DeletionLine.objects.filter(run_id=of.held.run_id, is_due=True).order_by("pk")


# --- counting ------------------------------------------------------------------------------------------------------


def _count(of: Context) -> list[DeletionLine]:
    """
    Let each line know for how many scans it was missed, and how many objects go with it; drop what is told twice.

    Return the lines of folders that hold something else than when it was decided about them before; they say what.
    """
    rows = DeletionLine.objects.filter(run_id=of.held.run_id)
    _drop_repeated(rows)
    others: list[DeletionLine] = []
    for tree in rows.filter(is_tree=True):
        folders = list(folders_of(tree, of))
        rows.filter(pk=tree.pk).update(count=sum(len(folder.objects) for folder in folders))
        content = removal_work.fingerprint(folders)
        if tree.checksum != content:
            tree.checksum = content
            others.append(tree)
    _count_scans(of, rows)
    return others


def _drop_repeated(rows: QuerySet[DeletionLine]) -> None:
    """Keep one line for each path: the job's own where it is foreign, too."""
    seen: set[bytes] = set()
    twice: list[int] = []
    for key, row_id in rows.order_by("is_foreign", "pk").values_list("key", "pk").iterator(chunk_size=2_000):
        if bytes(key) in seen:
            twice.append(row_id)
        seen.add(bytes(key))
    for start in range(0, len(twice), 500):
        rows.filter(pk__in=twice[start : start + 500]).delete()


def _count_scans(of: Context, rows: QuerySet[DeletionLine]) -> None:
    """Take over how often the last complete scan's list missed a path; a list of a run that was not complete says nothing."""
    grace = of.definition.delete_grace
    if not grace:
        return
    last = (
        DeletionList.objects.filter(job_id=of.job_id, pk__lt=of.held.run_id)
        .exclude(state=State.DROPPED)
        .order_by("-pk")
        .first()
    )
    before = dict(_scans_of(last.pk)) if last is not None else {}
    for row in rows.iterator(chunk_size=2_000):
        scans = before.get(bytes(row.key), 0) + 1
        rows.filter(pk=row.pk).update(scans=scans, is_due=scans > grace)


def _scans_of(run_id: int) -> Iterator[tuple[bytes, int]]:
    for key, scans in DeletionLine.objects.filter(run_id=run_id).values_list("key", "scans"):
        yield bytes(key), scans


def _figures(of: Context, lines: QuerySet[DeletionLine]) -> Figures:
    doomed = Counter[str]()
    root_gone = 0
    foreign = 0
    for path, count, is_foreign in lines.values_list("path", "count", "is_foreign").iterator(chunk_size=2_000):
        doomed[hidden(path).partition("/")[0]] += count
        root_gone += "/" not in path and not is_foreign
        foreign += count * is_foreign
    return Figures(
        total=Count(doomed=doomed.total(), managed=of.snapshots.managed() + foreign),
        folders={
            name: Count(doomed=doomed[name], managed=of.snapshots.managed_in(name))
            for name in of.definition.delete_limits
        },
        root_known=of.snapshots.entries(""),
        root_gone=root_gone,
    )


# --- deciding ------------------------------------------------------------------------------------------------------


def _worries(of: Context, figures: Figures) -> Iterator[Worry]:
    """Yield all that speaks against deleting; without anything to delete nothing does."""
    if not figures.total.doomed and not DeletionLine.objects.filter(run_id=of.held.run_id, is_due=True).exists():
        return
    incomplete = _scan_failures(of.held.run_id)
    if incomplete:
        yield Worry(Concern.SCAN_INCOMPLETE, f"the scan was not complete: {incomplete}")
    if of.own.doubts:
        yield Worry(
            Concern.LEDGER_WENT_BACK, "the ledger was restored from a back-up: it does not know what happened since"
        )
    seen = {(one.concern, one.reason) for one in (*_observed(of), *observations(of))}
    yield from (Worry(Concern(concern), reason) for concern, reason in sorted(seen))
    yield from worries(figures, of.definition.limits)


def _since_approval(others: Sequence[DeletionLine]) -> Iterator[Worry]:
    """Yield what became of a list since somebody saw it."""
    for tree in others:
        yield Worry(Concern.OTHER_CONTENT, f"{tree.path}/ holds something else than when it was listed")


def _observed(of: Context) -> Iterable[Observation]:
    return Observation.objects.filter(run_id=of.held.run_id)


def _scan_failures(run_id: int) -> str:
    """Say what the scan could not see; "" if it saw everything."""
    scans = Batch.objects.filter(run_id=run_id, kind__in=_SCANS)
    parked = scans.filter(state=BatchState.PARKED).first()
    if parked is not None:
        return f"a part of it was given up ({parked.code})"
    failed = 0
    first = ""
    for batch in scans.filter(failed__gt=0).values_list("pk", flat=True):
        rows = Outcome.objects.filter(id__gte=outcome_id(batch, 0), id__lt=outcome_id(batch + 1, 0), outcome="failed")
        found = list(rows.exclude(code__in=CLEAR).order_by("id").values_list("subject", flat=True))
        failed += len(found)
        first = first or (found[0] if found else "")
    return f"{failed:,} paths could not be looked at, the first is {first}" if failed else ""


def _batches(lines: QuerySet[DeletionLine], of: Context) -> Iterator[NewBatch]:
    for work in works(lines, of):
        yield NewBatch(kind=kinds.DELETE, payload=removal_work.encode(work), planned_files=work.objects)


def _record(of: Context, decision: Decision) -> None:
    """Write the decision; a list without a line is none."""
    rows = DeletionLine.objects.filter(run_id=of.held.run_id)
    if not rows.exists():
        return
    DeletionLine.objects.bulk_update(decision.trees, ["checksum"], batch_size=500)
    figures = decision.figures
    DeletionList.objects.update_or_create(
        pk=of.held.run_id,
        defaults={
            "job_id": of.job_id,
            "state": decision.state,
            "objects_planned": figures.total.doomed,
            "objects_managed": figures.total.managed,
            "waiting": rows.filter(is_due=False).count(),
            "reasons": [[worry.concern.value, worry.reason] for worry in decision.found],
            "decided_at": now(),
        },
    )
