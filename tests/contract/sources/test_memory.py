"""The source in memory keeps the contract."""

from __future__ import annotations

import pytest

from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Kind
from tests.contract.sources.contract import FilesContract


class MemoryTree:
    """A tree in memory."""

    def __init__(self, source: MemorySource) -> None:
        self.source = source
        self.write, self.remove, self.deny = source.write, source.remove, source.deny

    def link(self, path: str) -> None:
        self.source.add(path, Kind.LINK)

    def pipe(self, path: str) -> None:
        self.source.add(path, Kind.OTHER)


class TestMemorySource(FilesContract):
    """Unordered."""

    @pytest.fixture
    def tree(self) -> MemoryTree:
        return MemoryTree(MemorySource())


class TestOrderedMemorySource(FilesContract):
    """As an object store lists."""

    @pytest.fixture
    def tree(self) -> MemoryTree:
        return MemoryTree(MemorySource(ordered=True))
