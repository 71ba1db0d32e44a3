"""Where snapshots are kept: the engine's `SnapshotReader`, and the writes of the transaction that ends a batch."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from lading.base.paths import to_bytes
from lading.ingest.app.models import Segment as Row
from lading.ingest.engine.snapshot import Known, Segment, SegmentHead, heads_for, merged, pack
from lading.orchestration.ledger.clock import now

#: a fingerprint that no listing has: the segment was made under other options and proves nothing
_NO_PROOF = b"\x00" * 16


def folder_key(folder: str) -> bytes:
    """Return the 16 bytes under which a folder's segments are kept."""
    return blake2b(to_bytes(folder), digest_size=16).digest()


class Snapshots:
    """The snapshot of one job, read under one digest of its options."""

    def __init__(self, job_id: int, digest: str) -> None:
        self._job_id = job_id
        self._digest = digest

    def heads(self, folder: str) -> list[SegmentHead]:
        """Return the heads of a folder in order; none where nothing is known under these options."""
        rows = list(self._rows(folder).order_by("lo").values_list("lo", "count", "fingerprint", "digest"))
        if not any(digest == self._digest for *_, digest in rows):
            return []
        return [
            SegmentHead(bytes(lo), count, bytes(fingerprint) if digest == self._digest else _NO_PROOF)
            for lo, count, fingerprint, digest in rows
        ]

    def segment(self, folder: str, lo: bytes) -> Segment:
        """Return one segment; empty where it was made under other options."""
        return self._believed(self._rows(folder).get(lo=lo))

    def change(self, folder: str, changes: Mapping[str, Known | None], *, compared: bool) -> None:
        """Write what became of a folder's names; call inside the transaction that ends the batch."""
        rows = self._rows(folder)
        heads = [
            SegmentHead(bytes(lo), count, b"")
            for lo, count in rows.order_by("lo").values_list("lo", "count")
        ]
        touched = heads_for(changes, heads)
        found = list(rows.filter(lo__in=touched).order_by("lo"))
        rewrite = merged([self._believed(row) for row in found], changes)
        compared_at = now() if compared or not found else min(row.compared_at for row in found)
        rows.filter(lo__in=[*rewrite.delete, *(segment.head.lo for segment in rewrite.write)]).delete()
        Row.objects.bulk_create([self._row(folder, segment, compared_at) for segment in rewrite.write])

    def _rows(self, folder: str):  # noqa: ANN202 - a query set
        return Row.objects.filter(job_id=self._job_id, folder_key=folder_key(folder))

    def _believed(self, row: Row) -> Segment:
        """Return the stored segment; an empty one where other options made it, so that nothing is taken on its word."""
        if row.digest != self._digest:
            return pack([], bytes(row.lo))
        return Segment(SegmentHead(bytes(row.lo), row.count, bytes(row.fingerprint)), bytes(row.packed))

    def _row(self, folder: str, segment: Segment, compared_at: float) -> Row:
        return Row(
            job_id=self._job_id,
            folder_key=folder_key(folder),
            folder=to_bytes(folder),
            lo=segment.head.lo,
            count=segment.head.count,
            fingerprint=segment.head.fingerprint,
            digest=self._digest,
            compared_at=compared_at,
            packed=segment.packed,
        )

