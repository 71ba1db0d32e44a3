from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.zone.desk import Desk, Seat


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a fresh zone that does not listen."""
    desk = Desk(tmp_path / "zone")
    yield desk
    desk.catalog.close()


@pytest.fixture
def rods(desk: Desk) -> Seat:
    """Return a connection of the administrator."""
    return desk.seat()
