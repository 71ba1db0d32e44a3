"""What the clearing of a landing zone promises, on a real filesystem."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lading.base.errors import SourceChanged, SourceVanished
from lading.base.paths import from_bytes
from lading.ingest.engine.sources import renaming
from lading.ingest.engine.sources.clearing import ClearingRefused, FilesystemClearing
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.sources.walking import place_of
from lading.ingest.engine.values import Entry
from tests.not_run import not_run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "d").mkdir(parents=True)
    (root / "d" / "a").write_bytes(b"content")
    return root


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def entry(root: Path, path: str) -> Entry:
    return FilesystemSource(root).stat(path)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Replaced(FilesystemClearing):
    """Somebody puts another file in the place right before it is taken; and, if told so, once more right after."""

    path: Path
    again = False

    def _take(self, folder: int, name: bytes, taken: bytes) -> None:
        new = self.path.parent.parent / "new"
        new.write_bytes(b"newcont")
        os.utime(new, ns=(self.path.stat().st_atime_ns, self.path.stat().st_mtime_ns))
        new.replace(self.path)
        super()._take(folder, name, taken)
        if self.again:
            self.path.write_bytes(b"newest")


def test_a_file_is_deleted(root: Path) -> None:
    """Its folder stays, and nothing else lies there."""
    FilesystemClearing(place_of(root), None, attempt=1).delete("d/a", entry(root, "d/a"))

    assert {} == files(root)
    assert [] == list((root / "d").iterdir())


def test_a_file_is_moved_under_its_relative_path(root: Path, archive: Path) -> None:
    """With all that it has."""
    before = entry(root, "d/a")
    place = FilesystemClearing(place_of(root), place_of(archive), attempt=1).move("d/a", before)

    assert (str(archive / "d" / "a"), {"d/a": b"content"}, {}) == (place, files(archive), files(root))
    assert (before.inode, before.mtime_ns) == ((archive / "d/a").stat().st_ino, (archive / "d/a").stat().st_mtime_ns)


def test_nothing_in_the_archive_is_replaced(root: Path, archive: Path) -> None:
    """A name that is taken gets a number."""
    for content in (b"first", b"second", b"third"):
        (root / "d" / "a").write_bytes(content)
        FilesystemClearing(place_of(root), place_of(archive), attempt=1).move("d/a", entry(root, "d/a"))

    assert {"d/a": b"first", "d/a~1": b"second", "d/a~2": b"third"} == files(archive)


@pytest.mark.parametrize("change", ["content", "times", "touched", "replaced"])
def test_a_file_that_is_not_the_expected_one_stays(root: Path, change: str) -> None:
    """Even one of the same size and time."""
    expected, path = entry(root, "d/a"), root / "d" / "a"
    if change == "content":
        path.write_bytes(b"other")
    elif change == "times":
        os.utime(path, ns=(1, 1))
    elif change == "touched":
        path.chmod(0o600)
    else:
        (root / "b").write_bytes(b"another")
        os.utime(root / "b", ns=(expected.mtime_ns, expected.mtime_ns))
        (root / "b").replace(path)
    before = files(root)

    with pytest.raises(SourceChanged):
        FilesystemClearing(place_of(root), None, attempt=1).delete("d/a", expected)
    assert before == files(root)


@pytest.mark.parametrize("move", [False, True])
def test_a_file_that_is_replaced_at_the_last_moment_is_put_back(root: Path, archive: Path, move: bool) -> None:
    """It has the size and time of the one that was to go."""
    clearing, expected = Replaced(place_of(root), place_of(archive), attempt=1), entry(root, "d/a")
    clearing.path = root / "d" / "a"

    with pytest.raises(SourceChanged):
        clearing.move("d/a", expected) if move else clearing.delete("d/a", expected)
    assert {"d/a": b"newcont"} == files(root)


def test_two_files_that_come_at_the_last_moment_are_both_kept(root: Path) -> None:
    """The first one under another name, where the next scan finds it."""
    clearing, expected = Replaced(place_of(root), None, attempt=1), entry(root, "d/a")
    clearing.path, clearing.again = root / "d" / "a", True

    with pytest.raises(SourceChanged):
        clearing.delete("d/a", expected)
    assert {"d/a": b"newest", "d/.lading-clearing-1~a": b"newcont"} == files(root)


@pytest.mark.parametrize("length", [1, 200, 255])
def test_what_a_dead_worker_took_gets_its_name_back(root: Path, length: int) -> None:
    """However long that is; each attempt knows those before it."""
    name = "n" * length
    (root / "d" / name).write_bytes(b"taken")

    class Dead(FilesystemClearing):
        """Ends right after it took the file."""

        def _take(self, folder: int, name: bytes, taken: bytes) -> None:
            super()._take(folder, name, taken)
            self.taken = from_bytes(taken)
            raise FileNotFoundError

    dead = Dead(place_of(root), None, attempt=1)
    with pytest.raises(SourceVanished):
        dead.delete(f"d/{name}", entry(root, f"d/{name}"))
    assert {"d/a", f"d/{dead.taken}"} == files(root).keys()
    FilesystemClearing(place_of(root), None, attempt=3).restore(f"d/{name}")

    assert {"d/a": b"content", f"d/{name}": b"taken"} == files(root)


def test_what_has_the_name_by_now_is_not_replaced_by_what_is_put_back(root: Path) -> None:
    """Both stay."""
    (root / "d" / ".lading-clearing-1~a").write_bytes(b"taken")
    FilesystemClearing(place_of(root), None, attempt=2).restore("d/a")

    assert {"d/a": b"content", "d/.lading-clearing-1~a": b"taken"} == files(root)


def test_nothing_is_cleared_through_a_link(root: Path, tmp_path: Path) -> None:
    """Neither a link, nor what lies behind one on the way, though it is the expected file."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a").write_bytes(b"not ours")
    (root / "way").symlink_to(outside)
    (root / "link").symlink_to("d/a")
    expected = FilesystemSource(outside).stat("a")
    clearing = FilesystemClearing(place_of(root), None, attempt=1)

    for path in ("way/a", "link", "../outside/a", "d/../../outside/a"):
        with pytest.raises(ClearingRefused):
            clearing.delete(path, expected._replace(name="a"))
    assert {"a": b"not ours"} == files(outside)
    assert not clearing.remove_folder("way")


def test_a_file_that_is_gone_is_told_so(root: Path) -> None:
    """And a folder that is gone, too."""
    expected = entry(root, "d/a")
    for path in ("d/gone", "nowhere/a"):
        with pytest.raises(SourceVanished):
            FilesystemClearing(place_of(root), None, attempt=1).delete(path, expected)


def test_only_empty_folders_are_removed_and_never_the_root(root: Path) -> None:
    """One that holds anything stays."""
    clearing = FilesystemClearing(place_of(root), None, attempt=1)
    (root / "empty").mkdir()

    assert [False, True, False, False] == [clearing.remove_folder(path) for path in ("d", "empty", "gone", "")]
    (root / "d" / "a").unlink()
    assert clearing.remove_folder("d")
    assert not clearing.remove_folder("")
    assert root.is_dir()


def test_a_source_of_one_file_can_be_cleared(root: Path) -> None:
    """The file is the root."""
    only = FilesystemSource(root / "d" / "a").stat("a")
    FilesystemClearing(place_of(root / "d" / "a"), None, attempt=1).delete("a", only)

    assert {} == files(root)


def test_a_file_stays_where_the_other_folder_is_on_another_filesystem(root: Path) -> None:
    """Renaming is all that moves files."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == root.stat().st_dev:
        not_run("there is no second filesystem to write to")
    place = shared / f"lading-{os.getpid()}"
    try:
        with pytest.raises(ClearingRefused, match="filesystem of the source"):
            FilesystemClearing(place_of(root), place_of(place), attempt=1).move("d/a", entry(root, "d/a"))
    finally:
        for folder in (place / "d", place):
            folder.rmdir()
    assert {"d/a": b"content"} == files(root)


def test_renaming_never_replaces(root: Path) -> None:
    """Whatever the system offers for that."""
    (root / "d" / "b").write_bytes(b"there")
    folder = os.open(root / "d", os.O_RDONLY)
    try:
        with pytest.raises(FileExistsError):
            renaming.if_free(folder, b"a", folder, b"b", force=True)
        renaming.if_free(folder, b"a", folder, b"c", force=False)
    finally:
        os.close(folder)
    assert {"d/b": b"there", "d/c": b"content"} == files(root)
