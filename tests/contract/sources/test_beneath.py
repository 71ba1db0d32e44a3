"""A source below an allowed folder keeps the contract, and no link that anybody puts anywhere leads out of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lading.base.errors import LadingError, NotAFile, SourceMissing, SourceVanished
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.beneath import BeneathSource, SourceNotAllowed
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.values import Kind
from tests.contract.sources.contract import FilesContract
from tests.contract.sources.test_filesystem import FolderTree, tree
from tests.swapping import swapping

__all__ = ["tree"]

SECRET = b"the bytes of somebody else"


class BeneathTree(FolderTree):
    """A tree some levels below the folder that may be read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.source = BeneathSource(root, root.parent.parent)


class TestBeneathSource(FilesContract):
    """A folder below an allowed one."""

    @pytest.fixture
    def tree(self, tree: FolderTree) -> BeneathTree:
        return BeneathTree(tree.root)


class TestBeneathItself(FilesContract):
    """The allowed folder itself."""

    @pytest.fixture
    def tree(self, tree: FolderTree) -> FolderTree:
        tree.source = BeneathSource(tree.root, tree.root)
        return tree


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    """Return an allowed folder with a source of three levels, beside a folder that is not allowed."""
    (tmp_path / "outside" / "deep").mkdir(parents=True)
    (tmp_path / "outside" / "deep" / "file").write_bytes(SECRET)
    (tmp_path / "outside" / "file").write_bytes(SECRET)
    (tmp_path / "allowed" / "source" / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "allowed" / "source" / "folder" / "deep" / "file").write_bytes(b"ours")
    (tmp_path / "allowed" / "source" / "folder" / "file").write_bytes(b"ours")
    return tmp_path / "allowed"


def tries(source: Source) -> list[Callable[[], object]]:
    """Return every way to look at what lies in a folder."""
    return [
        lambda: list(source.list("folder")),
        lambda: list(source.names("folder")),
        lambda: source.stat("folder/file"),
        lambda: source.open("folder/file"),
        lambda: source.owner("folder/file"),
        lambda: list(source.list("folder/deep")),
        lambda: source.open("folder/deep/file"),
    ]


def test_a_link_in_the_place_of_a_folder_leads_nowhere(allowed: Path) -> None:
    """It is as if the folder had vanished; nothing behind it is listed, looked at or opened."""
    source = BeneathSource(allowed / "source", allowed)
    shutil.rmtree(allowed / "source" / "folder")
    (allowed / "source" / "folder").symlink_to(allowed.parent / "outside")

    assert [(entry.name, entry.kind) for entry in source.list("")] == [("folder", Kind.LINK)]
    for attempt in tries(source):
        with pytest.raises(SourceVanished):
            attempt()


def test_a_link_in_the_place_of_a_file_is_not_opened(allowed: Path) -> None:
    """It is a link, which has no content."""
    (allowed / "source" / "folder" / "file").unlink()
    (allowed / "source" / "folder" / "file").symlink_to(allowed.parent / "outside" / "file")

    with pytest.raises(NotAFile):
        BeneathSource(allowed / "source", allowed).open("folder/file")


def test_a_link_on_the_way_to_the_root_stops_the_run(allowed: Path) -> None:
    """Whether it was there before or is put there later; the sentence says what to do."""
    source = BeneathSource(allowed / "source", allowed)
    (allowed / "source").rename(allowed / "elsewhere")
    (allowed / "source").symlink_to(allowed.parent / "outside")

    for attempt in (source.marker, lambda: list(source.list("")), *tries(source)):
        with pytest.raises(SourceNotAllowed, match="Name the folder itself"):
            attempt()
    with pytest.raises(SourceNotAllowed):
        BeneathSource(allowed / "source" / "deep", allowed).marker()


def test_the_allowed_folder_may_be_a_link(allowed: Path) -> None:
    """Whoever administers the host named it."""
    (allowed.parent / "link").symlink_to(allowed)
    source = BeneathSource(allowed.parent / "link" / "source", allowed.parent / "link")

    assert source.canonical == FilesystemSource(allowed / "source").canonical
    assert source.marker() == FilesystemSource(allowed / "source").marker()
    with source.open("folder/file") as opened:
        assert opened.read() == b"ours"


def test_one_file_is_a_source(allowed: Path) -> None:
    """And a link to one is none."""
    source = BeneathSource(allowed / "source" / "folder" / "file", allowed)

    assert [(entry.name, entry.size) for entry in source.list("")] == [("file", 4)]
    assert source.marker() == FilesystemSource(allowed / "source" / "folder" / "file").marker()
    with source.open("file") as opened:
        assert opened.read() == b"ours"
    (allowed / "link").symlink_to(allowed.parent / "outside" / "file")
    with pytest.raises((SourceMissing, SourceNotAllowed)):
        list(BeneathSource(allowed / "link", allowed).list(""))


@pytest.mark.parametrize(
    "path", ["..", "../outside/file", "folder/../../outside/file", "folder//file", "/etc/passwd", "./folder"]
)
def test_no_path_leads_upwards(allowed: Path, path: str) -> None:
    """Whoever wrote it into the ledger."""
    source = BeneathSource(allowed / "source", allowed)

    for attempt in (source.stat, source.open, source.owner, lambda path: list(source.list(path))):
        with pytest.raises(SourceVanished):
            attempt(path)


def contents(source: Source) -> Iterator[bytes]:
    """Yield what can be read of both files; what is refused is left out."""
    for path in ("folder/file", "folder/deep/file"):
        try:
            with source.open(path) as opened:
                yield opened.read()
        except LadingError:
            pass


@pytest.mark.parametrize(("swapped", "outside"), [("source/folder", "outside"), ("source", "outside-too")])
def test_a_link_that_is_swapped_in_while_a_run_reads_leads_nowhere(allowed: Path, swapped: str, outside: str) -> None:
    """Thousands of reads against a thread that swaps; a source that goes by path is led astray by it."""
    (allowed.parent / "outside-too").mkdir()
    (allowed.parent / "outside-too" / "folder").symlink_to(allowed.parent / "outside")
    beneath, by_path = BeneathSource(allowed / "source", allowed), FilesystemSource(allowed / "source")
    read: set[bytes] = set()
    astray = 0
    with swapping(allowed / swapped, allowed.parent / outside, (allowed / swapped).parent):
        for _ in range(5_000):
            read.update(contents(beneath))
            astray += SECRET in contents(by_path)

    assert read == {b"ours"}
    assert astray, "the race was never on: the test proves nothing"
    assert len(list(Path("/proc/self/fd").iterdir())) < 200, "descriptors are left open"
