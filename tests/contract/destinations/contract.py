"""What every destination promises, as a suite of tests with one fixture."""

from __future__ import annotations

from tests.contract.destinations.contract_bundles import BundlesContract
from tests.contract.destinations.contract_decorating import DecoratingContract
from tests.contract.destinations.contract_growth import GrowthContract
from tests.contract.destinations.contract_objects import ObjectsContract
from tests.contract.destinations.contract_registrations import RegistrationsContract
from tests.contract.destinations.contract_removal import RemovalContract
from tests.contract.destinations.contract_sessions import SessionsContract
from tests.contract.destinations.contract_streams import StreamsContract


class DestinationContract(
    ObjectsContract,
    RemovalContract,
    BundlesContract,
    StreamsContract,
    GrowthContract,
    RegistrationsContract,
    SessionsContract,
    DecoratingContract,
):
    """Derive from it and give it a fixture `place`."""
