"""A zone keeps the contract of destinations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lading.ingest.engine.destinations.irods import PutCall, TransferSettings
from lading.zone.testing import RunningZone, zone_process
from tests.contract.destinations.contract import DestinationContract
from tests.contract.destinations.zone_place import ZonePlace


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


class TestIrodsDestination(DestinationContract):
    @pytest.fixture
    def place(self, zone: RunningZone) -> ZonePlace:
        return ZonePlace(zone)


class TestIrodsDestinationThatOpensAndCloses(DestinationContract):
    """The slower way keeps the same promises: a look, an open, what it made, a write, a close, the checksum, the AVUs."""

    put_requests = 7

    @pytest.fixture
    def place(self, zone: RunningZone) -> ZonePlace:
        settings = TransferSettings(put_call=PutCall.OPEN_WRITE_CLOSE, chunk_bytes=1 << 20, read_timeout=30.0)
        return ZonePlace(zone, settings)
