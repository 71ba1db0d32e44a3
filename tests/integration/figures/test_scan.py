"""What a scan asks of the filesystem when it goes on in a folder too large for one batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lading.ingest.engine.ordered import ordered
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.values import Entry


class Counting(FilesystemSource):
    """A folder that counts how many of its entries were looked at."""

    looked_at = 0

    def list(self, folder: str, after: str = "") -> Iterator[Entry]:
        """Count each listed entry: listing looks at all."""
        for entry in super().list(folder, after):
            self.looked_at += 1
            yield entry

    def stat(self, path: str) -> Entry:
        """Count the entry."""
        self.looked_at += 1
        return super().stat(path)


def test_going_on_in_a_folder_looks_at_nothing_that_was_done(tmp_path: Path) -> None:
    """Only the 10 entries after the last one are looked at, or a million entries would be looked at in every batch."""
    for number in range(100):
        (tmp_path / f"{number:02d}").touch()
    source = Counting(tmp_path)
    left = [entry.name for entry in ordered(source, "", after="89")]

    assert [f"{number}" for number in range(90, 100)] == left
    assert source.looked_at == 10
