"""How much is done, and how long the rest takes."""

from __future__ import annotations

import pytest

from lading.web.console.rates import Amount, seconds_left, share


def amount(files: float, size: float) -> Amount:
    """Return files and bytes."""
    return Amount(files=files, bytes=size)


@pytest.mark.parametrize(
    ("done", "planned", "expected"),
    [
        ((0, 0), (0, 0), 0.0),
        ((5, 0), (10, 0), 0.5),
        ((10, 30), (10, 100), 0.3),
        ((2, 100), (10, 100), 0.2),
        ((12, 130), (10, 100), 1.0),
    ],
)
def test_the_share_is_that_of_the_bytes_and_never_more_than_that_of_the_files(
    done: tuple[int, int], planned: tuple[int, int], expected: float
) -> None:
    """The table of `share`."""
    assert share(amount(*done), amount(*planned)) == expected


@pytest.mark.parametrize(
    ("done", "planned", "rate", "expected"),
    [
        ((0, 0), (0, 0), (1, 1), None),  # nothing is planned yet
        ((0, 0), (10, 100), (0, 0), None),  # nothing moves
        ((10, 100), (10, 100), (0, 0), 0.0),
        ((5, 50), (10, 100), (1, 50), 5.0),  # files take longer
        ((5, 50), (10, 100), (5, 5), 10.0),  # bytes do
        ((5, 0), (10, 100), (1, 0), 5.0),  # empty files so far
    ],
)
def test_the_rest_takes_as_long_as_the_slower_of_files_and_bytes(
    done: tuple[int, int], planned: tuple[int, int], rate: tuple[int, int], expected: float | None
) -> None:
    """None where nobody can say."""
    assert seconds_left(amount(*done), amount(*planned), amount(*rate)) == expected


def test_a_rate_over_no_time_is_none() -> None:
    """Instead of a division by zero."""
    assert not amount(5, 5).per(0).is_something
