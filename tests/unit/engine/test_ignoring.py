"""Ignore files: what their lines mean, and what a change of one means for the snapshot."""

from __future__ import annotations

import pytest

from lading.base.errors import SourceUnreadable, UsageError
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.ignoring import LONGEST, Ignored, IgnoreFileInvalid, parsed
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import Kind
from tests.unit.engine.workshop import ROOT, Workshop

NAME = ".ignored"

LINES: list[tuple[str, str, bool]] = [
    ("*.tmp", "a.tmp", False),
    ("*.tmp", "d/e/a.tmp", False),
    ("*.tmp", "a.txt", True),
    ("/a", "a", False),
    ("/a", "d/a", True),
    ("d/a", "d/a", False),
    ("d/a", "e/d/a", True),
    ("cache/", "cache", True),
    ("**/a", "d/e/a", False),
    ("**/a", "a", False),
    ("d/**/a", "d/a", False),
    ("d/**/a", "d/e/f/a", False),
    ("d/**", "d/a", False),
    ("d/**", "d", True),
    ("# a", "# a", True),
    ("\\# a", "# a", False),
    ("\\!a", "!a", False),
    ("a\\*", "a*", False),
    ("a\\*", "ab", True),
    ("a ", "a", False),
    ("a\\ ", "a ", False),
    ("a\\ ", "a", True),
    ("a\r", "a", False),
    ("\udce9*", "\udce9x", False),
    ("*\n!a", "a", True),
    ("!a\n*", "a", False),
]


def shop(files: dict[str, bytes]) -> Workshop:
    return Workshop(source=MemorySource(files), rules=Rules(destination=ROOT, filters=Filters(ignore_file=NAME)))


@pytest.mark.parametrize(("text", "path", "takes"), LINES)
def test_what_lines_mean(text: str, path: str, takes: bool) -> None:
    """For a file, from an ignore file at the root."""
    assert takes is Ignored((("", parsed(text)),)).takes(path, folder=False)


def test_a_line_with_a_slash_at_its_end_means_folders() -> None:
    """Wherever they are."""
    ignored = Ignored((("", parsed("cache/")),))

    assert [False, False] == [ignored.takes(path, folder=True) for path in ("cache", "d/cache")]


def test_a_file_deeper_in_the_tree_wins() -> None:
    """Its patterns begin at its own folder."""
    ignored = Ignored((("d", parsed("!a\n/b")), ("", parsed("a\nd/c"))))

    taken = {path: ignored.takes(path, folder=False) for path in ("d/a", "d/b", "d/c", "d/d/b")}
    assert {"d/a": True, "d/b": False, "d/c": False, "d/d/b": True} == taken


@pytest.mark.parametrize("text", ["/", "!", "[a", "[z-a]"])
def test_a_line_that_means_nothing_is_refused(text: str) -> None:
    """Nobody guesses what was meant."""
    with pytest.raises(UsageError):
        parsed(text)


def test_what_ignore_files_leave_out_is_not_brought() -> None:
    """In their folders and below; the files themselves are brought as any other."""
    of = shop({NAME: b"*.tmp\n", "a": b"1", "b.tmp": b"2", "d/c.tmp": b"3", "d/e": b"4", f"d/{NAME}": b"!c.tmp\n"})
    of.sync()

    assert {NAME, "a", "d/c.tmp", "d/e", f"d/{NAME}"} == of.stored().keys()
    assert [] == of.sync()


def test_a_change_of_an_ignore_file_changes_what_is_taken() -> None:
    """What is not left out any more comes, though it did not change."""
    of = shop({NAME: b"a\n", "a": b"1", "b": b"2"})
    of.sync()
    of.memory.write(NAME, b"b\n")

    assert ["a"] == sorted(result.name for result in of.sync() if result.name != NAME)


def test_what_is_left_out_by_now_has_not_vanished_nor_does_it_when_it_is_taken_again() -> None:
    """Whatever happened to it meanwhile: nobody managed it."""
    of = shop({NAME: b"", "a": b"1", "b": b"2", "d/c": b"3"})
    of.sync()
    of.memory.write(NAME, b"a\nd/\n")
    parts = of.scan()
    assert ([[]], [[]]) == ([part.vanished for part in parts], [part.vanished_folders for part in parts])
    assert [["d"]] == [part.forgotten_folders for part in parts]

    of.memory.remove("a")
    of.memory.write(NAME, b"")
    assert not any(part.vanished for part in of.scan())
    assert {"a", "b", "d/c", NAME} == of.stored().keys()


@pytest.mark.parametrize("kind", ["unreadable", "pipe", "folder", "long", "wrong"])
def test_a_folder_whose_ignore_file_cannot_be_read_fails_and_nothing_vanishes(kind: str) -> None:
    """Nobody knows what of it is wanted."""
    of = shop({"d/a": b"1", "d/e/b": b"2", "c": b"3"})
    of.sync()
    of.memory.write(f"d/{NAME}", {"long": b"#" * (LONGEST + 1), "wrong": b"[a"}.get(kind, b""))
    if kind == "unreadable":
        of.memory.deny(f"d/{NAME}")
    elif kind in {"pipe", "folder"}:
        of.memory.remove(f"d/{NAME}")
        of.memory.add(f"d/{NAME}", Kind.OTHER if kind == "pipe" else Kind.FOLDER)
    of.memory.remove("d/a")

    parts = of.scan()

    codes = {"unreadable": SourceUnreadable.code, "pipe": "NOT_A_FILE", "folder": "NOT_A_FILE"}
    failures = [(failure.path, failure.code) for part in parts for failure in part.failures]
    assert [("d", codes.get(kind, IgnoreFileInvalid.code))] == failures
    assert not any(part.vanished or part.vanished_folders or part.forgotten_folders for part in parts)


def test_each_ignore_file_is_read_once_in_a_scan() -> None:
    """However many folders lie below it."""
    of = shop({NAME: b"x\n", **{f"d{number}/a": b"1" for number in range(10)}})
    of.scan()

    assert 1 == of.memory.opens
