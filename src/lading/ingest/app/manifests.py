"""
The manifest: what became of every path of a run.

Paths that something happened to are rows. Unchanged ones are ranges of the snapshot; they are spelled out as long as
the snapshot still says what the run saw, and stand as one line for the range once it has moved on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from lading.base.errors import NameRefused, UsageError
from lading.base.outcomes import Outcome as Kind
from lading.base.paths import join, shown
from lading.ingest.app import assembly, rehearsal_kind, unchanged
from lading.ingest.app.definition import from_options
from lading.ingest.app.models import FileFacts
from lading.ingest.app.snapshots import Snapshots
from lading.ingest.app.unchanged import UnchangedRange
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.snapshot import Known
from lading.orchestration import retention
from lading.orchestration.models import Batch, Outcome, Run

#: rows read at a time
_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a manifest."""

    path: str
    logical_path: str
    outcome: str
    size: int | None
    checksum: str
    code: str
    reason: str
    #: nanoseconds since the epoch, as the source has it
    mtime_ns: int | None
    #: seconds since the epoch when the outcome was written; None for an unchanged path
    at: float | None
    #: paths that this line stands for: more than one where a range could not be spelled out
    count: int = 1
    #: of an object in a bucket that keeps versions: the one that was read
    version: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the line as JSON values; of what has no version, nothing is said."""
        told = asdict(self)
        return told if self.version else {name: value for name, value in told.items() if name != "version"}


COLUMNS = tuple(Line.__dataclass_fields__)


def path_of(home: Path, run_id: int) -> Path:
    """Return where the manifest of a run is written when it ends."""
    return home / "manifests" / f"run-{run_id}.jsonl"


def has_one(run: Run) -> bool:
    """Say whether a run has a manifest: a plan has none, nor has what is not from a source, such as a review of a CV."""
    return run.kind != rehearsal_kind.RUN_KIND and "source" in run.options


def lines(run_id: int, *, outcome: str = "") -> Iterator[Line]:
    """
    Return every line of a run, rows first, then what was unchanged; only one outcome if it is named.

    Raise `UsageError`, at once, for a run that has no manifest, and for one of which rows have left the ledger: what is
    left must not look like all.
    """
    require_whole(run_id)
    if not has_one(Run.objects.get(pk=run_id)):
        raise UsageError(
            f"Run {run_id} brings no files, so it has no manifest", hint="`lading runs` says what each one does"
        )
    return _lines(run_id, outcome)


def require_whole(run_id: int) -> None:
    """Raise `UsageError` for a run of which rows have left the ledger."""
    if retention.has_aged(Run.objects.get(pk=run_id)):
        raise UsageError(
            f"The ledger does not have all outcomes of run {run_id} any more (`retention`)",
            hint=f"The signed manifest has them: manifests/{path_of(Path(), run_id).name} in the home of the worker that wrote it",
        )


def _lines(run_id: int, outcome: str) -> Iterator[Line]:
    if outcome != Kind.UNCHANGED.value:
        yield from outcome_lines(run_id, outcome=outcome)
    if outcome in ("", Kind.UNCHANGED.value):
        yield from unchanged_lines(run_id)


def outcome_lines(run_id: int, *, outcome: str = "") -> Iterator[Line]:
    """Yield a line for each path that something happened to."""
    rows: QuerySet[Outcome] = Outcome.objects.filter(run_id=run_id).order_by("id")
    if outcome:
        rows = rows.filter(outcome=outcome)
    found = rows.iterator(chunk_size=_CHUNK)
    while chunk := list(islice(found, _CHUNK)):
        facts = FileFacts.objects.in_bulk([row.pk for row in chunk])
        for row in chunk:
            yield _of_row(row, facts.get(row.pk))


def _of_row(row: Outcome, facts: FileFacts | None) -> Line:
    return Line(
        path=row.subject,
        logical_path=facts.logical_path if facts else "",
        outcome=row.outcome,
        size=facts.size if facts else None,
        checksum=facts.checksum if facts else "",
        code=row.code,
        reason=row.reason,
        mtime_ns=(facts.mtime_ns or None) if facts else None,
        at=row.at,
        version=(facts.version or "") if facts else "",
    )


def unchanged_ranges(run_id: int) -> Iterator[UnchangedRange]:
    """Yield what the batches of a run found unchanged."""
    results = Batch.objects.filter(run_id=run_id).exclude(result=b"").order_by("pk").values_list("result", flat=True)
    for result in results.iterator(chunk_size=50):
        yield from unchanged.decode(bytes(result))


def unchanged_lines(run_id: int) -> Iterator[Line]:
    """Yield a line for each unchanged path, or one for a range that the snapshot cannot tell any more."""
    run = Run.objects.get(pk=run_id)
    definition = from_options(run.options)
    snapshots = assembly.snapshots_of(definition, run.job_id or 0)
    rules, source = assembly.rules_of(definition), assembly.source_of(definition).canonical
    for part in unchanged_ranges(run_id):
        yield from _spelled(part, snapshots, rules, source)


def _spelled(part: UnchangedRange, snapshots: Snapshots, rules: Rules, source: str) -> Iterator[Line]:
    if part.names:
        entries = snapshots.named(part.folder, part.names)
    else:
        entries = snapshots.find(part.folder, part.lo, part.fingerprint)
    kept = [entry for entry in entries if not entry.gone]
    if part.names and len(kept) != part.count:
        yield from (_by_name(join(part.folder, name), rules, source) for name in part.names)
        return
    if len(kept) != part.count:
        yield _stand_in(part)
        return
    for entry in kept:
        yield _of_entry(join(part.folder, entry.name), entry, rules, source)


def _of_entry(path: str, entry: Known, rules: Rules, source: str) -> Line:
    return replace(_by_name(path, rules, source), size=entry.size, checksum=entry.checksum, mtime_ns=entry.mtime_ns)


def _by_name(path: str, rules: Rules, source: str) -> Line:
    """Return the line for an unchanged file of which the snapshot says nothing."""
    try:
        target = rules.naming.logical_path(rules.destination, path, source_root=source).path
    except NameRefused:
        target = ""
    return Line(
        path=shown(path),
        logical_path=target,
        outcome=Kind.UNCHANGED.value,
        size=None,
        checksum="",
        code="",
        reason="",
        mtime_ns=None,
        at=None,
    )


def _stand_in(part: UnchangedRange) -> Line:
    return Line(
        path=shown(join(part.folder, "*") if part.folder else "*"),
        logical_path="",
        outcome=Kind.UNCHANGED.value,
        size=None,
        checksum="",
        code="RANGE",
        reason=f"{part.count} unchanged paths from {shown(part.lo.decode('utf-8', 'surrogateescape'))!r}: "
        "a later run has written over what was known of them",
        mtime_ns=None,
        at=None,
        count=part.count,
    )
