"""What a run that compared has found, read from the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum

from lading.base.outcomes import Outcome as Kind
from lading.base.paths import join, shown
from lading.ingest.app import manifests, task_names
from lading.ingest.engine.verifying import Code, Mark, mark_of
from lading.orchestration.models import Batch, Outcome

#: kinds of batches that read content
_CHECKS = tuple(names.check for names in task_names.ALL)

#: code of a path that was mended
REPAIRED = "REPAIRED"

_MENDED = {
    Kind.CREATED.value: Mark.ONLY_AT_SOURCE,
    Kind.REGISTERED.value: Mark.ONLY_AT_SOURCE,
    Kind.UPDATED.value: Mark.DIFFERS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One path with its mark."""

    mark: Mark
    #: `paths.shown` of the relative path; a folder ends in a slash
    path: str
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many paths have each mark; what was mended counts apart."""

    marks: Counter[Mark]
    repaired: int
    #: files of which content was read
    read: int
    #: the same by size, in a catalogue that has no checksum of them
    bare: int


def lines(run_id: int, *, same: bool) -> Iterator[Line]:
    """
    Return a line for each path that is not the same, and for those that are if they are asked for.

    Raise `UsageError`, at once, for a run of which rows have left the ledger: what differed would look as if it were the same.
    """
    manifests.require_whole(run_id)
    return _lines(run_id, same=same)


def _lines(run_id: int, *, same: bool) -> Iterator[Line]:
    rows = Outcome.objects.filter(run_id=run_id).exclude(outcome=Kind.SKIPPED.value).order_by("id")
    for row in rows.iterator(chunk_size=2_000):
        mark = _MENDED.get(row.outcome)
        if mark is None:
            yield Line(mark=mark_of(row.code), path=row.subject, code=row.code, reason=row.reason)
        else:
            yield Line(mark=mark, path=row.subject, code=REPAIRED)
    for part in manifests.unchanged_ranges(run_id) if same else ():
        for name in part.names:
            yield Line(mark=Mark.SAME, path=shown(join(part.folder, name)), code=part.code)


def totals(run_id: int) -> Totals:
    """Return the counts; raise `UsageError` as `lines` does."""
    manifests.require_whole(run_id)
    marks: Counter[Mark] = Counter()
    repaired = bare = 0
    rows = Outcome.objects.filter(run_id=run_id).values_list("outcome", "code").annotate(Count("id")).order_by()
    for outcome, code, count in rows:
        if outcome == Kind.FAILED.value:
            marks[mark_of(code)] += count
        elif outcome in _MENDED:
            repaired += count
    for part in manifests.unchanged_ranges(run_id):
        marks[Mark.SAME] += part.count
        bare += part.count if part.code == Code.NO_CHECKSUM.value else 0
    read = Batch.objects.filter(run_id=run_id, kind__in=_CHECKS).aggregate(files=Sum("planned_files"))["files"] or 0
    return Totals(marks=marks, repaired=repaired, read=read, bare=bare)
