"""What one batch reports while it works."""

from __future__ import annotations

from lading.base.events import BytesMoved, FileDone
from lading.orchestration.progress import Meter


def test_files_and_bytes_are_counted() -> None:
    """Small files come with all their bytes at once."""
    meter = Meter(1, 2)
    meter(FileDone(path="a", bytes=5))
    meter(FileDone(path="b", bytes=0))

    assert (2, 5) == (meter.files, meter.bytes)


def test_a_large_file_is_counted_while_it_moves_and_once() -> None:
    """Its pieces are not added again when it is done, even if some of them were sent twice."""
    meter = Meter(1, 2)
    for _ in range(3):
        meter(BytesMoved(path="large", bytes=10))
    assert (0, 30) == (meter.files, meter.bytes)
    meter(FileDone(path="large", bytes=20))

    assert (1, 20) == (meter.files, meter.bytes)
