"""The rules of a job."""

from __future__ import annotations

import pytest

from lading.ingest.engine.filters import Filters
from lading.ingest.engine.rules import Adopt, Rules, Touched
from lading.ingest.engine.values import Operation

BASE = Rules(destination="/z", resource="a")


@pytest.mark.parametrize(
    "other",
    [
        Rules(destination="/z", resource="b"),
        Rules(destination="/z", resource="a", operation=Operation.PUT),
        Rules(destination="/z", resource="a", filters=Filters(exclude=("x",))),
    ],
)
def test_what_makes_a_snapshot_worthless_changes_the_digest(other: Rules) -> None:
    """Operation, resource, filters."""
    assert other.digest != BASE.digest


@pytest.mark.parametrize(
    "other",
    [
        Rules(destination="/z", resource="a", touched=Touched.IGNORE, adopt=Adopt.NEVER),
        Rules(destination="/z", resource="a", batch_files=1, one_call_limit=1, part_entries=1),
    ],
)
def test_how_the_work_is_done_does_not(other: Rules) -> None:
    """The snapshot holds under other policies and bounds."""
    assert other.digest == BASE.digest
