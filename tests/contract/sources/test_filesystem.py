"""The filesystem as a source keeps the contract, and some things that only a filesystem has."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.errors import NotAFile, SourceMissing, SourceUnreadable, SourceVanished
from lading.base.paths import from_bytes
from lading.ingest.engine import reading
from lading.ingest.engine.sources.filesystem import FilesystemSource
from tests.contract.sources.contract import FilesContract

_NOBODY = 65534


class FolderTree:
    """A tree in a real folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = FilesystemSource(root)

    def write(self, path: str, data: bytes) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(data)

    def link(self, path: str) -> None:
        (self.root / path).symlink_to("a")

    def pipe(self, path: str) -> None:
        os.mkfifo(self.root / path)

    def deny(self, path: str) -> None:
        (self.root / path).chmod(0)

    def remove(self, path: str) -> None:
        shutil.rmtree(self.root / path)


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Be nobody for a while, since no permission stops the superuser."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def reopen(root: Path) -> None:
    if root.exists():
        root.chmod(0o700)


@pytest.fixture
def tree() -> Iterator[FolderTree]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(without_privileges())
        made = tempfile.mkdtemp()
        stack.callback(shutil.rmtree, made, ignore_errors=True)
        stack.callback(os.chmod, made, 0o700)
        root = Path(made, "root")
        root.mkdir()
        stack.callback(reopen, root)
        yield FolderTree(root)


class TestFilesystemSource(FilesContract):
    """A folder."""


def test_a_name_that_is_not_utf8_comes_as_it_is(tree: FolderTree) -> None:
    """Each byte that is no UTF-8 is a lone surrogate, and the file can be read by that name."""
    raw = b"caf\xe9 \n\x80"
    Path(from_bytes(os.fsencode(tree.root) + b"/" + raw)).write_bytes(b"content")

    (entry,) = tree.source.list("")

    assert entry.name == from_bytes(raw)
    with tree.source.open(entry.name) as opened:
        assert opened.read() == b"content"


def test_a_socket_is_no_file(tree: FolderTree) -> None:
    """It is refused as a pipe is."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tree.root / "socket"))

        with pytest.raises(NotAFile):
            tree.source.open("socket")


def test_children_that_vanish_while_they_are_listed_are_left_out(tree: FolderTree) -> None:
    """The listing goes on behind them."""
    for number in range(100):
        tree.write(f"{number:03}", b"")
    listing = tree.source.list("")
    first = next(listing)
    for number in range(0, 100, 2):
        (tree.root / f"{number:03}").unlink(missing_ok=True)

    names = {first.name, *(entry.name for entry in listing)}

    assert names - {first.name} == {f"{number:03}" for number in range(1, 100, 2)} - {first.name}


def test_a_folder_whose_children_may_not_be_looked_at_is_unreadable(tree: FolderTree) -> None:
    """Its names can be listed, which is not enough; nothing is taken for vanished."""
    tree.write("folder/a", b"")
    (tree.root / "folder").chmod(0o400)

    assert list(tree.source.names("folder")) == ["a"]
    with pytest.raises(SourceUnreadable, match="folder"):
        list(tree.source.list("folder"))
    (tree.root / "folder").chmod(0o700)


def test_a_file_as_root_is_a_tree_of_that_file(tree: FolderTree) -> None:
    """It is listed, looked at and read by its name."""
    tree.write("data/one.bin", b"1")
    source = FilesystemSource(tree.root / "data" / "one.bin")

    (entry,) = source.list("")

    assert (entry.name, list(source.names(""))) == ("one.bin", ["one.bin"])
    assert source.stat("one.bin") == entry
    assert source.physical_path("one.bin") == os.path.realpath(tree.root / "data" / "one.bin")
    with source.open("one.bin") as opened:
        assert opened.read() == b"1"


def test_a_file_as_root_has_nothing_else(tree: FolderTree) -> None:
    """Neither folders nor other files."""
    tree.write("one.bin", b"1")
    tree.write("two.bin", b"2")
    source = FilesystemSource(tree.root / "one.bin")

    with pytest.raises(SourceVanished):
        list(source.list("folder"))
    with pytest.raises(SourceVanished):
        source.stat("two.bin")


def test_a_file_as_root_that_is_gone_is_missing(tree: FolderTree) -> None:
    """The run cannot go on without its source."""
    tree.write("one.bin", b"1")
    source = FilesystemSource(tree.root / "one.bin")
    (tree.root / "one.bin").unlink()

    with pytest.raises(SourceMissing, match="is not there"):
        list(source.list(""))


def test_a_root_below_a_file_is_not_a_folder(tree: FolderTree) -> None:
    """The sentence says so."""
    tree.write("one.bin", b"1")

    with pytest.raises(SourceMissing, match="is not a folder"):
        list(FilesystemSource(tree.root / "one.bin" / "deeper").list(""))


def test_a_root_that_never_was_is_missing(tree: FolderTree) -> None:
    """With a hint at the usual reason."""
    with pytest.raises(SourceMissing, match="mounted"):
        list(FilesystemSource(tree.root / "nowhere").list(""))


def test_one_tree_has_one_canonical_name(tree: FolderTree) -> None:
    """Whichever link leads to it."""
    (tree.root.parent / "link").symlink_to(tree.root)

    assert FilesystemSource(tree.root.parent / "link").canonical == tree.source.canonical


def test_the_filesystem_root_has_paths_with_one_slash() -> None:
    """`/` is a folder like any other."""
    assert FilesystemSource(Path("/")).physical_path("tmp") == "/tmp"


def test_fault_36_a_sparse_file_is_read_in_constant_memory(tree: FolderTree) -> None:
    """A hole of 256 MiB is zeros that nobody keeps."""
    tree.write("sparse", b"")
    os.truncate(tree.root / "sparse", 256 * 1024 * 1024)
    entry = tree.source.stat("sparse")
    tracemalloc.start()
    try:
        found = reading.checksum_of(tree.source, "sparse", entry, "md5")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert "1f5039e50bd66b290c56684d8550c6c2" == found
    assert most < 4 * reading.CHUNK


def test_a_file_has_an_owner(tree: FolderTree) -> None:
    """By its login name on this host; what is not there has none."""
    tree.write("file", b"")

    assert pwd.getpwuid(os.geteuid()).pw_name == tree.source.owner("file")
    with pytest.raises(SourceVanished):
        tree.source.owner("missing")
