"""Sizes and durations as people write them."""

from __future__ import annotations

import pytest

from lading.base import quantities


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("10B", 10),
        ("1K", 1024),
        ("1k", 1024),
        ("1.5MiB", 1572864),
        ("2 GB", 2147483648),
        ("1T", 1024**4),
        ("1P", 1024**5),
    ],
)
def test_sizes_are_powers_of_1024(text: str, size: int) -> None:
    """As rclone has them."""
    assert size == quantities.size(text)


@pytest.mark.parametrize("text", ["10", "", "K", "-1K", "1X", "1KK"])
def test_a_number_without_a_unit_is_no_size(text: str) -> None:
    """Tools disagree on what it means."""
    with pytest.raises(ValueError, match="no size"):
        quantities.size(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1.5", 1.5),
        ("500ms", 0.5),
        ("90s", 90),
        ("1h30m", 5400),
        ("2d", 172_800),
        ("1w", 604_800),
        ("1M", 2_592_000),
        ("1y", 31_536_000),
    ],
)
def test_durations_may_be_put_together(text: str, seconds: float) -> None:
    """A small m is a minute, a large one a month of 30 days."""
    assert seconds == quantities.seconds(text)


@pytest.mark.parametrize("text", ["", "m", "1x", "1h 30m", "-5s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """With an example of what would be."""
    with pytest.raises(ValueError, match="90s"):
        quantities.seconds(text)
