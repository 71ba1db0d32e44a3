"""The fixture `irods_zone`: a zone of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lading.zone.testing import RunningZone, running_zone

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def irods_zone() -> Iterator[RunningZone]:
    """Return a fresh zone, running in this process."""
    with running_zone() as zone:
        yield zone
