"""The destination in memory keeps the contract."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lading.base.cancellation import Switch
from lading.ingest.engine.destinations.memory import MemoryDestination
from lading.ingest.engine.destinations.resources import Resource
from tests.contract.destinations.contract import DestinationContract


class MemoryPlace:
    """A fresh destination in memory."""

    def __init__(self) -> None:
        self.switch = Switch()
        self.destination = MemoryDestination(token=self.switch)
        self.collection = "/memory/home/rods"
        self.leaf = "memory"

    def stored_bytes(self, path: str) -> bytes:
        return self.destination.objects[path].data

    def damage(self, path: str, data: bytes) -> None:
        self.destination.objects[path] = replace(self.destination.objects[path], data=data)

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

    def resource(self, name: str, parent: int | None = None) -> str:
        rows = self.destination.resource_rows
        rows.append(Resource(id=len(rows) + 1, name=name, parent=parent))
        return name

    def hierarchy(self) -> tuple[str, str, str]:
        self.resource("top")
        number = len(self.destination.resource_rows)
        self.resource("middle", number)
        self.resource("low", number + 1)
        return "top", "middle", "low"


class TestMemoryDestination(DestinationContract):
    @pytest.fixture
    def place(self) -> MemoryPlace:
        return MemoryPlace()
