"""Where snapshots are kept: the engine's `SnapshotReader`, and the writes of the transaction that ends a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

from django.db.models import QuerySet, Sum

from lading.base.paths import from_bytes, join, name_of, parent, to_bytes
from lading.ingest.app.models import Segment as Row
from lading.ingest.engine import ages
from lading.ingest.engine.ages import Age
from lading.ingest.engine.snapshot import (
    NO_PROOF,
    Known,
    Segment,
    SegmentHead,
    as_plain,
    heads_for,
    merged,
    pack,
    unpack,
)
from lading.orchestration.ledger.clock import now
from lading.orchestration.ledger.rows import Value, insert

T = TypeVar("T")

#: of a segment's row, in the order of `Snapshots._row`
_COLUMNS = (
    "job",
    "folder_key",
    "lo",
    "parent_key",
    "count",
    "fingerprint",
    "gone",
    "digest",
    "templates",
    "compared_at",
    "unverified",
    "folder",
    "packed",
)


def folder_key(folder: str) -> bytes:
    """Return the 16 bytes under which a folder's segments are kept."""
    return blake2b(to_bytes(folder), digest_size=16).digest()


def _lots(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items in lots that any database takes in one statement."""
    return (items[start : start + 500] for start in range(0, len(items), 500))


class Snapshots:
    """The snapshot of one job, read under one digest of its options."""

    def __init__(self, job_id: int, digest: str, templates: str = "") -> None:
        self._job_id = job_id
        self._digest = digest
        #: of the templates that give objects their metadata; "" where there are none
        self._templates = templates
        #: the age of the folder whose heads were read last: it came with them
        self._last_age: tuple[str, Age] | None = None

    def heads(self, folder: str) -> list[SegmentHead]:
        """Return the heads of a folder in order; none where nothing is known under these options."""
        columns = ("lo", "count", "fingerprint", "gone", "digest", "templates", "compared_at", "unverified")
        rows = list(self._rows(folder).order_by("lo").values_list(*columns))
        self._last_age = (folder, ages.of_rows(folder_key(folder), [row[6:] for row in rows]))
        if not any(row[4] == self._digest for row in rows):
            return []
        return [
            SegmentHead(bytes(lo), count, bytes(fingerprint) if self._proves(digest, templates) else NO_PROOF, gone)
            for lo, count, fingerprint, gone, digest, templates, *_ in rows
        ]

    def age(self, folder: str) -> Age:
        """Return when the folder was last compared; costs nothing right after its heads were read."""
        if self._last_age is None or self._last_age[0] != folder:
            self.heads(folder)
        assert self._last_age is not None
        return self._last_age[1]

    def compared(self, folders: Iterable[str]) -> None:
        """Write that these folders were compared with the catalogue just now; call inside a transaction."""
        at = now()
        for keys in _lots([folder_key(folder) for folder in folders]):
            Row.objects.filter(job_id=self._job_id, folder_key__in=keys).update(compared_at=at)

    def segment(self, folder: str, lo: bytes) -> Segment:
        """Return one segment; empty where it was made under other options."""
        return self._believed(self._rows(folder).get(lo=lo))

    def children(self, folder: str) -> list[str]:
        """Return the names of the sub-folders that have a snapshot made under these options."""
        rows = Row.objects.filter(job_id=self._job_id, parent_key=folder_key(folder), digest=self._digest)
        return [name_of(from_bytes(bytes(path))) for path in rows.values_list("folder", flat=True)]

    def find(self, folder: str, lo: bytes, fingerprint: bytes) -> list[Known]:
        """Return the entries of one range; none if it is not what it was when it had this fingerprint."""
        row = self._rows(folder).filter(lo=lo, fingerprint=fingerprint).first()
        return unpack(self._believed(row)) if row is not None else []

    def named(self, folder: str, names: Iterable[str]) -> list[Known]:
        """Return what is known of some names of a folder, in order."""
        wanted = set(names)
        los = self._rows(folder).order_by("lo").values_list("lo", flat=True)
        touched = heads_for(wanted, [SegmentHead(bytes(lo), 0, b"") for lo in los])
        found = [entry for row in self._rows(folder).filter(lo__in=touched) for entry in unpack(self._believed(row))]
        return [entry for entry in found if entry.name in wanted]

    def tree(self, folder: str) -> Iterator[tuple[str, list[Known]]]:
        """Yield a folder and all folders below it with what is managed in each, parents first."""
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            rows = self._rows(path).order_by("lo")
            yield path, [entry for row in rows for entry in unpack(self._believed(row))]
            waiting += sorted((join(path, name) for name in self.children(path)), reverse=True)

    def managed(self) -> int:
        """Return how many objects the job manages, those included whose file vanished."""
        sums = Row.objects.filter(job_id=self._job_id, digest=self._digest).aggregate(
            live=Sum("count"), gone=Sum("gone")
        )
        return (sums["live"] or 0) + (sums["gone"] or 0)

    def entries(self, folder: str) -> int:
        """Return how many entries a folder is known to have had: files, those that vanished, and sub-folders."""
        rows = self._rows(folder).filter(digest=self._digest)
        sums = rows.aggregate(live=Sum("count"), gone=Sum("gone"))
        return (sums["live"] or 0) + (sums["gone"] or 0) + len(self.children(folder))

    def managed_in(self, folder: str) -> int:
        """Return how many objects the job manages in a folder and below."""
        return sum(len(entries) for _, entries in self.tree(folder))

    def change(self, changes: Mapping[str, Mapping[str, Known | None]], *, compared: bool) -> None:
        """
        Write what became of names, by folder; call inside the transaction that ends the batch.

        The number of statements grows with the segments that change, not with the folders or the files.
        """
        at = now()
        los = self._los(changes)
        written: list[tuple[Value, ...]] = []
        outdated: list[int] = []
        for folder, names in changes.items():
            touched = heads_for(names, [SegmentHead(lo, 0, b"") for lo in los.get(folder_key(folder), ())])
            found = list(self._rows(folder).filter(lo__in=touched).order_by("lo")) if touched else []
            rewrite = merged([self._believed(row) for row in found], names)
            replaced = {*rewrite.delete, *(segment.head.lo for segment in rewrite.write)}
            outdated += [row.pk for row in found if bytes(row.lo) in replaced]
            compared_at = at if compared or not found else min(row.compared_at for row in found)
            written += [self._row(folder, segment, compared_at) for segment in rewrite.write]
        for ids in _lots(outdated):
            Row.objects.filter(pk__in=ids).delete()
        insert(Row, _COLUMNS, written)

    def forget(self, folders: Sequence[str]) -> None:
        """Remove what is known of folders and of all below them; call inside the transaction that ends the batch."""
        keys = {folder_key(folder) for folder in folders}
        level = keys
        while level:
            below = (Row.objects.filter(job_id=self._job_id, parent_key__in=lot) for lot in _lots(sorted(level)))
            level = {bytes(key) for rows in below for key in rows.values_list("folder_key", flat=True)} - keys
            keys |= level
        for lot in _lots(sorted(keys)):
            Row.objects.filter(job_id=self._job_id, folder_key__in=lot).delete()

    def _los(self, folders: Iterable[str]) -> dict[bytes, list[bytes]]:
        """Return where the segments of some folders begin, in order, by folder key; folders without any are left out."""
        los: dict[bytes, list[bytes]] = defaultdict(list)
        for keys in _lots([folder_key(folder) for folder in folders]):
            rows = Row.objects.filter(job_id=self._job_id, folder_key__in=keys).order_by("folder_key", "lo")
            for key, lo in rows.values_list("folder_key", "lo"):
                los[bytes(key)].append(bytes(lo))
        return los

    def _rows(self, folder: str) -> QuerySet[Row]:
        return Row.objects.filter(job_id=self._job_id, folder_key=folder_key(folder))

    def _believed(self, row: Row) -> Segment:
        """Return the stored segment; an empty one where other options made it, so that nothing is taken on its word."""
        if row.digest != self._digest:
            return pack([], bytes(row.lo))
        segment = Segment(SegmentHead(bytes(row.lo), row.count, bytes(row.fingerprint)), bytes(row.packed))
        return segment if self._proves(row.digest, row.templates) else as_plain(segment)

    def _proves(self, digest: str, templates: str) -> bool:
        """Say whether a segment was made under these options, and with these metadata if there are any."""
        return digest == self._digest and self._templates in {"", templates}

    def _row(self, folder: str, segment: Segment, compared_at: float) -> tuple[Value, ...]:
        return (
            self._job_id,
            folder_key(folder),
            segment.head.lo,
            folder_key(parent(folder)) if folder and not segment.head.lo else None,
            segment.head.count,
            segment.head.fingerprint,
            segment.head.gone,
            self._digest,
            self._templates,
            compared_at,
            segment.unverified,
            to_bytes(folder),
            segment.packed,
        )
