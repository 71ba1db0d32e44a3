"""A running zone and places in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lading.ingest.engine.destinations.irods import TransferSettings
from lading.zone.testing import RunningZone, zone_process
from tests.contract.destinations.zone_place import ZonePlace


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def calm(zone: RunningZone) -> Iterator[RunningZone]:
    """The zone; faults that a test orders end with it."""
    yield zone
    zone.control.clear()


@pytest.fixture
def make_place(calm: RunningZone) -> Iterator[Callable[..., ZonePlace]]:
    """Make a fresh collection, with settings of the test's own."""
    made: list[ZonePlace] = []

    def make(settings: TransferSettings | None = None, slots: int = 8) -> ZonePlace:
        made.append(ZonePlace(calm, settings, slots))
        return made[-1]

    yield make
    for place in made:
        place.destination.close()


@pytest.fixture
def place(make_place: Callable[..., ZonePlace]) -> ZonePlace:
    return make_place()
