"""What every source promises, as tests: each source brings a `Tree` to build with."""

from __future__ import annotations

from typing import Protocol

import pytest

from lading.base.errors import NotAFile, SourceChanged, SourceMissing, SourceUnreadable, SourceVanished
from lading.base.paths import to_bytes
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Kind


class Tree(Protocol):
    """A source under construction."""

    @property
    def source(self) -> Source: ...

    def write(self, path: str, data: bytes) -> None: ...

    def deny(self, path: str) -> None: ...

    def remove(self, path: str) -> None: ...


class TreeOfFiles(Tree, Protocol):
    """The same of something that has more than files and folders, and whose folders are things of their own."""

    def link(self, path: str) -> None: ...

    def pipe(self, path: str) -> None: ...


class SourceContract:
    """The suite; a subclass has a fixture `tree`."""

    def test_children_are_listed_once_with_kind_and_size(self, tree: Tree) -> None:
        """Files and folders are told apart; grandchildren are not listed."""
        tree.write("a", b"one")
        tree.write("folder/inside", b"")

        listed = {entry.name: entry.kind for entry in tree.source.list("")}

        assert listed == {"a": Kind.FILE, "folder": Kind.FOLDER}
        assert [entry.size for entry in tree.source.list("") if entry.name == "a"] == [3]

    def test_names_are_those_of_the_listing(self, tree: Tree) -> None:
        """`names` and `list` agree."""
        for name in ("b", "a", "Ä", "a b"):
            tree.write(f"folder/{name}", b"")

        assert sorted(tree.source.names("folder")) == sorted(entry.name for entry in tree.source.list("folder"))

    def test_an_ordered_source_yields_names_in_order_of_bytes(self, tree: Tree) -> None:
        """`ordered` is a promise: whoever makes it need not be sorted."""
        for name in ("b", "a", "é", "Z", "\U0001f600", "￼"):
            tree.write(name, b"")
        names = list(tree.source.names(""))

        assert not tree.source.ordered or names == sorted(names, key=to_bytes)

    def test_stat_is_what_the_listing_says(self, tree: Tree) -> None:
        """One entry, whichever way it is looked at."""
        tree.write("folder/a", b"bytes")

        (listed,) = tree.source.list("folder")

        assert tree.source.stat("folder/a") == listed

    def test_content_is_read_and_described(self, tree: Tree) -> None:
        """An opened file gives its bytes, and is described as it is listed."""
        tree.write("folder/a", b"bytes")

        with tree.source.open("folder/a") as opened:
            described = tree.source.describe(opened, "a")
            data = opened.read()

        assert (described, data) == (tree.source.stat("folder/a"), b"bytes")

    def test_what_is_described_alike_is_one_version(self, tree: Tree) -> None:
        """Who reads a file that is changed meanwhile can see it afterwards, or reads the bytes of before."""
        tree.write("a", b"before")
        with tree.source.open("a") as opened:
            before = tree.source.describe(opened, "a")
            tree.write("a", b"before and after")

            assert opened.read() == b"before" or tree.source.describe(opened, "a") != before

    def test_a_listing_goes_on_behind_a_name(self, tree: Tree) -> None:
        """An ordered source may leave out what comes before; none leaves out what comes behind."""
        for name in ("a", "b", "b/c", "b-c", "b.c", "c"):
            if "/" in name or name != "b":
                tree.write(name, b"")
        for after in ("", "a", "b", "b-c", "b.c", "c"):
            names = [entry.name for entry in tree.source.list("", after)]

            assert [name for name in names if name > after] == names or not tree.source.ordered
            assert {name for name in names if name > after} == {
                name for name in ("a", "b", "b-c", "b.c", "c") if name > after
            }

    def test_another_version_is_not_read_for_the_one_that_was_listed(self, tree: Tree) -> None:
        """It is refused when it is opened, or described as another one."""
        tree.write("a", b"before")
        entry = tree.source.stat("a")
        tree.write("a", b"after it")

        try:
            with tree.source.open("a", entry) as opened:
                assert tree.source.describe(opened, "a") != entry
        except SourceChanged:
            pass

    def test_a_folder_that_is_not_there_has_vanished(self, tree: Tree) -> None:
        """Both listings say so when they are read."""
        with pytest.raises(SourceVanished, match="gone"):
            list(tree.source.list("gone"))
        with pytest.raises(SourceVanished):
            list(tree.source.names("gone"))

    def test_a_file_is_no_folder(self, tree: Tree) -> None:
        """A folder that became a file has vanished."""
        tree.write("a", b"")

        with pytest.raises(SourceVanished):
            list(tree.source.list("a"))

    def test_a_file_that_is_not_there_has_vanished(self, tree: Tree) -> None:
        """For `stat` and for `open`."""
        with pytest.raises(SourceVanished):
            tree.source.stat("folder/a")
        with pytest.raises(SourceVanished):
            tree.source.open("a")

    def test_a_folder_is_not_opened(self, tree: Tree) -> None:
        """It is refused at once."""
        tree.write("folder/a", b"")

        with pytest.raises(NotAFile):
            tree.source.open("folder")

    def test_a_denied_file_is_unreadable(self, tree: Tree) -> None:
        """Its entry is still to be had."""
        tree.write("a", b"x")
        tree.deny("a")

        assert tree.source.stat("a").size == 1
        with pytest.raises(SourceUnreadable, match="a"):
            tree.source.open("a")

    def test_a_root_that_is_gone_is_missing(self, tree: Tree) -> None:
        """Never an empty listing: that would look as if every file had been deleted."""
        tree.write("folder/a", b"")
        tree.remove("")

        for attempt in (
            tree.source.marker,
            lambda: list(tree.source.list("")),
            lambda: list(tree.source.names("")),
            lambda: list(tree.source.list("folder")),
            lambda: tree.source.stat("folder/a"),
        ):
            with pytest.raises(SourceMissing):
                attempt()

    def test_an_unreadable_root_is_missing(self, tree: Tree) -> None:
        """No file of the run can be done, so the run stops."""
        tree.write("a", b"")
        tree.deny("")

        with pytest.raises(SourceMissing, match="cannot be read"):
            list(tree.source.list(""))

    def test_the_marker_stays(self, tree: Tree) -> None:
        """What changes inside does not change the root."""
        before = tree.source.marker()
        tree.write("a", b"")

        assert tree.source.marker() == before

    def test_physical_paths_end_in_the_relative_path(self, tree: Tree) -> None:
        """The storage resource finds the file under an absolute path."""
        physical = tree.source.physical_path("folder/a")

        assert physical.startswith("/")
        assert physical.endswith("/folder/a")


class FilesContract(SourceContract):
    """What a source of more than files and folders promises beside; its `tree` is a `TreeOfFiles`."""

    def test_links_and_pipes_are_told_apart(self, tree: TreeOfFiles) -> None:
        """They have kinds of their own."""
        tree.write("a", b"one")
        tree.link("link")
        tree.pipe("pipe")

        listed = {entry.name: entry.kind for entry in tree.source.list("")}

        assert listed == {"a": Kind.FILE, "link": Kind.LINK, "pipe": Kind.OTHER}

    @pytest.mark.parametrize("kind", ["link", "pipe"])
    def test_what_is_no_file_is_not_opened(self, tree: TreeOfFiles, kind: str) -> None:
        """A link and a pipe without a writer are refused at once."""
        tree.link("link")
        tree.pipe("pipe")

        with pytest.raises(NotAFile):
            tree.source.open(kind)

    def test_a_denied_folder_is_unreadable(self, tree: TreeOfFiles) -> None:
        """It is there, so it has not vanished."""
        tree.write("folder/a", b"")
        tree.deny("folder")

        with pytest.raises(SourceUnreadable, match="folder"):
            list(tree.source.list("folder"))
