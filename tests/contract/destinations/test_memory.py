"""The destination in memory keeps the contract."""

from __future__ import annotations

import pytest

from lading.base.cancellation import Switch
from lading.ingest.engine.destinations.memory import MemoryDestination
from tests.contract.destinations.contract import DestinationContract


class MemoryPlace:
    """A fresh destination in memory."""

    def __init__(self) -> None:
        self.switch = Switch()
        self.destination = MemoryDestination(token=self.switch)
        self.collection = "/memory/home/rods"

    def stored_bytes(self, path: str) -> bytes:
        return self.destination.objects[path].data

    def avus(self, path: str) -> set[tuple[str, str, str]]:
        return set(self.destination.objects[path].avus)

    def acls(self, path: str) -> set[tuple[str, str]]:
        return set(self.destination.objects[path].acls)

    def owner(self, path: str) -> str:
        return self.destination.objects[path].owner

    def another_user(self) -> str:
        return "alice"

    def file_on_resource(self, name: str, data: bytes) -> str:
        return f"/landing/{name}/{len(data)}"


class TestMemoryDestination(DestinationContract):
    @pytest.fixture
    def place(self) -> MemoryPlace:
        return MemoryPlace()
