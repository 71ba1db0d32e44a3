"""A zone keeps the contract of destinations over TLS as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lading.zone.testing import RunningZone, zone_process
from tests.certificates import Authority
from tests.contract.destinations.contract import DestinationContract
from tests.contract.destinations.zone_place import ZonePlace
from tests.integration.irods.trusted import Trust


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningZone]:
    trust = Trust(Authority.make(tmp_path_factory.mktemp("trust") / "ca"))
    with zone_process(settings=trust.settings()) as running:
        yield running


class TestIrodsDestinationOverTls(DestinationContract):
    """Small files, large ones in parallel ranges, listings, bulk calls."""

    @pytest.fixture
    def place(self, zone: RunningZone) -> ZonePlace:
        return ZonePlace(zone)
