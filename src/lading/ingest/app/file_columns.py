"""What an outcome says beside its own columns because its subject is a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lading.ingest.app.models import FileFacts
from lading.orchestration.ledger.rows import insert
from lading.orchestration.models import outcome_id


class FileColumns(NamedTuple):
    """One row but for its key; sizes in bytes."""

    logical_path: str
    size: int
    checksum: str = ""
    mtime_ns: int = 0
    #: of an object: which one of its versions was read
    version: str = ""


def record(batch_id: int, files: Iterable[FileColumns]) -> None:
    """Write the columns of a batch's outcomes, in their order. Call inside the transaction that ends the batch."""
    keyed = ((outcome_id(batch_id, position), *file) for position, file in enumerate(files))
    insert(FileFacts, ("id", *FileColumns._fields), keyed)


def replace(row_id: int, file: FileColumns) -> None:
    """Write the columns of one outcome anew."""
    FileFacts(pk=row_id, **file._asdict()).save()
