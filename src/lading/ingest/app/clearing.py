"""
A clearing batch: source files go once their objects are verified in the catalogue.

It looks at what one batch of the run brought or found unchanged. The path keeps its one outcome, which gets a code that
says what became of the file at the source. An unchanged path has no row until then; it gets one here, and the batch that
counted it counts one less, so that the counts still sum. The snapshot forgets what went: nothing that a later run does not
find is a deletion.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from lading.base.errors import SkipFile, SourceChanged, SourceVanished
from lading.base.outcomes import Outcome as Kind
from lading.base.paths import hidden, join, name_of, parent, shown, upwards
from lading.ingest.app import context, file_columns, landing_options, unchanged
from lading.ingest.app.clearing_codes import CHANGED, CLEARED, MOVED, NOT_VERIFIED, REFUSED, WENT
from lading.ingest.app.context import Context
from lading.ingest.app.file_columns import FileColumns
from lading.ingest.app.models import FileFacts
from lading.ingest.app.reaching import reaching
from lading.ingest.app.unchanged import UnchangedRange
from lading.ingest.engine import reading
from lading.ingest.engine.clearing import After, EmptyFolders, Verdict, verdict
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.sources.clearing import Clearable, FilesystemClearing
from lading.ingest.engine.values import Entry, Listed
from lading.orchestration.kinds import Ending, NewOutcome
from lading.orchestration.ledger import tallies
from lading.orchestration.ledger.claims import Claim
from lading.orchestration.models import Batch, Outcome, outcome_id
from lading.orchestration.progress import Meter

_WORDS = {
    Verdict.GONE: (CLEARED, "it was gone already"),
    Verdict.CHANGED: (CHANGED, "it is not what was sent"),
    Verdict.NOT_VERIFIED: (NOT_VERIFIED, "the catalogue does not have it as it was sent"),
}
_WRITTEN = (Kind.CREATED.value, Kind.UPDATED.value)
#: files that the catalogue is asked for at once, right before they go
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file that may go."""

    folder: str
    #: where its object is
    logical_path: str
    known: Known
    #: the row of its outcome; None for an unchanged file, which has none
    row_id: int | None

    @property
    def path(self) -> str:
        return join(self.folder, self.known.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What became of one file."""

    file: _File
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What a batch did."""

    #: the batch whose files they are
    source_batch: int
    #: what it found unchanged and nobody could spell out
    left: Sequence[UnchangedRange]
    answers: Sequence[_Answer]
    #: folders
    removed: Sequence[str]

    @property
    def without_row(self) -> list[_Answer]:
        """The answers for files that were unchanged."""
        return [answer for answer in self.answers if answer.file.row_id is None]


@reaching
def clear_batch(held: Claim, _meter: Meter) -> Ending:
    """Clear away what one batch brought or found unchanged; a second time finds it gone."""
    of = context.of(held)
    landing_options.refuse_nested(of.definition)
    source_batch = Batch.objects.get(pk=int(held.payload))
    left, files = _unchanged(source_batch, of)
    clearing = _Clearing(of)
    answers = list(clearing.run([*_written(source_batch.pk, of), *files]))
    removed = list(clearing.remove_empty(answers))
    done = _Done(source_batch=source_batch.pk, left=left, answers=answers, removed=removed)
    return Ending(
        outcomes=[_outcome(answer) for answer in done.without_row],
        counts={"requests": of.destination.requests()},
        also=lambda batch_id: _record(batch_id, done, of),
    )


# --- what may go ---------------------------------------------------------------------------------------------------


def _written(batch_id: int, of: Context) -> Iterator[_File]:
    """Yield what the batch sent."""
    rows = Outcome.objects.filter(
        id__gte=outcome_id(batch_id, 0), id__lt=outcome_id(batch_id + 1, 0), outcome__in=_WRITTEN
    )
    by_folder: dict[str, dict[str, int]] = defaultdict(dict)
    for row_id, subject in rows.values_list("id", "subject"):
        path = hidden(subject)
        by_folder[parent(path)][name_of(path)] = row_id
    for folder, names in by_folder.items():
        facts = FileFacts.objects.in_bulk(list(names.values()))
        for known in of.snapshots.named(folder, names):
            row_id = names[known.name]
            logical = hidden(facts[row_id].logical_path)
            yield _File(folder=folder, logical_path=logical, known=known, row_id=row_id)


def _unchanged(batch: Batch, of: Context) -> tuple[list[UnchangedRange], list[_File]]:
    """Return the files that the batch found unchanged, and the ranges that cannot be spelled out any more."""
    left: list[UnchangedRange] = []
    files: list[_File] = []
    for part in unchanged.decode(bytes(batch.result)):
        named = of.snapshots.named(part.folder, part.names) if part.names else None
        found = named if named is not None else of.snapshots.find(part.folder, part.lo, part.fingerprint)
        live = [known for known in found if not known.gone]
        if len(live) == part.count:
            files += [
                _File(folder=part.folder, logical_path=_logical(part.folder, known, of), known=known, row_id=None)
                for known in live
            ]
        else:
            left.append(part)
    return left, files


def _logical(folder: str, known: Known, of: Context) -> str:
    rules, path = of.rules, join(folder, known.name)
    return rules.naming.logical_path(rules.destination, path, source_root=of.source.canonical).path


# --- letting it go -------------------------------------------------------------------------------------------------


class _Clearing:
    """The files of one batch, cleared away."""

    def __init__(self, of: Context) -> None:
        self._of = of
        archive = of.definition.after_folder
        self._clearing: Clearable = FilesystemClearing(
            of.place(of.definition.source), of.place(archive) if archive else None, attempt=of.held.fence
        )

    def run(self, files: Iterable[_File]) -> Iterator[_Answer]:
        """Yield what became of each file; the catalogue is asked right before."""
        by_collection: dict[str, list[_File]] = defaultdict(list)
        for file in files:
            by_collection[parent(file.logical_path)].append(file)
        for collection, ones in by_collection.items():
            waiting = iter(ones)
            while lot := list(islice(waiting, _AT_ONCE)):
                yield from self._lot(collection, lot)

    def _lot(self, collection: str, files: Sequence[_File]) -> Iterator[_Answer]:
        names = {name_of(file.logical_path): file for file in files}
        with self._of.destination.session() as session:
            found = session.find_objects(collection, names)
        for name, file in names.items():
            self._of.held.lease.check()
            code, reason = self._one(file, found.get(name))
            yield _Answer(file=file, code=code, reason=reason)

    def _one(self, file: _File, listed: Listed | None) -> tuple[str, str]:
        """Return code and reason for one file."""
        if self._of.held.fence > 1:
            self._clearing.restore(file.path)
        try:
            return self._judged(file, listed)
        except SourceVanished:
            return _WORDS[Verdict.GONE]
        except SourceChanged as error:
            return CHANGED, str(error)
        except SkipFile as error:
            return REFUSED, str(error)

    def _judged(self, file: _File, listed: Listed | None) -> tuple[str, str]:
        """Let the file go if it may; raise what is in the way of that."""
        now = self._now(file)
        answer = verdict(file.known, listed, now, sent=file.row_id is not None)
        if answer in _WORDS or now is None or listed is None:
            return _WORDS[answer]
        if answer is Verdict.READ and not self._reads_as(listed, file, now):
            return CHANGED, "its bytes are not those of the object"
        if self._of.definition.after is After.MOVE:
            return MOVED, self._moved_to(file.path, self._clearing.move(file.path, now))
        self._clearing.delete(file.path, now)
        return CLEARED, ""

    def _moved_to(self, path: str, place: str) -> str:
        """Say where a file is now if its name was taken there."""
        return "" if place == join(self._of.definition.after_folder or "", path) else f"it is {shown(place)} now"

    def _now(self, file: _File) -> Entry | None:
        with suppress(SourceVanished):
            return self._of.source.stat(file.path)
        return None

    def _reads_as(self, listed: Listed, file: _File, now: Entry) -> bool:
        """Read the file and say whether it is the object."""
        name = reading.hash_of(listed.checksum)
        return reading.checksum_of(self._of.source, file.path, now, name) == listed.checksum

    def remove_empty(self, answers: Iterable[_Answer]) -> Iterator[str]:
        """Remove the folders that are empty now, deepest first, never the root; yield those that went."""
        if self._of.definition.after_empty_folders is EmptyFolders.KEEP:
            return
        folders = {answer.file.folder for answer in answers if answer.code in WENT}
        for folder in sorted(folders, key=lambda path: -path.count("/")):
            for place in upwards(folder):
                if not self._clearing.remove_folder(place):
                    break
                yield place


# --- in the transaction that ends the batch ------------------------------------------------------------------------


def _outcome(answer: _Answer) -> NewOutcome:
    return NewOutcome(subject=shown(answer.file.path), outcome=Kind.UNCHANGED, code=answer.code, reason=answer.reason)


def _record(batch_id: int, done: _Done, of: Context) -> None:
    """Let rows, tallies and snapshot say what went."""
    file_columns.record(batch_id, map(_columns, done.without_row))
    if done.without_row:
        left = sum(part.count for part in done.left)
        tallies.correct(done.source_batch, unchanged=left, result=unchanged.encode(done.left))
    _tell(done.answers)
    changes: dict[str, dict[str, Known | None]] = defaultdict(dict)
    for answer in done.answers:
        if answer.code in WENT:
            changes[answer.file.folder][answer.file.known.name] = None
    of.snapshots.change(changes, compared=False)
    of.snapshots.forget(done.removed)


def _tell(answers: Iterable[_Answer]) -> None:
    """Write the codes into the rows that are there, in few statements."""
    rows = [Outcome(pk=a.file.row_id, code=a.code, reason=a.reason) for a in answers if a.file.row_id is not None]
    Outcome.objects.bulk_update(rows, ["code", "reason"], batch_size=200)


def _columns(answer: _Answer) -> FileColumns:
    known = answer.file.known
    return FileColumns(
        logical_path=shown(answer.file.logical_path),
        size=max(known.size, 0),
        checksum=known.checksum,
        mtime_ns=known.mtime_ns,
    )
