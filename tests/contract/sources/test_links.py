"""A filesystem whose links mean something keeps the contract of a source; and what each link brings."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.errors import NotAFile, SourceVanished
from lading.ingest.engine.labels import avus_of
from lading.ingest.engine.ordered import ordered
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.sources.links import LinkedSource, Meaning
from lading.ingest.engine.values import Entry, Kind
from tests.contract.sources.contract import FilesContract
from tests.contract.sources.test_filesystem import FolderTree
from tests.contract.sources.test_filesystem import tree as plain_tree

__all__ = ["plain_tree"]


class TestNoMeaning(FilesContract):
    """Where links mean nothing the source is the tree itself."""

    @pytest.fixture
    def tree(self, plain_tree: FolderTree) -> FolderTree:
        """Return a tree seen through a source for links."""
        plain_tree.source = linked(plain_tree.root, Meaning.NOTHING)  # type: ignore[assignment]
        return plain_tree


def linked(root: Path, meaning: Meaning, *, sockets: bool = False) -> LinkedSource:
    return LinkedSource(inner=FilesystemSource(root), meaning=meaning, sockets=sockets)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a tree with a link of each sort; beside it lies what is outside."""
    root = tmp_path / "root"
    (root / "folder" / "deep").mkdir(parents=True)
    (root / "a").write_bytes(b"content of a")
    (root / "folder" / "b").write_bytes(b"b")
    (tmp_path / "outside").write_bytes(b"not ours")
    (root / "to-file").symlink_to("a")
    (root / "to-folder").symlink_to("folder")
    (root / "to-nothing").symlink_to("nowhere")
    (root / "to-outside").symlink_to(tmp_path / "outside")
    (root / "folder" / "deep" / "up").symlink_to("../..")
    (root / "folder" / "self").symlink_to("self")
    os.mkfifo(root / "pipe")
    (root / "to-pipe").symlink_to("pipe")
    return root


def found(source: LinkedSource, folder: str = "") -> dict[str, tuple[Kind, str]]:
    """Return kind and tag of what is no plain file or folder of the tree."""
    plain = {"a", "b", "folder", "deep"}
    return {entry.name: (entry.kind, entry.tag) for entry in source.list(folder) if entry.name not in plain}


def test_links_that_are_followed(root: Path) -> None:
    """Inside the root they are what they lead to; all others stay links, and say why."""
    source = linked(root, Meaning.TARGET)

    assert {
        "to-file": (Kind.FILE, ""),
        "to-folder": (Kind.FOLDER, ""),
        "to-nothing": (Kind.LINK, "LINK_DANGLING"),
        "to-outside": (Kind.LINK, "LINK_OUTSIDE"),
        "pipe": (Kind.OTHER, "pipe"),
        "to-pipe": (Kind.OTHER, ""),
    } == found(source)
    assert {"up": (Kind.LINK, "LINK_CYCLE")} == found(source, "folder/deep")
    assert {"up": (Kind.LINK, "LINK_CYCLE")} == found(source, "to-folder/deep")
    assert {"self": (Kind.LINK, "LINK_DANGLING")} == found(source, "folder")
    assert ["b", "deep", "self"] == [entry.name for entry in ordered(source, "to-folder")]


def test_links_whose_content_is_put(root: Path) -> None:
    """A link to a file is its bytes, wherever they lie; one to a folder or to nothing stays a link."""
    assert {
        "to-file": (Kind.FILE, "link:a"),
        "to-folder": (Kind.LINK, "LINK_TO_FOLDER"),
        "to-nothing": (Kind.LINK, "LINK_DANGLING"),
        "to-outside": (Kind.FILE, f"link:{root.parent / 'outside'}"),
        "pipe": (Kind.OTHER, "pipe"),
        "to-pipe": (Kind.OTHER, ""),
    } == found(linked(root, Meaning.CONTENT))


def test_links_that_are_registered_themselves(root: Path) -> None:
    """Each is a file of the size of its text."""
    entries = {entry.name: entry for entry in linked(root, Meaning.ITSELF).list("")}

    assert (Kind.FILE, len("nowhere"), "link:nowhere") == (*entries["to-nothing"][1:3], entries["to-nothing"].tag)
    assert (Kind.FILE, len("folder"), "link:folder") == (*entries["to-folder"][1:3], entries["to-folder"].tag)


@pytest.mark.parametrize("meaning", [Meaning.TARGET, Meaning.CONTENT])
def test_a_link_to_a_file_is_read_and_described_as_it_is_listed(root: Path, meaning: Meaning) -> None:
    """Its identity is that of the file it leads to."""
    source = linked(root, meaning)

    with source.open("to-file") as opened:
        assert b"content of a" == opened.read()
        described = source.describe(opened, "to-file")
    assert described[:6] == source.stat("to-file")[:6]
    assert source.stat("a").inode == described.inode


@pytest.mark.parametrize("name", ["to-outside", "to-nothing", "to-folder", "to-pipe", "pipe"])
def test_what_a_link_does_not_bring_is_not_opened(root: Path, name: str) -> None:
    """And no pipe is waited for."""
    with pytest.raises(NotAFile):
        linked(root, Meaning.TARGET).open(name)


def test_a_link_on_the_way_that_leads_out_by_now_is_not_followed(root: Path) -> None:
    """It led inside when its folder was listed."""
    source = linked(root, Meaning.TARGET)
    outside = root.parent / "elsewhere"
    outside.mkdir()
    (outside / "b").write_bytes(b"secret")
    (root / "to-folder").unlink()
    (root / "to-folder").symlink_to(outside)

    for attempt in (
        lambda: source.open("to-folder/b"),
        lambda: list(source.list("to-folder")),
        lambda: list(source.names("to-folder")),
    ):
        with pytest.raises(SourceVanished):
            attempt()


def test_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    """Each way through them stops where it would come back."""
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / one).mkdir()
        (tmp_path / one / "to").symlink_to(f"../{other}")
    source = linked(tmp_path, Meaning.TARGET)

    assert {"to": (Kind.FOLDER, "")} == found(source, "a")
    assert {"to": (Kind.LINK, "LINK_CYCLE")} == found(source, "a/to")


def test_a_socket_is_a_file_to_be_registered_only_when_asked_for(tmp_path: Path) -> None:
    """It is known by its tag."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))

        (plain,) = linked(tmp_path, Meaning.NOTHING).list("")
        (recorded,) = linked(tmp_path, Meaning.NOTHING, sockets=True).list("")

    assert ((Kind.OTHER, "socket"), (Kind.FILE, "socket")) == ((plain.kind, plain.tag), (recorded.kind, recorded.tag))


@pytest.mark.parametrize(
    ("tag", "avus"),
    [
        ("link:../x", (("link_target", "/data/in/../x", "automated_ingest"),)),
        ("link:/abs", (("link_target", "/abs", "automated_ingest"),)),
        ("link:\udce9", (("link_target", "/data/in/\\xe9", "automated_ingest"),)),
        ("socket", (("socket_target", "socket", "automated_ingest"),)),
        ("pipe", ()),
        ("", ()),
    ],
)
def test_which_avus_say_what_an_entry_is(tag: str, avus: tuple[tuple[str, str, str], ...]) -> None:
    """The target stands as the link has it, behind the link's folder."""
    assert avus == avus_of("/data/in/a", Entry("a", Kind.FILE, 0, 0, 0, 0, tag))


def test_a_link_that_vanishes_while_it_is_listed_is_left_out(root: Path) -> None:
    """The listing goes on behind it."""

    class Vanishing(FilesystemSource):
        def list(self, folder: str, after: str = "") -> Iterator[Entry]:
            for entry in super().list(folder, after):
                if entry.kind is Kind.LINK:
                    (root / entry.name).unlink()
                yield entry

    source = LinkedSource(inner=Vanishing(root), meaning=Meaning.ITSELF)

    assert ["a", "folder", "pipe"] == sorted(entry.name for entry in source.list(""))
