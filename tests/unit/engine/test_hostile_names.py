"""Whoever names files in a source, or writes paths into the ledger, reaches nothing beside source and destination."""

from __future__ import annotations

import posixpath
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lading.base.errors import LadingError, NameRefused, OutsideDestination
from lading.base.paths import from_bytes, hidden, is_utf8, join, shown, to_bytes
from lading.ingest.engine.character_map import CharacterMap
from lading.ingest.engine.naming import PREFIX, Naming
from lading.ingest.engine.removal_candidates import refuse_outside
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.sources.beneath import BeneathSource
from lading.ingest.engine.sources.clearing import FilesystemClearing
from lading.ingest.engine.sources.filesystem import FilesystemSource
from lading.ingest.engine.sources.walking import place_of
from lading.ingest.engine.templates import AclRow, ActAsRow, Facts, MetadataRow, Templates
from lading.ingest.engine.values import Entry, Kind

ROOT = "/zone/home/rods/in"

#: what a filesystem may hold as a name, the nastiest first
NAMES = st.one_of(
    st.sampled_from(
        [
            *(
                b"...",
                b".. ",
                b" ..",
                b"..\n",
                b"\n",
                b"a\nb",
                b"%2e%2e",
                b"..%2f",
                b"\\..\\",
                b"~",
                b"-rf",
                b"{path}",
                b"{0}",
            ),
            *(PREFIX.encode(), PREFIX.encode() + b"L2V0Yw==", b"'", b'"', b"%", b"\xff", b"\xc0\xae", b"\xe2\x80\xae"),
        ]
    ),
    st.binary(min_size=1, max_size=12).filter(lambda raw: not {0, 47} & set(raw) and raw not in {b".", b".."}),
).map(from_bytes)
#: what no filesystem holds, and a ledger could
ELEMENTS = st.one_of(NAMES, st.sampled_from(["", ".", "..", "\0", "a/b", "/", "../..", "a\0"]))
PATHS = st.lists(ELEMENTS, min_size=1, max_size=5).map("/".join)
#: maps that somebody could write to build a path of it
VALUES = st.sampled_from(["", ".", " ", "_", "-", "~", "0", "é", "\n"])
KEYS = st.sampled_from(["a", ".", " ", "abc", "regex:.", "regex:^.", "regex:[^.]", "_-~", "regex:^.*$"])
MAPS = st.lists(st.tuples(KEYS, VALUES), max_size=3).map(tuple)


def is_below(path: str, root: str) -> bool:
    """Say what a server makes of it: that it leads to somewhere below, and never took a way up."""
    return posixpath.normpath(path) == path and path.startswith(root + "/") and "\0" not in path


@given(path=PATHS, pairs=MAPS)
@example(path="a", pairs=(("a", "."),))
@example(path="aa", pairs=(("a", "."), ("_-~", "")))
@example(path="ab", pairs=(("regex:^.*$", ""),))
def test_a_logical_path_stays_below_the_destination(path: str, pairs: tuple[tuple[str, str], ...]) -> None:
    """Whatever the names are and whatever a map makes of them; element for element, so none is lost or added."""
    try:
        naming = Naming(characters=CharacterMap(pairs))
    except ValueError:
        return
    with suppress(NameRefused):
        assume(path)  # nothing is the root itself
        name = naming.logical_path(ROOT, path, source_root="/data")
        assert is_below(name.path, ROOT)
        assert is_utf8(name.path)
        assert name.path.count("/") == ROOT.count("/") + path.count("/") + 1


@given(path=st.one_of(PATHS, PATHS.map(lambda path: f"{ROOT}/{path}"), PATHS.map(lambda path: f"{ROOT}{path}")))
@example(path=ROOT)
@example(path=f"{ROOT}/")
@example(path=f"{ROOT}/a/..")
@example(path=f"{ROOT}/..")
def test_nothing_is_deleted_or_restored_beside_the_destination(path: str) -> None:
    """The last look at a path from the ledger; the destination itself does not go either."""
    with suppress(OutsideDestination):
        refuse_outside(path, ROOT)
        assert posixpath.normpath(path).startswith(ROOT + "/")


@given(path=st.lists(NAMES, min_size=1, max_size=5).map("/".join))
def test_a_physical_path_stays_below_the_source(path: str) -> None:
    """That under which a file is registered; and it is the very file."""
    for source in (FilesystemSource(Path("/data")), BeneathSource(Path("/data"), Path("/data"))):
        physical = source.physical_path(path)
        assert is_below(physical, "/data")
        assert to_bytes(physical) == b"/data/" + to_bytes(path)


@given(path=st.one_of(PATHS, st.text(max_size=20), st.sampled_from(["\\x2e\\x2e", "\\\\x2f", "\\x"])))
def test_what_is_shown_is_found_again(path: str) -> None:
    """A name that looks like an escape leads to no other path."""
    with suppress(UnicodeEncodeError):  # half a character is no name of a file
        to_bytes(path)
        assert hidden(shown(path)) == path
        shown(path).encode()


@given(path=st.lists(NAMES, min_size=1, max_size=3).map("/".join), mtime=st.integers(-(2**63), 2**63 - 1))
@example(path="a", mtime=2**62 * 1_000)
@example(path="a", mtime=-(2**62) * 1_000)
def test_templates_are_filled_once(path: str, mtime: int) -> None:
    """A name that looks like a template is none, and a time that no calendar has is still told."""
    rows = Templates(metadata=(MetadataRow(attribute="from {name}", value="{path}|{mtime}"),))
    facts = Facts(path=path, entry=Entry(path.rpartition("/")[2], Kind.FILE, 1, mtime, 0, 0), owner=lambda: "{path}")

    for attribute, value, _ in rows.avus(facts):
        if is_utf8(path):
            assert (attribute, value.rpartition("|")[0]) == (f"from {path.rpartition('/')[2]}", path)


@given(owner=st.one_of(NAMES, st.sampled_from(["", "#", "a#b#c", "a/b", "{owner}", "rods#tempZone"])))
def test_whom_a_template_names_is_a_user_or_the_file_fails(owner: str) -> None:
    """An owner that could be none fails one file, as an error that says so."""
    facts = Facts(path="a", entry=Entry("a", Kind.FILE, 1, 0, 0, 0), owner=lambda: owner)
    rows = Templates(act_as=(ActAsRow(user="{owner}"),), acl=(AclRow(user="{owner}", permission="read"),))

    with suppress(LadingError):
        rows.user(facts)
    with suppress(LadingError):
        rows.acls(facts)


@pytest.fixture(scope="module")
def tree() -> Iterator[Path]:
    """Return a source with a file, a folder and links out of it, beside a folder with a file of somebody else."""
    place = Path(tempfile.mkdtemp())
    (place / "source" / "folder").mkdir(parents=True)
    (place / "outside").mkdir()
    (place / "outside" / "file").write_bytes(b"theirs")
    (place / "source" / "link").symlink_to(place / "outside")
    (place / "source" / "folder" / "up").symlink_to("../../outside")
    yield place
    shutil.rmtree(place)


WAYS = st.lists(
    st.sampled_from(["..", ".", "", "folder", "link", "up", "outside", "file", "source", "a\0", "/"]),
    min_size=1,
    max_size=6,
)


@given(elements=WAYS)
def test_nothing_beside_the_source_is_cleared_away(tree: Path, elements: list[str]) -> None:
    """Not by any path, even if it is told exactly what lies there."""
    theirs = FilesystemSource(tree / "outside").stat("file")
    clearing = FilesystemClearing(place_of(tree / "source"), place_of(tree / "source" / "folder"), attempt=2)

    path = "/".join(elements)
    for attempt in (lambda: clearing.delete(path, theirs), lambda: clearing.move(path, theirs)):
        with suppress(LadingError):
            attempt()
    with suppress(LadingError):
        clearing.restore(path)
    if path not in {"folder", "link"} and not path.endswith("folder"):
        clearing.remove_folder(path)
    assert (tree / "outside" / "file").read_bytes() == b"theirs"


@given(elements=WAYS)
def test_nothing_beside_the_source_is_read_for_who_may_not(tree: Path, elements: list[str]) -> None:
    """Not by any path that a ledger could hold."""
    source: Source = BeneathSource(tree / "source", tree / "source")
    path = "/".join(elements)

    with suppress(LadingError):
        assert source.stat(path).inode != (tree / "outside" / "file").stat().st_ino
    with suppress(LadingError), source.open(path) as opened:
        raise AssertionError(opened)
    with suppress(LadingError):
        assert "file" not in list(source.names(path))


def test_names_of_a_real_folder_come_as_they_are(tree: Path) -> None:
    """Newlines, quotes, bytes that are no text: what is listed is opened, below its root."""
    folder = tree / "names"
    folder.mkdir()
    raws = [b"a\nb", b"'", b"\xff\xfe", b"-rf", b"...", b"a\\x2fb", b" ", b"*", b"%s", b"\x1b[2J", b"$(id)", b"{path}"]
    for raw in raws:
        Path(from_bytes(to_bytes(str(folder)) + b"/" + raw)).write_bytes(raw)

    for source in (FilesystemSource(folder), BeneathSource(folder, tree)):
        found = {}
        for entry in source.list(""):
            with source.open(join("", entry.name)) as opened:
                found[to_bytes(entry.name)] = opened.read()
        assert found == {raw: raw for raw in raws}
