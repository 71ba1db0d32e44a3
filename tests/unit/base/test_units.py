"""Numbers as people read them."""

from __future__ import annotations

import pytest

from lading.base import units


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.000 KiB"), (1.5 * 1024**3, "1.500 GiB"), (3 * 1024**6, "3072.000 PiB")],
)
def test_sizes_are_rclones(count: float, text: str) -> None:
    """Binary units, three digits behind the point."""
    assert text == units.size(count)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0s"), (9.94, "9.9s"), (59.6, "1m"), (61, "1m 1s"), (3600, "1h"), (3725, "1h 2m"), (90_061, "1d 1h")],
)
def test_durations_show_two_parts_at_most(seconds: float, text: str) -> None:
    """The rest does not matter to who waits."""
    assert text == units.duration(seconds)


def test_counts_agree_with_their_noun() -> None:
    """One batch, two batches, a thousand with a comma."""
    assert "1 batch" == units.count(1, "batch", "batches")
    assert "2 batches" == units.count(2, "batch", "batches")
    assert "1,000 files" == units.count(1000, "file")


def test_no_time_is_a_dash() -> None:
    """What has not happened has no time."""
    assert "-" == units.moment(None)
